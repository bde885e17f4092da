import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    graceSeconds,
    jobTemplate,
    type PodArgs,
    podLabels,
    podTemplate,
    resolvedPorts,
} from "../../../components/specs/pod.ts";
import type { ContainerArgs, SidecarArgs } from "../../../components/workload-args.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { HEALTH, mountPath, name, OWNER, ports, rendered } from "./arbitraries.ts";

const CONTAINER = { image: "app:1", resources: { cpu: "1", memory: "1Gi" } } as const satisfies ContainerArgs;
const BASE: PodArgs = { ...OWNER, ...CONTAINER };
const why = fc.constant("because");
const record = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
    fc
        .uniqueArray(mountPath, { maxLength: 3 })
        .chain((paths) =>
            fc
                .tuple(...paths.map(() => value))
                .map((values) => Object.fromEntries(paths.map((path, i) => [path, values[i] as T]))),
        );

const podArgs: fc.Arbitrary<PodArgs> = fc
    .record(
        {
            env: fc.constant({ A: "a", B: { secret: "s", key: "k" } }),
            initContainers: fc.dictionary(name, fc.constant(CONTAINER), { maxKeys: 2 }),
            sidecars: fc.dictionary(
                name,
                fc.constant<SidecarArgs>({ ...CONTAINER, ports: { metrics: 9100 }, health: HEALTH }),
                { maxKeys: 2 },
            ),
            configFiles: record(fc.constant("content")),
            secretFiles: record(name),
            scratch: record(fc.constantFrom("1Gi" as const, { size: "1Mi", medium: "memory" } as const)),
            security: fc.record(
                {
                    volumeGroup: fc.nat(),
                    exceptions: fc.record({ rootUser: why, hostNetwork: why, hostPID: why }, { requiredKeys: [] }),
                },
                { requiredKeys: [] },
            ),
            pool: name,
            priorityClass: name,
            apiAccess: fc.constant({}),
            labels: fc.constant({ tier: "web" }),
            annotations: fc.constant({ "a/b": "c" }),
            ports,
            shutdown: fc.constant({ gracePeriod: "2 minutes" } as const),
        },
        { requiredKeys: [] },
    )
    .map((some) => ({ ...BASE, ...some }));

const made = (args: Partial<PodArgs>, context: object = {}): Inputs =>
    podTemplate({ ...BASE, ...args }, { name: "web", serviceAccount: "web", ...context });

describe("podTemplate", () => {
    it("is one that the API takes, and every mount has its volume", () => {
        fc.assert(
            fc.property(podArgs, (args) => {
                const { spec, metadata } = made(args);
                assertValid(rendered("v1", "Pod", { metadata, spec }));
                const volumes = new Set((spec.volumes ?? []).map((volume: Inputs) => volume["name"]));
                for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
                    for (const mount of container.volumeMounts ?? []) {
                        assert.ok(volumes.has(mount.name), `no volume ${mount.name}`);
                    }
                }
            }),
        );
    });

    it("starts sidecars first and lets them go on, then runs what has to end", () => {
        const { initContainers } = made({
            initContainers: { migrate: CONTAINER, seed: CONTAINER },
            sidecars: { proxy: CONTAINER },
        }).spec;
        assert.deepEqual(
            initContainers.map((c: Inputs) => [c["name"], c["restartPolicy"]]),
            [
                ["proxy", "Always"],
                ["migrate", undefined],
                ["seed", undefined],
            ],
        );
    });

    it("shows every container the same mounts, and pauses only the main one before it stops", () => {
        const { containers, initContainers } = made({
            ports: { http: 80 },
            scratch: { "/tmp": "1Gi" },
            sidecars: { proxy: { ...CONTAINER, ports: { admin: 81 } } },
        }).spec;
        assert.deepEqual(initContainers[0].volumeMounts, containers[0].volumeMounts);
        assert.ok("lifecycle" in containers[0] && !("lifecycle" in initContainers[0]));
    });

    it("counts scratch once, for the main container", () => {
        const { containers, initContainers } = made({
            scratch: { "/tmp": "2Gi" },
            initContainers: { seed: CONTAINER },
        }).spec;
        const disk = (container: Inputs): unknown => container["resources"].limits["ephemeral-storage"];
        assert.deepEqual([disk(containers[0]), disk(initContainers[0])], ["3072Mi", "1Gi"]);
    });

    it("resolves the DNS of the cluster on the node's network, too", () => {
        const { spec } = made({ security: { exceptions: { hostNetwork: "scrapes the node" } } });
        assert.deepEqual([spec.hostNetwork, spec.dnsPolicy], [true, "ClusterFirstWithHostNet"]);
        assert.equal(made({}).spec.dnsPolicy, undefined);
    });

    it("gets a token for the API only when it has access to it", () => {
        assert.equal(made({}).spec.automountServiceAccountToken, false);
        assert.equal(made({ apiAccess: {} }).spec.automountServiceAccountToken, true);
    });

    it("rolls on its files: their hash is an annotation that no argument replaces", () => {
        const { metadata } = made(
            { annotations: { "dataplatform/config-hash": "mine", a: "b" } },
            { configHash: "1a2b" },
        );
        assert.deepEqual(metadata.annotations, { "dataplatform/config-hash": "1a2b", a: "b" });
        assert.equal(made({}).metadata.annotations, undefined);
    });
});

describe("podLabels", () => {
    it("keep those that select, whatever an argument says", () => {
        const labels = { "app.kubernetes.io/name": "other", tier: "web" };
        const all = podLabels("web", { system: "shop", labels });
        assert.deepEqual([all["app.kubernetes.io/name"], all["tier"]], ["web", "web"]);
    });
});

describe("resolvedPorts", () => {
    it("holds every container's, as numbers", () => {
        const sidecars = { proxy: { ...CONTAINER, ports: { admin: 81 } }, quiet: CONTAINER };
        assert.deepEqual(resolvedPorts({ ports: { dns: { port: 53, protocol: "UDP" } }, sidecars }), {
            dns: 53,
            admin: 81,
        });
        assert.deepEqual(resolvedPorts({}), {});
    });
});

describe("graceSeconds", () => {
    it("is Kubernetes' own 30, unless told", () => {
        assert.deepEqual([graceSeconds(undefined), graceSeconds({ gracePeriod: "2 minutes" })], [30, 120]);
    });
});

describe("jobTemplate", () => {
    it("is never restarted in place, and known before its service account is", () => {
        const { spec } = jobTemplate("etl", BASE, undefined) as Inputs;
        assert.deepEqual([spec.restartPolicy, spec.serviceAccountName], ["Never", "etl"]);
    });
});
