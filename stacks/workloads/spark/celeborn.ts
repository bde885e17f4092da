import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { resolveClusterFacts } from "../../../components/cluster-facts.ts";
import { NodeAgent } from "../../../components/node-agent.ts";
import { OrderedStatefulService } from "../../../components/ordered-stateful-service.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../../components/specs/monitoring.ts";
import { dependencyList } from "../../../components/support/children.ts";
import { workloadLabels } from "../../../components/support/naming.ts";
import type { Duration } from "../../../components/values/duration.ts";
import { bytes } from "../../../components/values/quantity.ts";
import type { Peer, Resources, WorkloadArgs } from "../../../components/workload-args.ts";
import type { EksConfig } from "../../config.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { loggingConfiguration } from "../kafka/logging.ts";
import { roleName } from "./application-pods.ts";
import { celebornAlerts } from "./celeborn-alerts.ts";
import {
    CELEBORN_MOUNTS,
    MASTER_PORTS,
    MASTERS,
    METRICS_PATH,
    masterEndpoints,
    masterSettings,
    WORKER_PORTS,
    workerSettings,
} from "./celeborn-settings.ts";
import { settingsFile } from "./storage.ts";

const SYSTEM = "celeborn";
const MEBI = 2 ** 20;

/** `celeborn` of its image. Source: Celeborn, docker/Dockerfile. */
const USER = 10_006;
const CONFIGURATION = "/opt/celeborn/conf";

/** Of a pod's memory: a master's heap; a worker's heap, and its buffers. The rest is the virtual machine's own. */
const MASTER_HEAP = 0.6;
const WORKER_HEAP = 0.25;
const WORKER_BUFFERS = 0.5;

/** Followers wait five seconds at most before they elect. Source: Celeborn, `CelebornConf`, `ratis.raft.server.rpc.timeout.max`. */
const LEADER_LEASE: Duration = "5 seconds";
const ELECTION: Duration = "10 seconds";

/** Arguments of {@link Celeborn}. */
export interface CelebornArgs {
    readonly config: NonNullable<EksConfig["celeborn"]>;
    readonly context: WorkloadContext;
    /** Has to be there before. */
    readonly namespace: string;
    /** Applications that shuffle by it, of the same namespace: they alone may connect. */
    readonly applications: readonly string[];
}

function mebibytes(resources: Resources, share: number): string {
    return `${Math.floor((bytes(resources.memory) * share) / MEBI)}m`;
}

/**
 * Celeborn, which keeps what Spark shuffles apart from executors, so that these may go at any time: three masters, which
 * agree by Raft, and a worker on every node of executors, with part of its local disks.
 *
 * A node's end takes its worker's data along, which is why all is kept twice. What masters and workers keep is worth no
 * more than the applications that run: a fresh start loses nothing else.
 */
export class Celeborn extends pulumi.ComponentResource {
    /** What applications are told: `HOST:PORT` of each master. */
    readonly endpoints: string;

    readonly #args: CelebornArgs;
    readonly #dependencies: pulumi.Input<pulumi.Resource>[];

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: CelebornArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Celeborn", name, {}, opts);
        this.#args = args;
        this.#dependencies = dependencyList(opts.dependsOn);
        const { context, namespace } = args;
        const masters = `${name}-master`;
        const workers = `${name}-worker`;
        this.endpoints = masterEndpoints(masters, namespace);

        const group = this.#masters(masters, workers);
        this.#workers(workers, masters, group);
        const { monitoring } = resolveClusterFacts(context.cluster);
        const subject = { name, namespace, system: SYSTEM, containers: [] };
        new k8s.apiextensions.CustomResource(
            name,
            {
                ...PROMETHEUS_RULE,
                metadata: { name, namespace, labels: { ...workloadLabels(name, SYSTEM), ...monitoring.labels } },
                spec: prometheusRuleSpec([celebornAlerts(subject)]),
            },
            { parent: this, dependsOn: [...this.#dependencies, ...monitoring.dependsOn] },
        );
        this.registerOutputs({ endpoints: this.endpoints });
    }

    #peers(role: "driver" | "executor", ports: readonly string[]): readonly Peer[] {
        return this.#args.applications.map((application) => ({ workload: roleName(application, role), ports }));
    }

    #common(settings: string, script: string): Omit<WorkloadArgs, "resources"> {
        const { config, namespace } = this.#args;
        return {
            namespace,
            system: SYSTEM,
            image: config.image,
            command: ["/usr/bin/tini", "--", "/bin/bash", "-c", script],
            security: { user: USER, group: USER, volumeGroup: USER },
            configFiles: {
                [`${CONFIGURATION}/celeborn-defaults.conf`]: settings,
                [`${CONFIGURATION}/log4j2.properties`]: loggingConfiguration(),
            },
            // Java's own files, and libraries that it unpacks.
            scratch: { "/tmp": "512Mi" },
        };
    }

    #environment(): Readonly<Record<string, string>> {
        return { CELEBORN_NO_DAEMONIZE: "true", CELEBORN_LOG_DIR: "/tmp/logs", CELEBORN_PID_DIR: "/tmp/pids" };
    }

    #masters(name: string, workers: string): OrderedStatefulService {
        const { config, context, namespace } = this.#args;
        const { storageClass } = context;
        return new OrderedStatefulService(
            name,
            {
                ...placed(context, "service", "services"),
                ...this.#common(
                    settingsFile(masterSettings(name, namespace)),
                    // It binds to its own name, which kubelet writes into the pod's hosts file.
                    "exec /opt/celeborn/sbin/start-master.sh",
                ),
                env: {
                    ...this.#environment(),
                    NODE_ID: { field: "metadata.labels['apps.kubernetes.io/pod-index']" },
                    CELEBORN_MASTER_MEMORY: mebibytes(config.masterResources, MASTER_HEAP),
                    CELEBORN_MASTER_JAVA_OPTS: "-Dceleborn.master.ha.node.id=$(NODE_ID)",
                },
                resources: config.masterResources,
                quorum: "majority",
                replicas: MASTERS,
                // A quorum cannot form while each waits for the one before, or for peers that DNS does not show.
                order: "parallel",
                publishNotReadyAddresses: true,
                volumes: {
                    raft: {
                        size: config.masterStorage,
                        mountPath: CELEBORN_MOUNTS.masters,
                        ...(storageClass === undefined ? {} : { storageClass }),
                    },
                },
                claimProvider: context.claimProvider,
                ports: MASTER_PORTS,
                health: { ready: { kind: "tcp", port: "rpc" }, startUp: "3 minutes" },
                metrics: { port: "http", path: METRICS_PATH },
                allowFrom: [
                    { workload: workers, ports: ["rpc"] },
                    ...this.#peers("driver", ["rpc"]),
                    ...this.#peers("executor", ["rpc"]),
                ],
                shutdown: { gracePeriod: "1 minute" },
                failover: { kind: "promotion", leaderTimeToLive: LEADER_LEASE, promotion: ELECTION },
            },
            { parent: this, dependsOn: this.#dependencies },
        );
    }

    #workers(name: string, masters: string, group: OrderedStatefulService): void {
        const { config, context } = this.#args;
        const { pool } = placed(context, "batch", "executors");
        const common = this.#common(
            settingsFile(workerSettings(this.endpoints, config.workerStorage)),
            "exec /opt/celeborn/sbin/start-worker.sh",
        );
        new NodeAgent(
            name,
            {
                ...common,
                cluster: context.cluster,
                ...(pool === undefined ? {} : { nodes: { pools: [pool] } }),
                scratch: { ...common.scratch, [CELEBORN_MOUNTS.workers]: config.workerStorage },
                env: {
                    ...this.#environment(),
                    CELEBORN_WORKER_MEMORY: mebibytes(config.workerResources, WORKER_HEAP),
                    CELEBORN_WORKER_OFFHEAP_MEMORY: mebibytes(config.workerResources, WORKER_BUFFERS),
                },
                resources: config.workerResources,
                ports: WORKER_PORTS,
                health: { ready: { kind: "tcp", port: "push" }, startUp: "3 minutes" },
                metrics: { port: "http", path: METRICS_PATH },
                allowFrom: [
                    // It tells a worker of applications before they come.
                    { workload: masters, ports: ["rpc"] },
                    // It reserves and commits; its executors do the rest.
                    ...this.#peers("driver", ["rpc"]),
                    ...this.#peers("executor", ["push", "fetch"]),
                ],
                shutdown: { gracePeriod: "1 minute" },
            },
            { parent: this, dependsOn: [...this.#dependencies, group] },
        );
    }
}
