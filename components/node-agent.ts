import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { daemonSetAlerts } from "./alerts/daemon-set.ts";
import { AGENT_TOLERATIONS, type AgentNodes, agentAffinity, daemonSet, type HostPath } from "./specs/daemon-set.ts";
import { podTemplate } from "./specs/pod.ts";
import { replicaSeconds } from "./specs/rollout.ts";
import { hostPathVolumes, volumeName } from "./specs/volumes.ts";
import { rolloutSubject, servingOutputs } from "./support/availability.ts";
import { checkMountPaths, checkServing, checkVolumeNames, checkWorkload } from "./support/check-workload.ts";
import { Children, type ServingTransforms, transformed } from "./support/children.ts";
import { Problems } from "./support/errors.ts";
import { checkName } from "./support/naming.ts";
import { type SecurityException, securityExceptions, type WorkloadSummary } from "./support/summary.ts";
import type { ServingArgs, Transform } from "./workload-args.ts";

/** Nodes that are updated at once, in percent. */
const UPDATE_PERCENT = 10;
const MIN_READY_SECONDS = 5;
/** Evicts whatever is in an agent's way; Karpenter keeps no room for agents on nodes that are there already. */
const PRIORITY_CLASS = "system-node-critical";

/** Arguments of a {@link NodeAgent}. It has no replicas: there is one on every node. */
export interface NodeAgentArgs extends Omit<ServingArgs, "pool"> {
    /**
     * Every node whatever its taints, or those of some pools.
     * @default "every"
     */
    readonly nodes?: AgentNodes;
    /** What the agent sees of its node, by the path in the container. Read-only unless said. */
    readonly hostPaths?: Readonly<Record<string, HostPath>>;
    /**
     * Nodes that may be without their agent during an update, in percent.
     * @default 10
     */
    readonly updatePercent?: number;
    readonly transform?: NodeAgentTransforms;
}

/** Changes to the children, one function each. */
export interface NodeAgentTransforms extends ServingTransforms {
    readonly daemonSet?: Transform<k8s.apps.v1.DaemonSetArgs>;
    readonly service?: Transform<k8s.core.v1.ServiceArgs>;
}

/**
 * Something that runs once on every node, tainted ones and those that join later included: a DaemonSet, with its service
 * account, Service (where it has ports), network policy, PodMonitor and alerts, coverage among them.
 *
 * A deployment does not wait for it: one broken node of hundreds would fail it. The coverage alert speaks instead.
 *
 * @example
 * ```ts
 * const exporter = new NodeAgent("node-exporter", {
 *     namespace: "monitoring",
 *     system: "node-metrics",
 *     image: "quay.io/prometheus/node-exporter:v1.9.1",
 *     args: ["--path.rootfs=/host"],
 *     hostPaths: { "/host": { path: "/", followMounts: true } },
 *     ports: { metrics: 9100 },
 *     metrics: { port: "metrics" },
 *     resources: { cpu: "50m", memory: "64Mi" },
 *     health: { ready: { kind: "http", path: "/", port: "metrics" }, startUp: "30 seconds" },
 * });
 * ```
 */
export class NodeAgent extends pulumi.ComponentResource {
    /** DNS name of the Service; undefined without ports. */
    readonly address: string | undefined;
    /** Port numbers by name. */
    readonly ports: Readonly<Record<string, number>>;
    readonly serviceAccountName: pulumi.Output<string>;
    /** Labels that select the pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;
    readonly daemonSet: k8s.apps.v1.DaemonSet;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: NodeAgentArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const plan = check(name, args);
        super("dataplatform:workload:NodeAgent", name, plan.summary, opts);
        const { transform = {} } = args;
        const children = new Children(this, name, args, opts.dependsOn);

        const account = children.serviceAccount(transform.serviceAccount);
        const config = children.configFiles(transform.configMap);
        children.networkPolicy(args, transform.networkPolicy);
        children.clientService(args, transform.service);
        const affinity = agentAffinity(plan.nodes);
        const template = podTemplate(
            { ...args, priorityClass: args.priorityClass ?? PRIORITY_CLASS },
            {
                name,
                serviceAccount: account.metadata.name,
                tolerations: AGENT_TOLERATIONS,
                extra: hostPathVolumes(args.hostPaths),
                ...(affinity === undefined ? {} : { affinity }),
                ...(config.hash === undefined ? {} : { configHash: config.hash }),
            },
        );
        this.daemonSet = new k8s.apps.v1.DaemonSet(
            name,
            transformed(daemonSet(name, { ...args, ...plan, template }), transform.daemonSet),
            children.options(...config.resources),
        );
        children.recommendation("DaemonSet");
        children.podMonitor(args, transform.podMonitor);
        children.prometheusRule(
            [
                daemonSetAlerts({
                    ...rolloutSubject(name, args, plan.replicaSeconds),
                    everyNode: plan.nodes === "every",
                    updatePercent: plan.maxUnavailablePercent,
                }),
            ],
            transform.prometheusRule,
        );

        const reached = servingOutputs(name, args);
        this.address = reached.address;
        this.ports = reached.ports;
        this.serviceAccountName = account.metadata.name;
        this.selectorLabels = reached.selectorLabels;
        this.registerOutputs({
            ...(this.address === undefined ? {} : { address: this.address }),
            serviceAccountName: this.serviceAccountName,
        });
    }
}

interface AgentPlan {
    readonly nodes: AgentNodes;
    readonly maxUnavailablePercent: number;
    readonly minReadySeconds: number;
    readonly replicaSeconds: number;
    readonly summary: WorkloadSummary;
}

function hostAccess(args: NodeAgentArgs): SecurityException[] {
    return Object.values(args.hostPaths ?? {})
        .filter((hostPath) => hostPath.access === "write")
        .map(({ path }) => ({ what: `writes to the node's ${path}`, why: "declared in hostPaths" }));
}

function check(name: string, args: NodeAgentArgs): AgentPlan {
    const problems = new Problems();
    checkWorkload(problems, name, args, { onNode: true });
    checkServing(problems, args, { onNode: true });
    const { nodes = "every", hostPaths = {}, updatePercent = UPDATE_PERCENT } = args;
    problems.check(
        Number.isInteger(updatePercent) && updatePercent >= 1 && updatePercent <= 100,
        "updatePercent",
        updatePercent,
        "nodes are updated in whole percents, from 1 to 100",
        "Correct it",
    );
    if (nodes !== "every") {
        problems.check(nodes.pools.length > 0, "nodes.pools", nodes.pools, "an agent for no pool", 'Say "every"');
        for (const pool of nodes.pools) {
            checkName(problems, "nodes.pools", pool);
        }
    }
    checkMountPaths(problems, [
        ...Object.keys(hostPaths).map((path) => ["hostPaths", path] as const),
        ...Object.keys(args.scratch ?? {}).map((path) => ["scratch", path] as const),
    ]);
    checkVolumeNames(
        problems,
        args,
        Object.keys(hostPaths).map((path) => ["hostPaths", path, volumeName("host", path)] as const),
    );
    for (const [mount, { path }] of Object.entries(hostPaths)) {
        problems.check(
            path.startsWith("/") && !path.split("/").includes(".."),
            `hostPaths.${mount}.path`,
            path,
            "a path on the node is absolute, without ..",
            "Correct it",
        );
    }
    problems.throwIfAny(`NodeAgent "${name}"`);
    const exceptions = [...securityExceptions(args), ...hostAccess(args)];
    return {
        nodes,
        maxUnavailablePercent: updatePercent,
        minReadySeconds: MIN_READY_SECONDS,
        replicaSeconds: replicaSeconds(args.health, args.shutdown, MIN_READY_SECONDS),
        summary: {
            controller: "DaemonSet",
            namespace: args.namespace,
            system: args.system,
            ...(exceptions.length === 0 ? {} : { exceptions }),
        },
    };
}
