import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { OPTIONAL_SECTIONS } from "../../../tools/platform-table/optional-sections.ts";
import { rawConfig } from "../raw-config.ts";

const PROJECT = "data-platform";
const { cache, zookeeper } = OPTIONAL_SECTIONS;

function problems(section: string, value: unknown, stack: "prod" | "local" = "prod"): readonly Problem[] {
    try {
        parseConfig({ ...rawConfig(stack), [`${PROJECT}:${section}`]: JSON.stringify(value) }, PROJECT);
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

const database = JSON.parse(rawConfig("prod")[`${PROJECT}:metadataDatabase`] ?? "{}");
const { backups } = database;

type Case = readonly [section: string, value: unknown, field: string, reason: RegExp, fix: RegExp];

const CASES: readonly Case[] = [
    ["cache", { ...cache, whenFull: "forget" }, "cache.whenFull", /none of "refuse-writes"/, /one of/],
    ["cache", { ...cache, replicas: 5 }, "cache.replicas", /nothing reads/, /Remove/],
    ["cache", { ...cache, exporter: undefined }, "cache.exporter", /required/, /cache\.exporter/],
    [
        "cache",
        { ...cache, clients: [{ namespace: "Superset", workload: "web" }] },
        "cache.clients[0].namespace",
        /no name of a namespace/,
        /lower-case/,
    ],
    ["zookeeper", { ...zookeeper, replicas: 4 }, "zookeeper.replicas", /majority of 4/, /3 or 5/],
    ["zookeeper", { ...zookeeper, image: "zookeeper" }, "zookeeper.image", /without a tag/, /Add a version/],
    [
        "metadataDatabase",
        { ...database, backups: { ...backups, keepDays: 3 } },
        "metadataDatabase.backups.keepDays",
        /found 7 days later/,
        /7 or more in prod/,
    ],
    [
        "metadataDatabase",
        { ...database, backups: { ...backups, schedule: { cron: "0 25 * * *", timeZone: "Etc/UTC" } } },
        "metadataDatabase.backups.schedule.cron",
        /no cron expression/,
        /0 2 \* \* \*/,
    ],
    ["metadataDatabase", { ...database, backups: undefined }, "metadataDatabase.backups", /required/, /backups/],
    [
        "metadataDatabase",
        { ...database, restored: { generation: 2, from: 1, to: "2026-11-21 10:15" } },
        "metadataDatabase.restored.to",
        /an offset/,
        /2026-11-21T10:15:00Z/,
    ],
    [
        "metadataDatabase",
        { ...database, restored: { generation: 2, from: 2 } },
        "metadataDatabase.restored.from",
        /generation 2 comes after it/,
        /earlier/,
    ],
    [
        "metadataDatabase",
        { ...database, restored: { generation: 1, from: 1 } },
        "metadataDatabase.restored.generation",
        /outside of 2 to 99/,
        /from 2/,
    ],
];

describe("the configuration of stores", () => {
    for (const [section, value, field, reason, fix] of CASES) {
        it(`refuses ${section} with ${field} as it is here: ${reason.source}`, () => {
            const found = problems(section, value).find((problem) => problem.field === `${PROJECT}:${field}`);
            assert.ok(found, `no problem of ${field}`);
            assert.match(found.reason, reason);
            assert.match(found.fix, fix);
        });
    }

    it("takes what is right, on any cluster", () => {
        for (const stack of ["prod", "local"] as const) {
            assert.deepEqual(problems("cache", cache, stack), []);
            assert.deepEqual(problems("zookeeper", zookeeper, stack), []);
        }
        const restored = { generation: 3, from: 1, to: "2026-11-21T10:15:00+01:00" };
        assert.deepEqual(problems("metadataDatabase", { ...database, restored }), []);
    });

    it("has no backups where there is no bucket for them", () => {
        const { backups: asked, exporter: _, ...local } = database;
        assert.deepEqual(problems("metadataDatabase", local, "local"), []);
        const [refused] = problems("metadataDatabase", { ...local, backups: asked }, "local");
        assert.equal(refused?.field, `${PROJECT}:metadataDatabase.backups`);
    });
});
