import type * as k8s from "@pulumi/kubernetes";
import { POOL_LABEL, selectorLabels, workloadLabels } from "../support/naming.ts";

/** A directory or file of the node that an agent sees. */
export interface HostPath {
    /** Path on the node. */
    readonly path: string;
    /** @default "read" */
    readonly access?: "read" | "write";
    /**
     * What has to be there already; `DirectoryOrCreate` makes it.
     * @default no check
     */
    readonly type?: "Directory" | "DirectoryOrCreate" | "File" | "Socket";
    /**
     * See what the node mounts there after the pod's start, too.
     * @default false
     */
    readonly followMounts?: boolean;
}

/** On which nodes an agent runs. */
export type AgentNodes = "every" | { readonly pools: readonly [string, ...string[]] };

/** Lets the policies tell an agent for some pools from one that forgot the others. */
export const POOLS_ANNOTATION = "dataplatform/node-pools";

interface DaemonSetSpecArgs {
    readonly namespace: string;
    readonly system: string;
    readonly nodes: AgentNodes;
    readonly maxUnavailablePercent: number;
    readonly minReadySeconds: number;
    readonly template: k8s.types.input.core.v1.PodTemplateSpec;
}

/** Tolerates every taint. Also for named pools: a node that is new, full or going away still needs its agent. */
export const AGENT_TOLERATIONS: readonly k8s.types.input.core.v1.Toleration[] = [{ operator: "Exists" }];

/** The nodes of an agent that is for some pools only. */
export function agentAffinity(nodes: AgentNodes): k8s.types.input.core.v1.Affinity | undefined {
    return nodes === "every"
        ? undefined
        : {
              nodeAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: {
                      nodeSelectorTerms: [
                          { matchExpressions: [{ key: POOL_LABEL, operator: "In", values: [...nodes.pools] }] },
                      ],
                  },
              },
          };
}

/** The DaemonSet of a node agent. */
export function daemonSet(name: string, args: DaemonSetSpecArgs): k8s.apps.v1.DaemonSetArgs {
    return {
        metadata: {
            name,
            namespace: args.namespace,
            labels: workloadLabels(name, args.system),
            annotations: {
                // One broken node of hundreds must not fail a deployment; the coverage alert speaks of it.
                "pulumi.com/skipAwait": "true",
                ...(args.nodes === "every" ? {} : { [POOLS_ANNOTATION]: args.nodes.pools.join(",") }),
            },
        },
        spec: {
            selector: { matchLabels: selectorLabels(name) },
            minReadySeconds: args.minReadySeconds,
            updateStrategy: {
                type: "RollingUpdate",
                // Surge would start a second agent on the node's ports and files.
                rollingUpdate: { maxUnavailable: `${args.maxUnavailablePercent}%`, maxSurge: 0 },
            },
            template: args.template,
        },
    };
}
