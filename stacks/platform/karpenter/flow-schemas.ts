import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

type Rule = Omit<k8s.types.input.flowcontrol.v1.PolicyRulesWithSubjects, "subjects">;

/** By the API server's own levels for what a cluster cannot run without: everything asked, and the lease by itself. */
const RULES: Readonly<Record<string, { readonly precedence: number; readonly rule: Rule }>> = {
    "leader-election": {
        precedence: 200,
        rule: {
            resourceRules: [
                {
                    apiGroups: ["coordination.k8s.io"],
                    resources: ["leases"],
                    verbs: ["get", "create", "update"],
                    namespaces: ["*"],
                },
            ],
        },
    },
    "workload-high": {
        precedence: 1000,
        rule: {
            resourceRules: [
                { apiGroups: ["*"], resources: ["*"], verbs: ["*"], clusterScope: true, namespaces: ["*"] },
            ],
            nonResourceRules: [{ nonResourceURLs: ["*"], verbs: ["*"] }],
        },
    },
};

/**
 * Puts a controller's requests before those of workloads, as the API server does with those of EKS's own namespace. No
 * rights come with it.
 *
 * Source: Karpenter, "Getting Started", "Preventing APIServer Request Throttling".
 */
export function flowSchemas(
    account: { readonly namespace: string; readonly serviceAccount: string },
    opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
    const { namespace, serviceAccount } = account;
    return Object.entries(RULES).map(([level, { precedence, rule }]) => {
        const name = `${serviceAccount}-${level}`;
        return new k8s.flowcontrol.v1.FlowSchema(
            name,
            {
                metadata: { name },
                spec: {
                    priorityLevelConfiguration: { name: level },
                    matchingPrecedence: precedence,
                    distinguisherMethod: { type: "ByUser" },
                    rules: [
                        {
                            ...rule,
                            subjects: [{ kind: "ServiceAccount", serviceAccount: { name: serviceAccount, namespace } }],
                        },
                    ],
                },
            },
            opts,
        );
    });
}
