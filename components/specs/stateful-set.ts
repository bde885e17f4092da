import type * as k8s from "@pulumi/kubernetes";
import { selectorLabels, workloadLabels } from "../support/naming.ts";
import { claimTemplate, type VolumeArgs } from "./claim.ts";
import { awaitTimeout } from "./rollout.ts";
import { governingServiceName } from "./service.ts";

/** How a StatefulSet replaces its pods: all of them, or as a canary only the ordinals from `partition` on. */
export type StatefulSetUpdate = { readonly kind: "rolling" } | { readonly kind: "canary"; readonly partition: number };

/** Fixed for good: a change of it replaces the StatefulSet. */
const REVISION_HISTORY = 10;

interface StatefulSetSpecArgs {
    readonly namespace: string;
    readonly system: string;
    readonly replicas: number;
    readonly start: number;
    readonly order: "ordered" | "parallel";
    readonly update: StatefulSetUpdate;
    readonly minReadySeconds: number;
    readonly rolloutSeconds: number;
    readonly volumes: Readonly<Record<string, VolumeArgs>>;
    readonly template: k8s.types.input.core.v1.PodTemplateSpec;
}

/** The StatefulSet of an ordered service. */
export function statefulSet(name: string, args: StatefulSetSpecArgs): k8s.apps.v1.StatefulSetArgs {
    return {
        metadata: {
            name,
            namespace: args.namespace,
            labels: workloadLabels(name, args.system),
            annotations: {
                // Should it ever have to be replaced, its pods stay with their volumes and the new one adopts them.
                ...(Object.keys(args.volumes).length === 0 ? {} : { "pulumi.com/deletionPropagationPolicy": "orphan" }),
                // The provider waits for one revision, which a canary has on purpose not.
                ...(args.update.kind === "canary"
                    ? { "pulumi.com/skipAwait": "true" }
                    : awaitTimeout(args.rolloutSeconds)),
            },
        },
        spec: {
            replicas: args.replicas,
            ...(args.start === 0 ? {} : { ordinals: { start: args.start } }),
            serviceName: governingServiceName(name),
            selector: { matchLabels: selectorLabels(name) },
            podManagementPolicy: args.order === "ordered" ? "OrderedReady" : "Parallel",
            minReadySeconds: args.minReadySeconds,
            revisionHistoryLimit: REVISION_HISTORY,
            updateStrategy: {
                type: "RollingUpdate",
                // The API counts from the first ordinal (stateful_set_control.go, getStartOrdinal + partition).
                rollingUpdate: { partition: args.update.kind === "canary" ? args.update.partition - args.start : 0 },
            },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            template: args.template,
            ...(Object.keys(args.volumes).length === 0
                ? {}
                : {
                      volumeClaimTemplates: Object.entries(args.volumes).map(([volume, v]) =>
                          claimTemplate(name, volume, v),
                      ),
                  }),
        },
    };
}
