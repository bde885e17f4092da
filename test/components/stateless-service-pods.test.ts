import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { StatelessService, type StatelessServiceArgs } from "../../components/stateless-service.ts";
import { STATELESS } from "../support/arguments.ts";
import { COMPUTED, type Collected, collect, only } from "../support/mocks.ts";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

/** The pod template that the arguments come to. */
async function pod(change: Partial<StatelessServiceArgs> = {}): Promise<Collected["inputs"]> {
    const resources = await collect(() => new StatelessService("web", { ...STATELESS, ...change }));
    return only(resources, DEPLOYMENT).inputs["spec"].template;
}

describe("pods of a StatelessService", () => {
    it("is locked down", async () => {
        const { spec } = await pod();
        assert.deepEqual(spec.containers[0].securityContext, {
            runAsNonRoot: true,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        });
        assert.equal(spec.automountServiceAccountToken, false);
        assert.equal(spec.enableServiceLinks, false);
    });

    it("leaves a lost node after 30 seconds", async () => {
        const { tolerations } = (await pod()).spec;
        assert.deepEqual(
            tolerations.map((t: { key: string; tolerationSeconds: number }) => [t.key, t.tolerationSeconds]),
            [
                ["node.kubernetes.io/not-ready", 30],
                ["node.kubernetes.io/unreachable", 30],
            ],
        );
    });

    it("runs on its pool, and tolerates that pool's taint", async () => {
        const { spec } = await pod({ pool: "infra" });
        assert.deepEqual(spec.nodeSelector, { workload: "infra" });
        assert.deepEqual(spec.tolerations.at(-1), {
            key: "workload",
            operator: "Equal",
            value: "infra",
            effect: "NoSchedule",
        });
    });

    it("spreads over zones and hosts, a dead zone's nodes not counting", async () => {
        const constraints: { topologyKey: string; whenUnsatisfiable: string; nodeTaintsPolicy: string }[] = (
            await pod()
        ).spec.topologySpreadConstraints;
        assert.deepEqual(
            constraints.map((c) => [c.topologyKey, c.whenUnsatisfiable, c.nodeTaintsPolicy]),
            [
                ["topology.kubernetes.io/zone", "ScheduleAnyway", "Honor"],
                ["kubernetes.io/hostname", "ScheduleAnyway", "Honor"],
            ],
        );
    });

    it("spreads over hosts only where there are no zones", async () => {
        const { spec } = await pod({ cluster: { zones: 0 } });
        assert.equal(spec.topologySpreadConstraints.length, 1);
        assert.equal(spec.topologySpreadConstraints[0].topologyKey, "kubernetes.io/hostname");
    });

    it("rolls its pods when the content of a file changes, and only then", async () => {
        const hash = async (content: string): Promise<unknown> =>
            (await pod({ configFiles: { "/etc/app.yaml": content } })).metadata.annotations["dataplatform/config-hash"];
        assert.equal(await hash("a: 1"), await hash("a: 1"));
        assert.notEqual(await hash("a: 1"), await hash("a: 2"));
    });

    it("has a hash that is unknown while the content is", async () => {
        const template = await pod({ configFiles: { "/etc/app.yaml": pulumi.output(pulumi.unknown as string) } });
        assert.equal(template.metadata.annotations["dataplatform/config-hash"], COMPUTED);
    });

    it("takes values that are known only later, and references to secrets", async () => {
        const { spec } = await pod({
            image: pulumi.output(pulumi.unknown as string),
            env: {
                HOST: pulumi.output("db"),
                PASSWORD: { secret: "db", key: "password" },
                POD: { field: "metadata.name" },
            },
        });
        assert.equal(spec.containers[0].image, COMPUTED);
        assert.deepEqual(spec.containers[0].env, [
            { name: "HOST", value: "db" },
            { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
            { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ]);
    });

    it("reserves memory up to its limit, and scratch as ephemeral storage", async () => {
        const { spec } = await pod({ scratch: { "/tmp": "2Gi" } });
        assert.deepEqual(spec.containers[0].resources, {
            requests: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "3072Mi" },
            limits: { memory: "512Mi", "ephemeral-storage": "3072Mi" },
        });
        assert.deepEqual(spec.volumes, [{ name: "scratch-tmp", emptyDir: { sizeLimit: "2Gi" } }]);
    });

    it("runs sidecars before and init containers inside its mounts", async () => {
        const resources = { cpu: "10m", memory: "32Mi" } as const;
        const { spec } = await pod({
            scratch: { "/work": "1Gi" },
            sidecars: { proxy: { image: "proxy:1", resources, ports: { admin: 15_000 } } },
            initContainers: { wait: { image: "wait:1", resources } },
        });
        assert.deepEqual(
            spec.initContainers.map((c: { name: string; restartPolicy?: string }) => [c.name, c.restartPolicy]),
            [
                ["proxy", "Always"],
                ["wait", undefined],
            ],
        );
        assert.ok(spec.initContainers.every((c: { volumeMounts: unknown[] }) => c.volumeMounts.length === 1));
    });
});
