import assert from "node:assert/strict";
import { parse } from "yaml";
import { taskPodTemplate } from "../../../../stacks/workloads/airflow/task-pod.ts";

const ARGS = {
    settings: {
        namespace: "airflow",
        taskNamespace: "airflow-tasks",
        apiServer: "api.airflow.svc.cluster.local",
        parallelism: 200,
        downtimeBudget: "5 minutes",
        keysSecret: "keys",
        databaseSecret: "database",
    },
    system: "airflow",
    image: "apache/airflow:3.3.2",
    resources: { cpu: "500m", memory: "1Gi" },
} as const;

/** As Airflow reads it: PyYAML follows YAML 1.1. */
const template = (args: Partial<Parameters<typeof taskPodTemplate>[0]> = {}) =>
    parse(taskPodTemplate({ ...ARGS, ...args }), { version: "1.1" });

describe("the template of task pods", () => {
    it("has one container by the name that the executor fills in, and its image", () => {
        const { kind, spec } = template();
        assert.equal(kind, "Pod");
        assert.deepEqual(
            spec.containers.map((container: { name: string; image: string }) => [container.name, container.image]),
            [["base", "apache/airflow:3.3.2"]],
        );
    });

    it("is known by its labels to network policies, and runs as its own account", () => {
        const { metadata, spec } = template();
        assert.equal(metadata.labels["app.kubernetes.io/name"], "airflow-task");
        assert.equal(metadata.labels["app.kubernetes.io/part-of"], "airflow");
        assert.equal(metadata.namespace, "airflow-tasks");
        assert.equal(spec.serviceAccountName, "airflow-task");
    });

    it("runs once, is not moved while it does, and leaves a lost node after 30 seconds", () => {
        const { metadata, spec } = template();
        assert.equal(spec.restartPolicy, "Never");
        assert.equal(metadata.annotations["karpenter.sh/do-not-disrupt"], "true");
        const seconds = spec.tolerations.map((t: { tolerationSeconds?: number }) => t.tolerationSeconds);
        assert.deepEqual(seconds, [30, 30]);
    });

    it("is locked down as every pod, with group 0, which the image insists on", () => {
        const [container] = template().spec.containers;
        assert.deepEqual(container.securityContext, {
            runAsNonRoot: true,
            runAsUser: 50_000,
            runAsGroup: 0,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        });
        const written = container.volumeMounts.map((mount: { mountPath: string }) => mount.mountPath);
        assert.deepEqual(written, ["/tmp", "/opt/airflow/logs"]);
    });

    it("asks for what one task is given", () => {
        const { requests, limits } = template().spec.containers[0].resources;
        assert.deepEqual([requests.cpu, requests.memory, limits.memory], ["500m", "1Gi", "1Gi"]);
    });

    it("has longer to stop than Airflow gives a killed task", () => {
        assert.ok(template().spec.terminationGracePeriodSeconds > 60);
    });

    it("goes to the pool, where there are pools", () => {
        assert.equal(template().spec.nodeSelector, undefined);
        const { nodeSelector, tolerations } = template({ pool: "batch" }).spec;
        assert.deepEqual(nodeSelector, { workload: "batch" });
        assert.equal(tolerations.at(-1).value, "batch");
    });

    it("knows where its task may start pods", () => {
        const { env } = template().spec.containers[0];
        const connection = env.find(({ name }: { name: string }) => name === "AIRFLOW_CONN_KUBERNETES_DEFAULT");
        assert.equal(JSON.parse(connection.value).extra.namespace, "airflow-tasks");
    });

    it("carries words of other meaning in YAML 1.1 as text", () => {
        const { env } = template().spec.containers[0];
        assert.ok(env.every((variable: { value: unknown }) => typeof variable.value === "string"));
    });
});
