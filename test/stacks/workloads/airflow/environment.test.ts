import assert from "node:assert/strict";
import { seconds } from "../../../../components/values/duration.ts";
import {
    type AirflowSettings,
    componentEnvironment,
    POD_TEMPLATE_FILE,
    taskEnvironment,
} from "../../../../stacks/workloads/airflow/environment.ts";

const SETTINGS: AirflowSettings = {
    namespace: "airflow",
    taskNamespace: "airflow-tasks",
    apiServer: "api.airflow.svc.cluster.local",
    parallelism: 201,
    downtimeBudget: "5 minutes",
    keysSecret: "keys",
    databaseSecret: "database",
};

const component = componentEnvironment(SETTINGS);
const task = taskEnvironment(SETTINGS);
const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secret" in value;

describe("the environment of Airflow's components", () => {
    it("runs every task as a pod of the namespace for tasks, by the template", () => {
        assert.equal(component["AIRFLOW__CORE__EXECUTOR"], "KubernetesExecutor");
        assert.equal(component["AIRFLOW__KUBERNETES_EXECUTOR__NAMESPACE"], "airflow-tasks");
        assert.equal(component["AIRFLOW__KUBERNETES_EXECUTOR__POD_TEMPLATE_FILE"], POD_TEMPLATE_FILE);
    });

    it("divides the parallelism between both schedulers, which count each for itself", () => {
        assert.equal(component["AIRFLOW__CORE__PARALLELISM"], "101");
    });

    it("takes everything secret from Secrets", () => {
        const secret = Object.keys(component).filter((name) => isSecret(component[name]));
        assert.deepEqual(secret.toSorted(), [
            "AIRFLOW__API_AUTH__JWT_SECRET",
            "AIRFLOW__API__SECRET_KEY",
            "AIRFLOW__CORE__FERNET_KEY",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC",
        ]);
    });

    it("takes over the tasks of a dead scheduler before orchestration counts as down for too long", () => {
        const missed = Number(component["AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD"]);
        const looked = Number(component["AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL"]);
        assert.ok(missed + looked <= seconds(SETTINGS.downtimeBudget), `${missed} s + ${looked} s`);
    });

    it("waits for the database when it starts, for as long as it may be gone; a task does not", () => {
        assert.equal(component["CONNECTION_CHECK_MAX_COUNT"], "100");
        assert.equal(task["CONNECTION_CHECK_MAX_COUNT"], "0");
    });

    it("writes no configuration file of its own", () => {
        assert.equal(component["AIRFLOW_CONFIG"], "/dev/null");
        assert.equal(task["AIRFLOW_CONFIG"], "/dev/null");
    });
});

describe("the environment of both", () => {
    it("makes every line of a log one JSON object", () => {
        for (const environment of [component, task]) {
            assert.equal(environment["AIRFLOW__LOGGING__JSON_LOGS"], "True");
        }
    });

    it("sends metrics where somebody takes them", () => {
        const settings = { ...SETTINGS, statsd: "statsd.airflow" };
        for (const environment of [componentEnvironment(settings), taskEnvironment(settings)]) {
            assert.equal(environment["AIRFLOW__METRICS__STATSD_HOST"], "statsd.airflow");
        }
        assert.equal(component["AIRFLOW__METRICS__STATSD_ON"], undefined);
    });
});

describe("the environment of a task", () => {
    it("has no secret and no way to the database", () => {
        assert.deepEqual(
            Object.keys(task).filter((name) => isSecret(task[name]) || name.startsWith("AIRFLOW__DATABASE__")),
            [],
        );
    });

    it("reaches the API server", () => {
        assert.equal(
            task["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"],
            "http://api.airflow.svc.cluster.local:8080/execution/",
        );
    });

    it("outlasts an outage as long as the downtime budget", () => {
        const outlasted =
            Number(task["AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS"]) *
            Number(task["AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL"]);
        assert.equal(outlasted, 300);
        assert.ok(Number(component["AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"]) > outlasted);
    });
});
