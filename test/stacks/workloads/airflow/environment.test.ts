import assert from "node:assert/strict";
import { seconds } from "../../../../components/values/duration.ts";
import {
    type AirflowSettings,
    componentEnvironment,
    POD_TEMPLATE_FILE,
    taskEnvironment,
} from "../../../../stacks/workloads/airflow/environment.ts";
import { expectedWait, requestAttempts, tokenLife } from "../../../../stacks/workloads/airflow/outage.ts";

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

    it("lets a task wait for room for an hour before it is queued anew", () => {
        assert.equal(component["AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT"], "3600");
        assert.equal(component["AIRFLOW__KUBERNETES_EXECUTOR__TASK_PUBLISH_MAX_RETRIES"], "-1");
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

    const number = (environment: typeof task, name: string): number => Number(environment[name]);

    it("makes requests for longer than the downtime budget, whatever that is", () => {
        assert.ok(expectedWait(number(task, "AIRFLOW__WORKERS__EXECUTION_API_RETRIES")) >= 600);
        for (const downtimeBudget of ["1 minute", "1 hour"] as const) {
            const other = taskEnvironment({ ...SETTINGS, downtimeBudget });
            assert.equal(number(other, "AIRFLOW__WORKERS__EXECUTION_API_RETRIES"), requestAttempts(downtimeBudget));
        }
    });

    it("says itself what the number of its requests follows from, whatever Airflow's defaults become", () => {
        assert.equal(task["AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL"], "5");
        assert.equal(task["AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MIN"], "1");
        assert.equal(task["AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX"], "90");
        assert.equal(task["AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT"], "5");
    });

    it("has a token that outlasts the downtime budget, whatever that is", () => {
        assert.ok(number(component, "AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME") > 5 * 300);
        for (const downtimeBudget of ["1 minute", "1 hour"] as const) {
            const other = componentEnvironment({ ...SETTINGS, downtimeBudget });
            assert.equal(number(other, "AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME"), tokenLife(downtimeBudget));
        }
    });

    it("is not given up for silence before the first attempt after an outage", () => {
        const names = [
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL",
            "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX",
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT",
        ];
        const silent = names.reduce((sum, name) => sum + number(task, name), seconds(SETTINGS.downtimeBudget));
        assert.ok(number(component, "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT") > silent);
        assert.equal(
            task["AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"],
            component["AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"],
        );
    });
});
