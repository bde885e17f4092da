import assert from "node:assert/strict";
import { podOperatorConnection } from "../../../../stacks/workloads/airflow/pod-operator.ts";

const { AIRFLOW_CONN_KUBERNETES_DEFAULT: connection = "" } = podOperatorConnection({
    namespace: "tasks",
    image: "acme/airflow:3.3.2",
    security: { user: 50_000, group: 0 },
});

describe("the connection of KubernetesPodOperator", () => {
    const { conn_type: type, extra } = JSON.parse(connection);

    it("leads to the namespace of tasks, in the cluster itself", () => {
        assert.deepEqual([type, extra.in_cluster, extra.namespace], ["kubernetes", true, "tasks"]);
    });

    it("makes the sidecar of Airflow's own image, as the level restricted wants it", () => {
        assert.equal(extra.xcom_sidecar_container_image, "acme/airflow:3.3.2");
        assert.deepEqual(JSON.parse(extra.xcom_sidecar_container_security_context), {
            runAsNonRoot: true,
            runAsUser: 50_000,
            runAsGroup: 0,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        });
    });

    it("has nothing secret in it", () => {
        assert.doesNotMatch(connection, /password|token|login/i);
    });
});
