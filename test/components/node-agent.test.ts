import assert from "node:assert/strict";
import { NodeAgent, type NodeAgentArgs } from "../../components/node-agent.ts";
import { AGENT } from "../support/arguments.ts";
import { type Collected, collect, ofType, only } from "../support/mocks.ts";

const WORKLOAD = "dataplatform:workload:NodeAgent";
const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";

function made(change: Partial<NodeAgentArgs> = {}): Promise<Collected[]> {
    return collect(() => new NodeAgent("agent", { ...AGENT, ...change }));
}

async function daemonSet(change: Partial<NodeAgentArgs> = {}): Promise<Collected["inputs"]> {
    return only(await made(change), DAEMON_SET).inputs;
}

describe("NodeAgent", () => {
    it("runs on every node, whatever its taints", async () => {
        const { spec } = (await daemonSet())["spec"].template;
        assert.deepEqual(spec.tolerations, [{ operator: "Exists" }]);
        assert.equal(spec.nodeSelector, undefined);
        assert.equal(spec.affinity, undefined);
    });

    it("names the pools that it is for, in the pod and on the object, and still tolerates every taint", async () => {
        const inputs = await daemonSet({ nodes: { pools: ["infra", "streaming"] } });
        const { spec } = inputs["spec"].template;
        assert.deepEqual(spec.tolerations, [{ operator: "Exists" }]);
        assert.deepEqual(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms, [
            { matchExpressions: [{ key: "workload", operator: "In", values: ["infra", "streaming"] }] },
        ]);
        assert.equal(inputs["metadata"].annotations["dataplatform/node-pools"], "infra,streaming");
    });

    it("goes before other pods", async () => {
        assert.equal((await daemonSet())["spec"].template.spec.priorityClassName, "system-node-critical");
        const own = await daemonSet({ priorityClass: "agents" });
        assert.equal(own["spec"].template.spec.priorityClassName, "agents");
    });

    it("updates a tenth of the nodes at once, never two on one node", async () => {
        assert.deepEqual((await daemonSet())["spec"].updateStrategy.rollingUpdate, {
            maxUnavailable: "10%",
            maxSurge: 0,
        });
        const fast = await daemonSet({ updatePercent: 25 });
        assert.equal(fast["spec"].updateStrategy.rollingUpdate.maxUnavailable, "25%");
    });

    it("has alerts that know how many nodes are updated at once", async () => {
        const resources = await made({ updatePercent: 50 });
        const [group] = only(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").inputs["spec"].groups;
        const lost = group.rules.find((rule: { alert: string }) => rule.alert === "DaemonSetCoverageLost");
        assert.match(lost.expr, /\* 0\.5\)/);
    });

    it("is not waited for", async () => {
        assert.equal((await daemonSet())["metadata"].annotations["pulumi.com/skipAwait"], "true");
    });

    it("has no disruption budget: a drain leaves agents alone", async () => {
        assert.equal(ofType(await made(), "kubernetes:policy/v1:PodDisruptionBudget").length, 0);
    });

    it("sees its node read-only unless said, and says so where it writes", async () => {
        const resources = await made({
            hostPaths: {
                "/var/log": { path: "/var/log", type: "Directory" },
                "/buffer": { path: "/var/lib/agent", access: "write", type: "DirectoryOrCreate" },
                "/host": { path: "/", followMounts: true },
            },
        });
        const { spec } = only(resources, DAEMON_SET).inputs["spec"].template;
        assert.deepEqual(spec.containers[0].volumeMounts, [
            { name: "host-var-log", mountPath: "/var/log", readOnly: true },
            { name: "host-buffer", mountPath: "/buffer", readOnly: false },
            { name: "host-host", mountPath: "/host", readOnly: true, mountPropagation: "HostToContainer" },
        ]);
        assert.deepEqual(spec.volumes[1], {
            name: "host-buffer",
            hostPath: { path: "/var/lib/agent", type: "DirectoryOrCreate" },
        });
        assert.deepEqual(only(resources, WORKLOAD).inputs["exceptions"], [
            { what: "writes to the node's /var/lib/agent", why: "declared in hostPaths" },
        ]);
    });

    it("may share the node's network and ports, with the reason", async () => {
        const { spec } = (
            await daemonSet({
                ports: { http: { port: 8080, hostPort: 8080 } },
                security: {
                    exceptions: { hostNetwork: "reads the node's interfaces", hostPID: "reads its processes" },
                },
            })
        )["spec"].template;
        assert.deepEqual([spec.hostNetwork, spec.hostPID, spec.dnsPolicy], [true, true, "ClusterFirstWithHostNet"]);
        assert.equal(spec.containers[0].ports[0].hostPort, 8080);
    });

    it("changes each child by its transform", async () => {
        const rename = <T>(args: T): T => ({ ...args, metadata: { name: "renamed" } });
        const resources = await made({ transform: { daemonSet: rename, service: rename } });
        const renamed = resources.filter((r) => r.inputs["metadata"]?.name === "renamed").map((r) => r.type);
        assert.deepEqual(renamed.toSorted(), [DAEMON_SET, "kubernetes:core/v1:Service"].toSorted());
    });
});
