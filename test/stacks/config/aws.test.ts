import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig, type RawConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

const RDS = {
    kind: "rds",
    version: "18",
    instanceClass: "db.m7g.large",
    storage: "50Gi",
    maxStorage: "200Gi",
    multiAz: true,
    backupDays: 14,
};
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/docker-hub-AbCdEf";

function problems(stack: "prod" | "staging" | "local", changes: Readonly<Record<string, unknown>>): readonly Problem[] {
    const own = Object.entries(changes).map(([key, value]) => [
        key.includes(":") ? key : `data-platform:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const raw: RawConfig = { ...rawConfig(stack), ...Object.fromEntries(own) };
    try {
        parseConfig(raw, "data-platform");
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

type Case = readonly [section: string, value: unknown, field: string, reason: RegExp, fix: RegExp];

const CASES: readonly Case[] = [
    ["aws:allowedAccountIds", [], "aws:allowedAccountIds", /empty/, /at least 1/],
    ["aws:allowedAccountIds", ["prod"], "aws:allowedAccountIds[0]", /twelve digits/, /"111122223333", in quotes/],
    ["aws:allowedAccountIds", [111122223333], "aws:allowedAccountIds[0]", /type string/, /type string/],
    ["aws:allowedAccountIds", ["111122223333", "444455556666"], "aws:allowedAccountIds", /one account/, /alone/],
    ["metadataDatabase", { kind: "aurora" }, "metadataDatabase.kind", /none of "in-cluster", "rds"/, /one of/],
    ["metadataDatabase", { ...RDS, replicas: 3 }, "metadataDatabase.replicas", /nothing reads/, /Remove/],
    ["metadataDatabase", { ...RDS, version: "15" }, "metadataDatabase.version", /none of "16", "17", "18"/, /16/],
    [
        "metadataDatabase",
        { ...RDS, instanceClass: "m7g.large" },
        "metadataDatabase.instanceClass",
        /no class/,
        /db\.m7g/,
    ],
    ["metadataDatabase", { ...RDS, instanceClass: "db.t4g.micro" }, "metadataDatabase.instanceClass", /micro/, /large/],
    ["metadataDatabase", { ...RDS, storage: "10Gi" }, "metadataDatabase.storage", /20 GiB or more/, /"20Gi"/],
    ["metadataDatabase", { ...RDS, maxStorage: "52Gi" }, "metadataDatabase.maxStorage", /room to grow/, /"56Gi"/],
    [
        "metadataDatabase",
        { ...RDS, backupDays: 0 },
        "metadataDatabase.backupDays",
        /outside of 1 to 35/,
        /from 1 to 35/,
    ],
    ["metadataDatabase", { ...RDS, multiAz: false }, "metadataDatabase.multiAz", /lost zone/, /true in prod/],
    ["metabaseDatabase", RDS, "metabaseDatabase.kind", /nothing reads/, /Remove/],
    ["buckets", { airflowLogDays: 14, sparkEventDays: 30 }, "buckets.airflowLogDays", /kept 30 days/, /30 or more/],
    ["buckets", { airflowLogDays: 90 }, "buckets.sparkEventDays", /required/, /buckets\.sparkEventDays/],
    [
        "imageCache",
        { credentials: { dockerHub: SECRET.replace("ecr-pullthroughcache/", "") } },
        "imageCache.credentials.dockerHub",
        /begins with "ecr-pullthroughcache\/"/,
        /arn:aws:secretsmanager/,
    ],
    [
        "imageCache",
        { credentials: { github: SECRET.replace("111122223333", "444455556666") } },
        "imageCache.credentials.github",
        /its own account and region alone, eu-central-1:111122223333/,
        /there/,
    ],
    ["imageCache", { credentials: { quay: SECRET } }, "imageCache.credentials.quay", /nothing reads/, /known here/],
];

describe("configuration of AWS", () => {
    for (const [section, value, field, reason, fix] of CASES) {
        it(`refuses ${section} = ${JSON.stringify(value)}, and says where, what, why and what to do`, () => {
            const found = problems("prod", { [section]: value });
            assert.equal(found.length, 1, JSON.stringify(found, undefined, 2));
            assert.equal(found[0]?.field, field.includes(":") ? field : `data-platform:${field}`);
            assert.match(found[0]?.reason ?? "", reason);
            assert.match(found[0]?.fix ?? "", fix);
        });
    }

    it("takes the account from the provider's own list", () => {
        const config = parseConfig(rawConfig("prod"), "data-platform");
        assert.equal(config.target === "eks" && config.account, "111122223333");
    });

    it("wants to know the account", () => {
        const { "aws:allowedAccountIds": _, ...rest } = rawConfig("prod");
        assert.throws(() => parseConfig(rest, "data-platform"), /aws:allowedAccountIds: got nothing; it is required/);
    });

    it("takes a database of RDS, in staging on one machine", () => {
        assert.deepEqual(problems("prod", { metadataDatabase: RDS }), []);
        assert.deepEqual(problems("staging", { metadataDatabase: { ...RDS, multiAz: false } }), []);
    });

    it("leaves no less time than a failover of RDS takes", () => {
        const [problem] = problems("prod", {
            metadataDatabase: RDS,
            availability: { downtimeBudget: "90 seconds" },
        });
        assert.equal(problem?.field, "data-platform:availability.downtimeBudget");
        assert.match(problem?.reason ?? "", /up to 120 seconds/);
    });

    it("knows RDS on EKS alone", () => {
        const fields = problems("local", { metadataDatabase: RDS }).map(({ field }) => field);
        assert.ok(fields.includes("data-platform:metadataDatabase.kind"));
        const [other] = problems("local", { metabaseDatabase: RDS });
        assert.match(other?.reason ?? "", /nothing reads/);
    });
});
