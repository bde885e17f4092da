import type * as k8s from "@pulumi/kubernetes";
import { workloadLabels } from "../support/naming.ts";

interface Owner {
    readonly namespace: string;
    readonly system: string;
}

type PolicyRules = readonly k8s.types.input.rbac.v1.PolicyRule[];

/** The service account of a workload; a token is mounted by the pod that asks for one, never by default. */
export function serviceAccount(name: string, owner: Owner): k8s.core.v1.ServiceAccountArgs {
    return {
        metadata: { name, namespace: owner.namespace, labels: workloadLabels(name, owner.system) },
        automountServiceAccountToken: false,
    };
}

/**
 * A Role and its binding, for rules in one namespace.
 *
 * @param accountNamespace where the service account of that name is; by default where the rules hold
 */
export function namespaceRole(
    name: string,
    owner: Owner,
    rules: PolicyRules,
    accountNamespace: string = owner.namespace,
): { role: k8s.rbac.v1.RoleArgs; binding: k8s.rbac.v1.RoleBindingArgs } {
    const metadata = { name, namespace: owner.namespace, labels: workloadLabels(name, owner.system) };
    return {
        role: { metadata, rules: [...rules] },
        binding: {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
            subjects: [{ kind: "ServiceAccount", name, namespace: accountNamespace }],
        },
    };
}

/** A ClusterRole and its binding; named with the namespace, since cluster-wide names have none. A colon parts the two. */
export function clusterRole(
    name: string,
    owner: Owner,
    rules: PolicyRules,
): { role: k8s.rbac.v1.ClusterRoleArgs; binding: k8s.rbac.v1.ClusterRoleBindingArgs } {
    const clusterName = `${owner.namespace}:${name}`;
    const metadata = { name: clusterName, labels: workloadLabels(name, owner.system) };
    return {
        role: { metadata, rules: [...rules] },
        binding: {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterName },
            subjects: [{ kind: "ServiceAccount", name, namespace: owner.namespace }],
        },
    };
}
