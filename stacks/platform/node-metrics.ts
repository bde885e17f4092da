import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/cluster-facts.ts";
import { NodeAgent } from "../../components/node-agent.ts";
import type { StackConfig } from "../config.ts";

/** What {@link NodeMetrics} is made of. */
export interface NodeMetricsArgs {
    readonly config: StackConfig["nodeExporter"];
    readonly cluster: ClusterFacts;
    /** Namespace that allows privileged pods; has to be there before. */
    readonly namespace: string;
}

const NAME = "node-exporter";
const PORT = 9100;
const ROOT = "/host/root";
const PROC = "/host/proc";
const SYS = "/host/sys";
/** `nobody`, which the image names; a check for root wants a number. */
const NOBODY = 65_534;

/** The node's ends of pods' cables: `eni…` of the VPC CNI, `veth…` and hashes of others. The pods' own metrics have them. */
const POD_DEVICES = "^(veth.*|eni[0-9a-f]{11}|[a-f0-9]{15})$";
/** Of pods and of the system; what is left are the disks. */
const NO_DISKS = "^/(dev|proc|sys|run/containerd/.+|run/credentials/.+|var/lib/kubelet/pods/.+)($|/)";

/**
 * The exporter's flags: those of kube-prometheus, and where the node's directories are.
 *
 * Source: kube-prometheus, `manifests/nodeExporter-daemonset.yaml`; node_exporter, README, "Docker".
 */
export const FLAGS: readonly string[] = [
    `--web.listen-address=:${PORT}`,
    `--path.rootfs=${ROOT}`,
    `--path.procfs=${PROC}`,
    `--path.sysfs=${SYS}`,
    `--path.udev.data=${ROOT}/run/udev/data`,
    "--no-collector.wifi",
    "--no-collector.hwmon",
    "--no-collector.btrfs",
    `--collector.filesystem.mount-points-exclude=${NO_DISKS}`,
    `--collector.netclass.ignored-devices=${POD_DEVICES}`,
    `--collector.netdev.device-exclude=${POD_DEVICES}`,
];

type Endpoint = NonNullable<NonNullable<IPodMonitor["spec"]>["podMetricsEndpoints"]>[number];

/** What common rules and dashboards know the metrics by: the job's name, and the node in place of an address. */
const RELABELINGS: NonNullable<Endpoint["relabelings"]> = [
    { action: "replace", targetLabel: "job", replacement: NAME },
    { action: "replace", sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "instance" },
];

function relabeled(args: k8s.apiextensions.CustomResourceArgs): k8s.apiextensions.CustomResourceArgs {
    const spec = args["spec"] as NonNullable<IPodMonitor["spec"]>;
    const podMetricsEndpoints = spec.podMetricsEndpoints?.map((endpoint) => ({
        ...endpoint,
        relabelings: RELABELINGS,
    }));
    return { ...args, spec: { ...spec, podMetricsEndpoints } };
}

/**
 * The node exporter on every node: processor, memory, disks and network of the node itself.
 *
 * It shares the node's network, so no network policy holds for its port: the nodes' security group does.
 */
export class NodeMetrics extends pulumi.ComponentResource {
    /** Labels that select the exporters' pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;

    constructor(name: string, args: NodeMetricsArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:platform:NodeMetrics", name, {}, opts);
        const { config, cluster, namespace } = args;
        const agent = new NodeAgent(
            NAME,
            {
                namespace,
                system: "node-metrics",
                cluster,
                image: config.image,
                args: FLAGS,
                hostPaths: {
                    [ROOT]: { path: "/", followMounts: true },
                    [PROC]: { path: "/proc", followMounts: true },
                    [SYS]: { path: "/sys", followMounts: true },
                },
                resources: config.resources,
                security: {
                    user: NOBODY,
                    group: NOBODY,
                    exceptions: {
                        hostNetwork: "Devices and their counters are those of the network that the process is in",
                        capabilities: {
                            add: ["SYS_TIME"],
                            why:
                                "containerd's seccomp profile lets adjtimex through with it alone, by which the clock's offset " +
                                "is read; a process that is not root cannot set the clock by it",
                        },
                    },
                },
                ports: { metrics: { port: PORT, hostPort: PORT } },
                metrics: { port: "metrics" },
                health: { ready: { kind: "http", path: "/", port: "metrics" }, startUp: "30 seconds" },
                transform: { podMonitor: relabeled },
            },
            { parent: this, ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
        );
        this.selectorLabels = agent.selectorLabels;
        this.registerOutputs({});
    }
}
