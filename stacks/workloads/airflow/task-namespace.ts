import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespaceRole, serviceAccount } from "../../../components/specs/rbac.ts";
import { TASK_RULES } from "./access.ts";
import { TASK } from "./task-pod.ts";

type PolicyRules = readonly k8s.types.input.rbac.v1.PolicyRule[];

/** What {@link taskNamespaceAccess} is about. */
interface TaskNamespaceArgs {
    /** Namespace of task pods. */
    readonly namespace: string;
    readonly system: string;
    /** Namespace of Airflow's components. */
    readonly componentNamespace: string;
    /** What components may do among task pods, by their service account. */
    readonly components: Readonly<Record<string, PolicyRules>>;
}

/**
 * Who may do what in the namespace of task pods: the executor and the others that follow a task's pod, each from its own
 * namespace, and tasks themselves, which start pods there by KubernetesPodOperator and nowhere else.
 *
 * The namespace is a border, because whoever may start pods in a namespace may mount every Secret of it and run as every
 * service account. There is none but the task's: keys, the database's password and the components' accounts are in
 * `airflow`, where tasks have no right. A pod that a task starts has to meet the level `restricted` (see
 * `pod-operator.ts`). Nobody may connect to such a pod: the namespace denies it, though the VPC CNI holds that only for pods
 * with an owner, so they should have no port. What tasks can do to
 * each other remains: they share one account, so that one may read another's pod, its token for the execution API
 * included, which is valid for ten minutes, and delete it. DAGs that must not trust each other need an Airflow each.
 *
 * @returns what has to be there before the executor starts its first pod
 */
export function taskNamespaceAccess(
    { namespace, system, componentNamespace, components }: TaskNamespaceArgs,
    parent: pulumi.Resource,
    dependsOn: readonly pulumi.Input<pulumi.Resource>[],
): pulumi.Resource[] {
    const owner = { namespace, system };
    const options = { parent, dependsOn: [...dependsOn] };
    const account = new k8s.core.v1.ServiceAccount(TASK, serviceAccount(TASK, owner), options);
    const grant = (name: string, rules: PolicyRules, accountNamespace: string): pulumi.Resource => {
        const { role, binding } = namespaceRole(name, owner, rules, accountNamespace);
        const made = new k8s.rbac.v1.Role(name, role, options);
        return new k8s.rbac.v1.RoleBinding(name, binding, { parent, dependsOn: [...dependsOn, account, made] });
    };
    return [
        account,
        grant(TASK, TASK_RULES, namespace),
        ...Object.entries(components).map(([name, rules]) => grant(name, rules, componentNamespace)),
    ];
}
