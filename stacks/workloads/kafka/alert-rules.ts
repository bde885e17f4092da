import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AlertGroup } from "../../../components/alerts/subject.ts";
import { type ClusterFacts, resolveClusterFacts } from "../../../components/cluster-facts.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../../components/specs/monitoring.ts";
import { workloadLabels } from "../../../components/support/naming.ts";

/** Whose alerts they are. */
interface Owner {
    readonly namespace: string;
    /** The system that it is part of. */
    readonly system: string;
    readonly cluster?: ClusterFacts;
}

/** Registers alerts on what a system does, beside those on its pods that its component makes under its own name. */
export function alertRules(
    name: string,
    groups: readonly AlertGroup[],
    { namespace, system, cluster }: Owner,
    opts: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Input<pulumi.Resource>[] },
): k8s.apiextensions.CustomResource {
    const { labels, dependsOn } = resolveClusterFacts(cluster).monitoring;
    return new k8s.apiextensions.CustomResource(
        name,
        {
            ...PROMETHEUS_RULE,
            metadata: { name, namespace, labels: { ...workloadLabels(name, system), ...labels } },
            spec: prometheusRuleSpec(groups),
        },
        { parent: opts.parent, dependsOn: [...opts.dependsOn, ...dependsOn] },
    );
}
