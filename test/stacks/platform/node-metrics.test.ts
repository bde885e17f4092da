import assert from "node:assert/strict";
import { FLAGS, NodeMetrics } from "../../../stacks/platform/node-metrics.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";

const make = (): Promise<Collected[]> =>
    collect(() => {
        new NodeMetrics("node-metrics", {
            config: { image: "acme/node-exporter:v1.12.1", resources: { cpu: "50m", memory: "64Mi" } },
            cluster: {},
            namespace: "node-agents",
        });
    });

const podOf = async () => only(await make(), "kubernetes:apps/v1:DaemonSet").inputs["spec"].template.spec;

const flag = (name: string): string => {
    const found = FLAGS.filter((candidate) => candidate.startsWith(`--${name}=`));
    assert.equal(found.length, 1, name);
    return found[0]?.slice(name.length + 3) ?? "";
};

describe("NodeMetrics", () => {
    it("runs on every node, whatever its taints", async () => {
        const spec = await podOf();
        assert.deepEqual(spec.tolerations, [{ operator: "Exists" }]);
        assert.equal(spec.affinity, undefined);
    });

    it("sees the node's directories where its flags say, and writes to none", async () => {
        const { volumes, containers } = await podOf();
        const mounts = containers[0].volumeMounts as readonly Record<string, unknown>[];
        const path = (mountPath: string): unknown => {
            const mount = mounts.find((candidate) => candidate["mountPath"] === mountPath);
            assert.deepEqual([mount?.["readOnly"], mount?.["mountPropagation"]], [true, "HostToContainer"]);
            return volumes.find((volume: { name: unknown }) => volume.name === mount?.["name"]).hostPath.path;
        };
        assert.equal(path(flag("path.rootfs")), "/");
        assert.equal(path(flag("path.procfs")), "/proc");
        assert.equal(path(flag("path.sysfs")), "/sys");
        assert.equal(mounts.length, 3);
        assert.deepEqual(containers[0].args, FLAGS);
    });

    it("shares the node's network and nothing else of it, and is not root", async () => {
        const spec = await podOf();
        assert.deepEqual([spec.hostNetwork, spec.hostPID, spec.hostIPC], [true, undefined, undefined]);
        const { securityContext } = spec.containers[0];
        assert.deepEqual([securityContext.runAsUser, securityContext.runAsNonRoot], [65_534, true]);
        assert.deepEqual(securityContext.capabilities, { drop: ["ALL"], add: ["SYS_TIME"] });
    });

    it("leaves out the pods' own devices and mounts", () => {
        const devices = new RegExp(flag("collector.netdev.device-exclude"));
        for (const device of ["eni0a1b2c3d4e5", "veth12ab", "0123456789abcde"]) {
            assert.match(device, devices);
        }
        for (const device of ["eth0", "ens5", "lo"]) {
            assert.doesNotMatch(device, devices);
        }
        assert.equal(flag("collector.netclass.ignored-devices"), devices.source);
        const mounts = new RegExp(flag("collector.filesystem.mount-points-exclude"));
        for (const mount of [
            "/proc",
            "/sys/fs/cgroup",
            "/var/lib/kubelet/pods/x/volumes/y",
            "/run/containerd/io/x/rootfs",
        ]) {
            assert.match(mount, mounts);
        }
        for (const mount of ["/", "/boot/efi", "/var/lib/kubelet", "/processed"]) {
            assert.doesNotMatch(mount, mounts);
        }
    });

    it("is known by the names that common rules and dashboards use", async () => {
        const { spec } = only(await make(), "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs;
        assert.equal(spec.podMetricsEndpoints.length, 1);
        assert.deepEqual(spec.podMetricsEndpoints[0], {
            port: "metrics",
            path: "/metrics",
            interval: "30s",
            relabelings: [
                { action: "replace", targetLabel: "job", replacement: "node-exporter" },
                { action: "replace", sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "instance" },
            ],
        });
        assert.ok(Object.keys(spec.selector.matchLabels).length > 0);
    });
});
