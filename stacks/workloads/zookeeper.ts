import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { resolveClusterFacts } from "../../components/cluster-facts.ts";
import { OrderedStatefulService, type QuorumSize, replicaAddress } from "../../components/ordered-stateful-service.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { dependencyList } from "../../components/support/children.ts";
import { workloadLabels } from "../../components/support/naming.ts";
import { bytes } from "../../components/values/quantity.ts";
import type { Peer } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { zookeeperAlerts } from "./zookeeper/alerts.ts";
import {
    asks,
    CLIENT_PORT,
    DATA,
    ELECTION_PORT,
    FOLLOWER_PORT,
    LEADER_TIME_TO_LIVE,
    METRICS_PORT,
    SETTINGS_FILE,
    START_SCRIPT,
    startScript,
    zookeeperSettings,
} from "./zookeeper/settings.ts";

/** `zookeeper` and its group in the image. Source: 31z4/zookeeper-docker, Dockerfile. */
const USER = 1000;
/** Part of the memory that is heap; the rest is Java's own, and the page cache that the log is read from. */
const HEAP_SHARE = 0.6;
const MIB = 2 ** 20;

/** Arguments of {@link ZooKeeper}. */
export interface ZooKeeperArgs {
    readonly config: NonNullable<StackConfig["zookeeper"]>;
    readonly context: WorkloadContext;
    /** Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** Who may connect, beside those of the configuration. */
    readonly clients: readonly Peer[];
}

/**
 * ZooKeeper for tools that still need it. Servers know each other by name and by the number that they have from their
 * ordinal; they are listed in their settings, so that another number of them is a rollout.
 *
 * Connections are neither encrypted nor authenticated, between servers and with clients: network policies let in the named
 * peers and nobody else, and whoever may connect may do everything that the nodes' own access lists leave open.
 */
export class ZooKeeper extends pulumi.ComponentResource {
    /** `HOST:PORT` of every server, as clients take it. */
    readonly connectString: string;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: ZooKeeperArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:ZooKeeper", name, {}, opts);
        const { config, context, namespace, clients } = args;
        const { storageClass } = context;
        const dependsOn = dependencyList(opts.dependsOn);
        const hosts = Array.from({ length: config.replicas }, (_, n) => replicaAddress(name, namespace, n));
        const peers: readonly Peer[] = [...clients, ...config.clients];
        new OrderedStatefulService(
            name,
            {
                ...placed(context, "data"),
                namespace,
                system: name,
                image: config.image,
                quorum: "majority",
                // The configuration takes odd numbers from 3 to 7 only.
                replicas: config.replicas as QuorumSize,
                // None is ready before there is a majority.
                order: "parallel",
                command: ["/bin/sh", START_SCRIPT],
                configFiles: { [SETTINGS_FILE]: zookeeperSettings(hosts), [START_SCRIPT]: startScript() },
                env: {
                    POD_NAME: { field: "metadata.name" },
                    // In MiB.
                    ZK_SERVER_HEAP: String(Math.floor((bytes(config.resources.memory) * HEAP_SHARE) / MIB)),
                    ZOO_LOG_DIR: "/tmp",
                    JMXDISABLE: "true",
                },
                scratch: { "/tmp": "64Mi" },
                volumes: {
                    data: {
                        mountPath: DATA,
                        size: config.storage,
                        ...(storageClass === undefined ? {} : { storageClass }),
                    },
                },
                claimProvider: context.claimProvider,
                resources: config.resources,
                ports: {
                    client: CLIENT_PORT,
                    follower: FOLLOWER_PORT,
                    election: ELECTION_PORT,
                    metrics: METRICS_PORT,
                },
                health: {
                    // It serves: it leads, or it follows.
                    ready: { kind: "command", command: asks("srvr", "^Mode: (leader|follower)$") },
                    // Without a majority it does not serve, and a restart would not bring one.
                    alive: { kind: "command", command: asks("ruok", "^imok") },
                    started: { kind: "tcp", port: "client" },
                    startUp: "2 minutes",
                },
                metrics: { port: "metrics" },
                allowFrom: peers.map((peer) => ({ ...peer, ports: ["client"] })),
                failover: { kind: "promotion", leaderTimeToLive: LEADER_TIME_TO_LIVE, promotion: "10 seconds" },
                availability: context.availability,
                security: { user: USER, group: USER, volumeGroup: USER },
            },
            { parent: this, dependsOn },
        );
        this.#alerts(name, args, dependsOn);
        this.connectString = hosts.map((host) => `${host}:${CLIENT_PORT}`).join(",");
        this.registerOutputs({ connectString: this.connectString });
    }

    #alerts(
        name: string,
        { config, context, namespace }: ZooKeeperArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): k8s.apiextensions.CustomResource {
        const { labels, dependsOn: monitoring } = resolveClusterFacts(context.cluster).monitoring;
        const rules = `${name}-ensemble`;
        const subject = { name, namespace, system: name, containers: [name] };
        return new k8s.apiextensions.CustomResource(
            rules,
            {
                ...PROMETHEUS_RULE,
                metadata: { name: rules, namespace, labels: { ...workloadLabels(name, name), ...labels } },
                spec: prometheusRuleSpec([zookeeperAlerts(subject, config.replicas)]),
            },
            { parent: this, dependsOn: [...dependsOn, ...monitoring] },
        );
    }
}
