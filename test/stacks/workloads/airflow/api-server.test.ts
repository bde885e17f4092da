import assert from "node:assert/strict";
import { apiServerProgram } from "../../../../stacks/workloads/airflow/api-server.ts";
import { type AirflowSettings, componentEnvironment } from "../../../../stacks/workloads/airflow/environment.ts";

const SETTINGS: AirflowSettings = {
    namespace: "airflow",
    taskNamespace: "airflow-tasks",
    apiServer: "airflow-api-server.airflow.svc.cluster.local",
    parallelism: 10,
    downtimeBudget: "5 minutes",
    keysSecret: "keys",
    databaseSecret: "database",
};

describe("Airflow's API server", () => {
    it("is reached inside of the cluster alone without a host name", () => {
        assert.deepEqual(apiServerProgram(SETTINGS), { args: ["api-server"], env: componentEnvironment(SETTINGS) });
    });

    it("knows the address of browsers, and believes the load balancer, with one", () => {
        const { args, env, ingress } = apiServerProgram({ ...SETTINGS, host: "airflow.data.example.com" });
        assert.deepEqual(ingress, { host: "airflow.data.example.com" });
        assert.deepEqual(args, ["api-server", "--proxy-headers"]);
        assert.equal(env?.["AIRFLOW__API__BASE_URL"], "https://airflow.data.example.com");
        assert.equal(env["FORWARDED_ALLOW_IPS"], "*");
    });
});
