import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { SCHEDULER_RULES, TASK_RULES } from "../../../../stacks/workloads/airflow/access.ts";
import { taskNamespaceAccess } from "../../../../stacks/workloads/airflow/task-namespace.ts";
import { type Collected, collect, ofType, only } from "../../../support/mocks.ts";

class Owner extends pulumi.ComponentResource {
    constructor() {
        super("test:Owner", "owner", {});
    }
}

const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

describe("the namespace of task pods", () => {
    let resources: Collected[] = [];
    let returned = 0;
    before(async () => {
        resources = await collect(() => {
            returned = taskNamespaceAccess(
                {
                    namespace: "tasks",
                    system: "airflow",
                    componentNamespace: "airflow",
                    components: { scheduler: SCHEDULER_RULES },
                },
                new Owner(),
                [],
            ).length;
        });
    });

    it("holds every right: none is in the components' own, and none in the whole cluster", () => {
        const kinds = ofType(resources, ROLE).map(({ name, inputs }) => `${inputs["metadata"].namespace}/${name}`);
        assert.deepEqual(kinds.toSorted(), ["tasks/airflow-task", "tasks/scheduler"]);
        assert.ok(!resources.some(({ type }) => /ClusterRole/.test(type)));
    });

    it("gives components theirs by their accounts elsewhere, and tasks by the one account that is there", () => {
        const subjects = (name: string) => only(resources, BINDING, name).inputs["subjects"];
        assert.deepEqual(subjects("scheduler"), [{ kind: "ServiceAccount", name: "scheduler", namespace: "airflow" }]);
        assert.deepEqual(subjects("airflow-task"), [
            { kind: "ServiceAccount", name: "airflow-task", namespace: "tasks" },
        ]);
        const accounts = ofType(resources, "kubernetes:core/v1:ServiceAccount");
        assert.deepEqual(
            accounts.map(({ inputs }) => [inputs["metadata"].namespace, inputs["automountServiceAccountToken"]]),
            [["tasks", false]],
        );
    });

    it("lets nobody read a Secret, or change what runs as somebody else", () => {
        const resourcesOf = (rules: typeof TASK_RULES): readonly unknown[] =>
            rules.flatMap(({ resources: named }) => (Array.isArray(named) ? named : []));
        const all = new Set([...resourcesOf(TASK_RULES), ...resourcesOf(SCHEDULER_RULES)]);
        assert.deepEqual([...all].map(String).toSorted(), ["events", "pods", "pods/exec", "pods/log"]);
    });

    it("is complete before the executor starts", () => {
        assert.equal(returned, 3);
    });
});
