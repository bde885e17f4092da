import assert from "node:assert/strict";
import { OPTIONAL_SECTIONS } from "../../../tools/platform-table/optional-sections.ts";
import { prodWith } from "../platform/everything.ts";

const { sparkApplications, celeborn, backfill } = OPTIONAL_SECTIONS;
const report = sparkApplications["daily-report"];

const application = (change: object) => ({ sparkApplications: { report: { ...report, ...change } } });

/** What is refused, by the field that the error names. */
const REFUSED: readonly (readonly [what: string, sections: Readonly<Record<string, unknown>>, problem: RegExp])[] = [
    [
        "fewer at most than at least",
        application({ executors: { min: 9, max: 8 } }),
        /report\.executors\.min: got 9; .*of 8/,
    ],
    [
        "more executors than nodes",
        application({ executors: { min: 0, max: 301 } }),
        /report\.executors\.max: got 301; pools\.sparkExecutor has 300 nodes at most/,
    ],
    [
        "more than the quota takes",
        {
            ...application({ executors: { min: 0, max: 20 } }),
            quotas: {
                airflow: { pods: 40, cpu: "20", memory: "50Gi" },
                airflowTasks: { pods: 500, cpu: "260", memory: "500Gi" },
                batch: { pods: 100, cpu: "50", memory: "800Gi" },
                data: { pods: 60, cpu: "40", memory: "160Gi" },
                kafka: { pods: 100, cpu: "60", memory: "200Gi" },
            },
        },
        /report\.executors\.max: got 20; quotas\.batch takes the driver and 6 executors/,
    ],
    [
        "Celeborn where there is none",
        application({ shuffle: "celeborn" }),
        /report\.shuffle: got "celeborn"; there is no Celeborn/,
    ],
    ["another way to shuffle", application({ shuffle: "external" }), /report\.shuffle: got "external"; it is none of/],
    [
        "a jar without a class",
        application({ application: "local:///a.jar" }),
        /report\.mainClass: .*a jar may hold many/,
    ],
    ["a class of a Python file", application({ mainClass: "a.B" }), /report\.mainClass: got "a\.B"; a Python file/],
    ["an old Spark", application({ sparkVersion: "3.5.1" }), /report\.sparkVersion: got "3\.5\.1"/],
    [
        "a name that is taken",
        { sparkApplications: { spark: report } },
        /sparkApplications\.spark: .*another system has the name/,
    ],
    [
        "a data bucket twice",
        application({
            dataBuckets: ["read", "write"].map((access) => ({
                name: "lake",
                keyArn: "arn:aws:kms:eu-central-1:111122223333:key/1",
                access,
            })),
        }),
        /report\.dataBuckets\[1\]\.name: got "lake"; the bucket is listed twice/,
    ],
    [
        "workers that take the whole disk",
        { celeborn: { ...celeborn, workerStorage: "220Gi" } },
        /celeborn\.workerStorage: got "220Gi"; the local disks of the smallest node of executors have 224Gi/,
    ],
    [
        "more days at a time than there are",
        { backfill: { ...backfill, partitionsAtOnce: 8 } },
        /backfill\.partitionsAtOnce: got 8; a run fills 7 days/,
    ],
    [
        "a schedule that is none",
        { backfill: { ...backfill, schedule: { cron: "never", timeZone: "Europe/Berlin" } } },
        /backfill\.schedule\.cron: got "never"/,
    ],
    ["a misspelt key", { celeborn: { ...celeborn, workerStorag: "1Gi" } }, /Did you mean "workerStorage"/],
];

describe("Configuration of Spark", () => {
    it("takes every section", () => {
        const config = prodWith({ sparkApplications, celeborn, backfill });
        assert.deepEqual(Object.keys(config.sparkApplications ?? {}), ["daily-report", "large-report"]);
        assert.equal(config.celeborn?.workerStorage, "100Gi");
        assert.equal(config.backfill?.range.days, 7);
    });

    it("takes executors and a driver that are given", () => {
        const given = { executorResources: { cpu: "3", memory: "24Gi" } };
        const config = prodWith(application(given));
        assert.deepEqual(config.sparkApplications?.["report"]?.executorResources, given.executorResources);
    });

    for (const [what, sections, problem] of REFUSED) {
        it(`refuses ${what}`, () => {
            assert.throws(() => prodWith(sections), problem);
        });
    }
});
