import assert from "node:assert/strict";
import { parse } from "yaml";
import { metricsEnvironment, STATSD, statsdExporter } from "../../../../stacks/workloads/airflow/metrics.ts";

describe("how Airflow sends metrics", () => {
    const environment = metricsEnvironment("statsd.airflow");

    it("is to the exporter, where it listens", () => {
        const { ports, args } = statsdExporter([]);
        assert.deepEqual(ports?.["ingest"], { port: 9125, protocol: "UDP" });
        assert.ok(args?.includes("--statsd.listen-udp=:9125"));
        assert.equal(environment["AIRFLOW__METRICS__STATSD_ON"], "True");
        assert.equal(environment["AIRFLOW__METRICS__STATSD_HOST"], "statsd.airflow");
        assert.equal(environment["AIRFLOW__METRICS__STATSD_PORT"], "9125");
    });

    it("is with DAGs in tags, and neither tasks nor runs anywhere", () => {
        assert.equal(environment["AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED"], "True");
        assert.equal(environment["AIRFLOW__METRICS__LEGACY_NAMES_ON"], "False");
        const disabled = environment["AIRFLOW__METRICS__STATSD_DISABLED_TAGS"]?.split(",") ?? [];
        // Airflow looks for each anywhere in a tag's name.
        const sent = ["dag_id", "pool_name", "status", "queue"].filter((tag) =>
            disabled.some((no) => tag.includes(no)),
        );
        assert.deepEqual([sent, disabled.includes("task_id"), disabled.includes("run_id")], [[], true, true]);
    });

    it("is without gauges that would overwrite each other once the task's name is gone", () => {
        const blocked = (environment["AIRFLOW__METRICS__METRICS_BLOCK_LIST"] ?? "")
            .split(",")
            .map((one) => new RegExp(one));
        const sent = (stat: string): boolean => !blocked.some((pattern) => pattern.test(stat));
        assert.deepEqual(
            [
                "ti.queued,queue=default,dag_id=a",
                "ti.running,queue=default,dag_id=a",
                "dagrun.a.first_task_scheduling_delay,dag_id=a",
                "ti.start,dag_id=a",
                "dagrun.first_task_start_delay,dag_id=a",
                "dagrun.duration.failed,dag_id=a",
                "pool.queued_slots,pool_name=default_pool",
            ].map(sent),
            [false, false, false, true, true, true, true],
        );
    });
});

describe("the exporter of Airflow's metrics", () => {
    it("is one, since counters and gauges of a process have to be in one place", () => {
        assert.equal(statsdExporter([]).replicas, 1);
    });

    it("forgets gauges that nobody sends, and no counter", () => {
        const [content] = Object.values(statsdExporter([]).configFiles ?? {});
        const { defaults, mappings } = parse(typeof content === "string" ? content : "");
        assert.equal(defaults.ttl, undefined);
        assert.deepEqual(mappings, [
            { match: ".+", match_type: "regex", match_metric_type: "gauge", name: "$0", ttl: "10m" },
        ]);
    });

    it("reads the mapping that it is given", () => {
        const { args, configFiles } = statsdExporter([]);
        assert.ok(args?.includes(`--statsd.mapping-config=${Object.keys(configFiles ?? {})[0]}`));
    });

    it("lets senders in where they send, and Prometheus alone to the metrics", () => {
        const { allowFrom, metrics, health } = statsdExporter([{ workload: "a" }, { workload: "b", namespace: "n" }]);
        assert.deepEqual(allowFrom, [
            { workload: "a", ports: ["ingest"] },
            { workload: "b", namespace: "n", ports: ["ingest"] },
        ]);
        assert.equal(metrics?.port, "metrics");
        assert.deepEqual(health.ready, { kind: "http", path: "/-/ready", port: "metrics" });
        assert.equal(STATSD, "airflow-statsd");
    });
});
