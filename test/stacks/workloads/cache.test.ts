import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type { Peer } from "../../../components/workload-args.ts";
import { Cache, type CacheArgs } from "../../../stacks/workloads/cache.ts";
import { COMPUTED, type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: CacheArgs["config"] = {
    image: "valkey/valkey:9.1.1",
    storage: "10Gi",
    resources: { cpu: "250m", memory: "1Gi" },
    whenFull: "refuse-writes",
    exporter: { image: "quay.io/oliver006/redis_exporter:v1.88.0", resources: { cpu: "20m", memory: "64Mi" } },
    clients: [],
};

let made: Cache | undefined;

const make = (config = CONFIG, clients: readonly Peer[] = []): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: "gp3-retain",
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        made = new Cache("cache", { config, context, namespace: "data", clients });
    });

const SET = "kubernetes:apps/v1:StatefulSet";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";

describe("Cache", () => {
    let resources: Collected[];
    before(async () => {
        resources = await make();
    });
    const spec = (all = resources): Inputs => only(all, SET).inputs["spec"];
    const containers = (all = resources): Map<string, Inputs> => {
        const pod = spec(all)["template"].spec;
        return new Map([...pod.containers, ...pod.initContainers].map((one: Inputs) => [one["name"], one]));
    };
    const script = (file: string, all = resources): string =>
        only(all, "kubernetes:core/v1:ConfigMap").inputs["data"][`etc.cache.${file}`];

    it("runs three servers with a volume and a sentinel each, none of which waits for another", () => {
        assert.equal(spec()["replicas"], 3);
        assert.equal(spec()["podManagementPolicy"], "Parallel");
        assert.deepEqual([...containers().keys()].toSorted(), ["cache", "exporter", "sentinel"]);
        // A native sidecar: it is there before the server, and until after its hand-over.
        assert.equal(containers().get("sentinel")?.["restartPolicy"], "Always");
        const claims = ofType(resources, CLAIM).map(({ inputs }) => inputs["spec"]);
        assert.deepEqual(
            claims.map((claim) => [claim.storageClassName, claim.resources.requests.storage]),
            Array.from({ length: 3 }, () => ["gp3-retain", "10Gi"]),
        );
    });

    it("tells each by name, while it is not ready, too", () => {
        const governing = only(resources, "kubernetes:core/v1:Service", "cache-headless").inputs["spec"];
        assert.equal(governing.publishNotReadyAddresses, true);
        const env = new Map<string, string>(
            containers()
                .get("cache")
                ?.["env"].map(({ name, value }: Inputs) => [name, value]),
        );
        const host = (ordinal: number): string => `cache-${ordinal}.cache-headless.data.svc.cluster.local`;
        assert.equal(env.get("FIRST"), `${host(0)}:6379`);
        assert.equal(env.get("SENTINELS"), [0, 1, 2].map((ordinal) => `${host(ordinal)}:26379`).join(" "));
        assert.deepEqual(
            made?.sentinelAddresses,
            [0, 1, 2].map((ordinal) => `${host(ordinal)}:26379`),
        );
    });

    it("keeps a majority through a drain, and promises a failover within the budget", () => {
        const budget = only(resources, "kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"];
        assert.equal(budget.maxUnavailable, 1);
        const { recovery } = only(resources, "dataplatform:workload:OrderedStatefulService").inputs;
        assert.equal(recovery.kind, "promotion");
        assert.ok(recovery.seconds <= 120);
    });

    it("hands over before it is stopped", () => {
        const { lifecycle } = containers().get("cache") ?? {};
        assert.deepEqual(lifecycle.preStop.exec.command, ["/bin/sh", "/etc/cache/hand-over.sh"]);
        assert.ok(spec()["template"].spec.terminationGracePeriodSeconds > 20);
    });

    it("is ready with a majority of sentinels, which only have to run to have started", () => {
        const { readinessProbe, startupProbe } = containers().get("sentinel") ?? {};
        assert.match(readinessProbe.exec.command.at(-1), /sentinel ckquorum cache \| grep -q '\^OK'$/);
        assert.equal(startupProbe.tcpSocket.port, "sentinel");
        assert.match(containers().get("cache")?.["readinessProbe"].exec.command.at(-1), /ping \| grep -qx PONG$/);
    });

    it("keeps its password in a Secret, and nowhere in plain", () => {
        assert.equal(only(resources, "kubernetes:core/v1:Secret").inputs["stringData"], COMPUTED);
        for (const container of containers().values()) {
            for (const { name, value, valueFrom } of container["env"]) {
                if (/PASSWORD|AUTH/.test(name)) {
                    assert.equal(value, undefined);
                    assert.deepEqual(valueFrom.secretKeyRef, { name: "cache", key: "password" });
                }
            }
        }
    });

    it("is scraped, and has alerts on what it holds", () => {
        const [endpoint] = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs["spec"]
            .podMetricsEndpoints;
        assert.equal(endpoint.port, "metrics");
        const rules = only(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "cache-data");
        assert.ok(rules.inputs["spec"].groups[0].rules.length >= 5);
    });

    describe("follows its configuration:", () => {
        it("clients, and who else is named, on the ports of data and sentinels", async () => {
            const clients = [{ namespace: "superset", workload: "superset-worker" }];
            const all = await make({ ...CONFIG, clients }, [{ workload: "tool" }]);
            const { ingress } = only(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
            const peers = ingress
                .filter(({ ports }: Inputs) => ports?.length === 2)
                .map(({ from, ports }: Inputs) => [
                    from[0].podSelector.matchLabels["app.kubernetes.io/name"],
                    ports.map(({ port }: Inputs) => port),
                ]);
            assert.deepEqual(peers, [
                ["tool", [6379, 26_379]],
                ["superset-worker", [6379, 26_379]],
            ]);
        });

        it("memory and what becomes of a write when it is full", async () => {
            assert.match(script("valkey.sh"), /^maxmemory 644245094\nmaxmemory-policy noeviction$/m);
            const all = await make({
                ...CONFIG,
                whenFull: "evict-least-recent",
                resources: { cpu: "1", memory: "2Gi" },
            });
            assert.match(script("valkey.sh", all), /^maxmemory 1288490188\nmaxmemory-policy allkeys-lru$/m);
        });

        it("images, storage and the exporter's resources", async () => {
            const all = await make({
                ...CONFIG,
                image: "valkey/valkey:9.2.0",
                storage: "20Gi",
                exporter: { image: "quay.io/oliver006/redis_exporter:v2.0.0", resources: { cpu: "1", memory: "1Gi" } },
            });
            const images = [...containers(all).values()].map(({ image }) => String(image)).toSorted();
            assert.deepEqual(images, [
                "quay.io/oliver006/redis_exporter:v2.0.0",
                "valkey/valkey:9.2.0",
                "valkey/valkey:9.2.0",
            ]);
            assert.equal(containers(all).get("exporter")?.["resources"].requests.memory, "1Gi");
            assert.equal(ofType(all, CLAIM)[0]?.inputs["spec"].resources.requests.storage, "20Gi");
        });
    });
});
