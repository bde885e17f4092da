import assert from "node:assert/strict";
import { archiveAlerts } from "../../../../stacks/workloads/metadata-database/archive-alerts.ts";
import { assertParses, metricNames } from "../../../support/promql.ts";

/** What postgres_exporter 0.20 has on the archiver. */
const METRICS = ["archived_count", "failed_count", "last_archive_age"].map((metric) => `pg_stat_archiver_${metric}`);

describe("alerts on the archive", () => {
    const subject = { name: "db", namespace: "data", system: "db", containers: ["db"] };
    const { rules } = archiveAlerts(subject, "db-exporter");

    it("are PromQL on metrics that exist, of this database's exporter", () => {
        for (const { expr } of rules) {
            assertParses(expr);
            assert.ok(
                metricNames(expr).every((metric) => METRICS.includes(metric)),
                expr,
            );
            assert.match(expr, /\{namespace="data",container="db-exporter"\}/);
        }
        assert.deepEqual([...new Set(rules.flatMap(({ expr }) => metricNames(expr)))].toSorted(), METRICS);
    });

    it("say what a change of leader costs meanwhile, and the command for it", () => {
        const { description } = rules[0]?.annotations ?? {};
        assert.match(
            description ?? "",
            /after any change of leader while archiving failed, make a base backup at once/,
        );
        assert.match(
            description ?? "",
            /kubectl --namespace data create job --from=cronjob\/db-backup db-backup-now\./,
        );
    });

    it("call somebody when every attempt fails, and wait for the morning otherwise", () => {
        assert.deepEqual(
            rules.map(({ alert, labels }) => [alert, labels["severity"]]),
            [
                ["DatabaseArchiveFailing", "critical"],
                ["DatabaseArchiveLate", "warning"],
                ["DatabaseArchiveMetricsMissing", "warning"],
            ],
        );
    });
});
