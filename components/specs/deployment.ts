import type * as k8s from "@pulumi/kubernetes";
import { selectorLabels, workloadLabels } from "../support/naming.ts";
import { awaitTimeout } from "./rollout.ts";

/** How a Deployment replaces its pods: `surge` starts a quarter more first; `inPlace` never has one more than asked. */
export type DeploymentUpdate = "surge" | "inPlace";

/** Revisions that can be rolled back to. */
const REVISION_HISTORY = 10;

interface DeploymentSpecArgs {
    readonly namespace: string;
    readonly system: string;
    readonly replicas: number;
    readonly update: DeploymentUpdate;
    readonly minReadySeconds: number;
    readonly rolloutSeconds: number;
    readonly template: k8s.types.input.core.v1.PodTemplateSpec;
}

/** The Deployment of a stateless service. */
export function deployment(name: string, args: DeploymentSpecArgs): k8s.apps.v1.DeploymentArgs {
    return {
        metadata: {
            name,
            namespace: args.namespace,
            labels: workloadLabels(name, args.system),
            annotations: awaitTimeout(args.rolloutSeconds),
        },
        spec: {
            replicas: args.replicas,
            selector: { matchLabels: selectorLabels(name) },
            minReadySeconds: args.minReadySeconds,
            progressDeadlineSeconds: Math.max(args.rolloutSeconds, args.minReadySeconds + 1),
            revisionHistoryLimit: REVISION_HISTORY,
            strategy: {
                type: "RollingUpdate",
                rollingUpdate:
                    args.update === "surge"
                        ? { maxSurge: "25%", maxUnavailable: 0 }
                        : { maxSurge: 0, maxUnavailable: 1 },
            },
            template: args.template,
        },
    };
}
