import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import {
    baseContainer,
    containerPorts,
    containerSecurity,
    environment,
    lifecycle,
    pauseSeconds,
    portNumber,
    portProtocol,
    resourceRequirements,
} from "../../../components/specs/container.ts";
import { duration } from "../../../components/values/duration.ts";
import type { EnvValue, Security, Shutdown } from "../../../components/workload-args.ts";
import { quantity } from "../../../tools/plan/kubernetes.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { podOf, port, ports } from "./arbitraries.ts";

const RESOURCES = { cpu: "250m", memory: "512Mi" } as const;
const GIB = 2 ** 30;

describe("environment", () => {
    const sources: readonly (readonly [what: string, value: EnvValue, rendered: object])[] = [
        ["a plain value", "x", { value: "x" }],
        ["an empty value", "", { value: "" }],
        ["a key of a Secret", { secret: "s", key: "k" }, { valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
        [
            "a key that may be missing",
            { secret: "s", key: "k", optional: true },
            { valueFrom: { secretKeyRef: { name: "s", key: "k", optional: true } } },
        ],
        [
            "a key of a ConfigMap",
            { configMap: "c", key: "k", optional: false },
            { valueFrom: { configMapKeyRef: { name: "c", key: "k", optional: false } } },
        ],
        ["a field", { field: "metadata.name" }, { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        [
            "a resource",
            { resource: "limits.memory" },
            { valueFrom: { resourceFieldRef: { resource: "limits.memory" } } },
        ],
    ];
    for (const [what, value, rendered] of sources) {
        it(`reads ${what}`, () => {
            assert.deepEqual(environment({ NAME: value }), [{ name: "NAME", ...rendered }]);
            assertValid(podOf({ name: "a", env: environment({ NAME: value }) }));
        });
    }

    it("takes an output for a value, not for a reference", () => {
        const value = pulumi.output("later");
        assert.equal((environment({ NAME: value })[0] as Inputs)["value"], value);
    });

    it("keeps the order, which $(NAME) depends on", () => {
        const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,10}$/));
        fc.assert(
            fc.property(names, (order) => {
                const env = environment(Object.fromEntries(order.map((key) => [key, "x"])));
                assert.deepEqual(
                    env.map((variable) => (variable as Inputs)["name"]),
                    order,
                );
            }),
        );
    });
});

describe("resourceRequirements", () => {
    const amount = fc.integer({ min: 1, max: 9999 });

    it("reserve memory and disk up to their limits, and leave CPU without one unless told", () => {
        fc.assert(
            fc.property(amount, amount, fc.nat({ max: 100 * GIB }), fc.boolean(), (cpu, memory, scratch, limited) => {
                const resources = {
                    cpu: `${cpu}m` as const,
                    memory: `${memory}Mi` as const,
                    ...(limited ? { cpuLimit: "10" as const } : {}),
                };
                const { requests, limits } = resourceRequirements(resources, scratch);
                assert.equal(requests["memory"], limits["memory"]);
                assert.equal(requests["ephemeral-storage"], limits["ephemeral-storage"]);
                assert.equal(limits["cpu"], limited ? "10" : undefined);
                assert.equal(quantity(requests["ephemeral-storage"]), GIB + scratch);
            }),
        );
    });

    it("take the room on disk as it is said, scratch or not", () => {
        const { requests } = resourceRequirements({ ...RESOURCES, ephemeralStorage: "3Gi" }, 5 * GIB);
        assert.equal(requests["ephemeral-storage"], "3Gi");
    });
});

describe("containerSecurity", () => {
    const LOCKED = {
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
    };
    const table: readonly (readonly [what: string, security: Security, change: object])[] = [
        ["nothing", {}, {}],
        ["a user and a group", { user: 1000, group: 2000 }, { runAsUser: 1000, runAsGroup: 2000 }],
        ["root", { exceptions: { rootUser: "why" } }, { runAsNonRoot: false, runAsUser: 0 }],
        [
            "a written root file system",
            { exceptions: { writableRootFilesystem: "why" } },
            { readOnlyRootFilesystem: false },
        ],
        ["setuid programs", { exceptions: { privilegeEscalation: "why" } }, { allowPrivilegeEscalation: true }],
        [
            "a capability",
            { exceptions: { capabilities: { add: ["NET_RAW"], why: "why" } } },
            { capabilities: { drop: ["ALL"], add: ["NET_RAW"] } },
        ],
        ["no capability after all", { exceptions: { capabilities: { add: [], why: "why" } } }, {}],
        ["what belongs to the pod", { exceptions: { hostNetwork: "why", hostPID: "why" } }, {}],
    ];
    for (const [what, security, change] of table) {
        it(`loosens for ${what} nothing else`, () => {
            const securityContext = containerSecurity(security);
            assert.deepEqual(securityContext, { ...LOCKED, ...change });
            assertValid(podOf({ name: "a", securityContext }));
        });
    }
});

describe("container ports", () => {
    it("have the same number and transport however they are written", () => {
        fc.assert(
            fc.property(port, (written) => {
                const number = portNumber(written);
                assert.equal(portNumber({ port: number }), number);
                assert.equal(portProtocol(number), portProtocol({ port: number }));
            }),
        );
    });

    it("are named, one for each, and take a port of the node only where one is said", () => {
        fc.assert(
            fc.property(ports, (named) => {
                const made = containerPorts(named) as readonly Inputs[];
                assert.deepEqual(
                    made.map((p) => p["name"]),
                    Object.keys(named),
                );
                assert.ok(made.every((p) => !("hostPort" in p)));
                assertValid(podOf({ name: "a", ports: made }));
            }),
        );
        assert.deepEqual(containerPorts({ dns: { port: 53, protocol: "UDP", hostPort: 53 } }), [
            { name: "dns", containerPort: 53, protocol: "UDP", hostPort: 53 },
        ]);
    });
});

describe("lifecycle", () => {
    const stop: fc.Arbitrary<Shutdown | undefined> = fc.oneof(
        fc.constant(undefined),
        fc.constant({ gracePeriod: "5 minutes" } as const),
        fc.nat({ max: 600 }).map((n) => ({ before: { pause: duration(n) } })),
        fc.constant({ before: { command: ["sh", "-c", "drain"] } }),
    );

    it("pauses for as long as is counted against the grace period", () => {
        fc.assert(
            fc.property(stop, fc.boolean(), (shutdown, hasPorts) => {
                const handler = lifecycle(shutdown, hasPorts) as Inputs | undefined;
                assert.equal(handler?.["preStop"]?.sleep?.seconds ?? 0, pauseSeconds(shutdown, hasPorts));
                assertValid(podOf({ name: "a", ...(handler === undefined ? {} : { lifecycle: handler }) }));
            }),
        );
    });

    it("is nothing where nobody connects", () => assert.equal(lifecycle(undefined, false), undefined));

    it("runs a command in the place of the pause", () => {
        assert.deepEqual(lifecycle({ before: { command: ["drain"] } }, true), {
            preStop: { exec: { command: ["drain"] } },
        });
    });
});

describe("baseContainer", () => {
    it("leaves out what is not said, so that the image's own holds", () => {
        const made = baseContainer("web", { image: "app:1", resources: RESOURCES }, []);
        assert.deepEqual(Object.keys(made), [
            "name",
            "image",
            "resources",
            "securityContext",
            "terminationMessagePolicy",
        ]);
    });

    it("keeps an empty command and empty arguments: they replace the image's", () => {
        const made = baseContainer("web", { image: "app:1", resources: RESOURCES, command: [], args: [] }, []);
        assert.deepEqual([made.command, made.args], [[], []]);
    });

    it("reads whole Secrets into the environment", () => {
        const args = { image: "app:1", resources: RESOURCES, envFromSecrets: ["a", "b"] };
        const made = baseContainer("web", args, [{ name: "tmp", mountPath: "/tmp" }]);
        assert.deepEqual(made.envFrom, [{ secretRef: { name: "a" } }, { secretRef: { name: "b" } }]);
        assertValid(podOf(made));
    });
});
