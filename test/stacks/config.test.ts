import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../components/support/errors.ts";
import { parseConfig, type RawConfig } from "../../stacks/config.ts";
import { rawConfig } from "./raw-config.ts";

const PROJECT = "data-platform";

function problems(raw: RawConfig, isSecret?: (key: string) => boolean): readonly Problem[] {
    try {
        parseConfig(raw, PROJECT, isSecret);
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

/** A valid configuration with one value changed; `undefined` takes the key away. */
function changed(stack: "prod" | "staging" | "local", key: string, value: unknown): RawConfig {
    const [section = "", ...path] = key.split(".");
    const raw: Record<string, string> = { ...rawConfig(stack) };
    const fullKey = section.includes(":") ? section : `${PROJECT}:${section}`;
    if (path.length === 0) {
        raw[fullKey] = typeof value === "string" ? value : JSON.stringify(value);
        if (value === undefined) {
            delete raw[fullKey];
        }
        return raw;
    }
    const root = JSON.parse(raw[fullKey] ?? "{}");
    const owner = path.slice(0, -1).reduce((object, step) => object[step], root);
    const last = path.at(-1) ?? "";
    if (value === undefined) {
        delete owner[last];
    } else {
        owner[last] = value;
    }
    raw[fullKey] = JSON.stringify(root);
    return raw;
}

/** What is changed in prod, where that is found, and what is said about it. */
interface Case {
    readonly key: string;
    readonly value: unknown;
    readonly field?: string;
    readonly shown?: unknown;
    readonly reason: RegExp;
    readonly fix: RegExp;
}

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const ARN = "arn:aws:iam::111122223333:role/data-platform-admin";

const CASES: readonly Case[] = [
    { key: "target", value: "eksx", reason: /none of "eks", "kubeconfig"/, fix: /Did you mean "eks"/ },
    { key: "target", value: undefined, reason: /required/, fix: /one of "eks", "kubeconfig"/ },
    { key: "environment", value: "production", reason: /none of "prod", "staging"/, fix: /"prod", "staging"/ },
    { key: "environment", value: "stagin", reason: /none of/, fix: /Did you mean "staging"/ },
    { key: "aws:region", value: undefined, reason: /required/, fix: /config set --path 'aws:region'/ },
    { key: "aws:region", value: "frankfurt", reason: /no name of a region/, fix: /eu-central-1/ },
    { key: "netwrok", value: "x", reason: /nothing reads/, fix: /Did you mean "network"/ },
    { key: "surprise", value: "x", reason: /nothing reads/, fix: /Remove it; known here are target, / },
    { key: "network.zone", value: ZONES, reason: /nothing reads/, fix: /Did you mean "zones"/ },
    { key: "airflow.replicas.shedulers", value: 3, reason: /nothing reads/, fix: /known here are apiServer, / },
    { key: "kafka", value: undefined, reason: /required/, fix: /'data-platform:kafka'/ },
    { key: "kafka.topic.name", value: undefined, reason: /required/, fix: /'data-platform:kafka.topic.name'/ },
    { key: "kafka.brokers", value: "three", reason: /type number/, fix: /type number/ },
    { key: "network.cidr", value: "10.20.0.0/33", reason: /no IPv4 range/, fix: /10\.20\.0\.0\/16/ },
    { key: "network.cidr", value: "10.20.0.1/16", reason: /bits set behind/, fix: /"10\.20\.0\.0\/16"/ },
    { key: "network.cidr", value: "10.0.0.0/8", reason: /larger than a \/16/, fix: /\/16/ },
    { key: "network.cidr", value: "8.8.0.0/16", reason: /not a private range/, fix: /10\.20\.0\.0\/16/ },
    { key: "network.cidr", value: "172.20.0.0/16", reason: /addresses of Services/, fix: /another range/ },
    { key: "network.cidr", value: "10.20.0.0/20", reason: /need a \/20/, fix: /Use a \/18 or larger/ },
    { key: "network.zones", value: ["eu-central-1a"], reason: /majority/, fix: /at least 3 zones/ },
    {
        key: "network.zones",
        value: [...ZONES.slice(0, 2), "eu-west-1c"],
        field: "network.zones[2]",
        shown: "eu-west-1c",
        reason: /does not lie in the region eu-central-1/,
        fix: /zone of eu-central-1/,
    },
    {
        key: "network.zones",
        value: [...ZONES.slice(0, 2), "eu-central-1a"],
        field: "network.zones[2]",
        shown: "eu-central-1a",
        reason: /listed twice/,
        fix: /Remove/,
    },
    { key: "metabaseDatabase.multiAz", value: false, reason: /lost zone takes/, fix: /Use true in prod/ },
    { key: "network.natGateways", value: "single", reason: /cuts off/, fix: /"per-zone"/ },
    { key: "network.natGateways", value: "per-zon", reason: /none of/, fix: /Did you mean "per-zone"/ },
    {
        key: "network.interfaceEndpoints",
        value: ["dynamodb"],
        field: "network.interfaceEndpoints[0]",
        shown: "dynamodb",
        reason: /none of/,
        fix: /"ecr\.api"/,
    },
    { key: "cluster.version", value: "1.34", reason: /from 1\.35/, fix: /"1\.35" or later/ },
    { key: "cluster.version", value: "v1.35.2", reason: /by its minor/, fix: /"1\.35", in quotes/ },
    { key: "cluster.version", value: 1.35, reason: /type string/, fix: /type string/ },
    { key: "cluster.endpointCidrs", value: undefined, reason: /required/, fix: /cluster\.endpointCidrs/ },
    { key: "cluster.endpointCidrs", value: [], reason: /empty/, fix: /at least 1/ },
    {
        key: "cluster.endpointCidrs",
        value: ["0.0.0.0/0"],
        field: "cluster.endpointCidrs[0]",
        shown: "0.0.0.0/0",
        reason: /opens the API server to the internet/,
        fix: /office, VPN and runners/,
    },
    {
        key: "cluster.adminRoleArns",
        value: ["admin"],
        field: "cluster.adminRoleArns[0]",
        shown: "admin",
        reason: /no ARN/,
        fix: /arn:aws:iam::/,
    },
    {
        key: "cluster.adminRoleArns",
        value: [ARN, ARN],
        field: "cluster.adminRoleArns[1]",
        shown: ARN,
        reason: /listed twice/,
        fix: /Remove/,
    },
    { key: "cluster.previewRoleArn", value: ARN, reason: /already an administrator/, fix: /role of its own/ },
    { key: "cluster.deletionProtection", value: false, reason: /delete the production cluster/, fix: /true/ },
    { key: "pools.infra.min", value: 12, reason: /above the typical 9/, fix: /at most 9/ },
    { key: "pools.infra.typical", value: 18, reason: /above the maximum of 15/, fix: /at most 15/ },
    { key: "pools.infra.max", value: 16, reason: /shared evenly/, fix: /such as 18/ },
    {
        key: "pools.infra.instanceTypes",
        value: ["large"],
        field: "pools.infra.instanceTypes[0]",
        shown: "large",
        reason: /no EC2 instance type/,
        fix: /m7g\.2xlarge/,
    },
    {
        key: "pools.infra.instanceTypes",
        value: ["m7i.2xlarge", "m7g.2xlarge"],
        reason: /one image, and m7g\.2xlarge cannot boot/,
        fix: /one architecture/,
    },
    { key: "pools.infra.diskSize", value: 8, reason: /outside of 20 to 16384/, fix: /from 20/ },
    { key: "availability.downtimeBudget", value: "5m", reason: /a duration is/, fix: /"30 seconds"/ },
    { key: "availability.downtimeBudget", value: "10 seconds", reason: /60 seconds at worst/, fix: /"1 minute"/ },
    { key: "availability.downtimeBudget", value: "1 hour", reason: /promised 5 minutes/, fix: /"5 minutes" in prod/ },
    { key: "logs.retentionDays", value: 45, reason: /CloudWatch does not take/, fix: /Use 60/ },
    { key: "logs.retentionDays", value: 14, reason: /kept 30 days/, fix: /Use 30/ },
    { key: "fluentBit.resources.memory", value: "256MB", reason: /binary unit/, fix: /"512Mi"/ },
    { key: "flink.taskManagerResources.memory", value: "4GB", reason: /binary unit/, fix: /"512Mi"/ },
    { key: "airflow.image", value: "apache/airflow", reason: /without a tag/, fix: /version or a digest/ },
    { key: "airflow.image", value: "apache/airflow:latest", reason: /latest moves/, fix: /version or a digest/ },
    { key: "airflow.image", value: "Apache Airflow", reason: /no image reference/, fix: /registry\/name:1\.2\.3/ },
    { key: "airflow.replicas.apiServer", value: 1, reason: /outside of 2 to 20/, fix: /from 2 to 20/ },
    { key: "airflow.resources.task.memory", value: "1GB", reason: /binary unit/, fix: /"512Mi"/ },
    { key: "airflow.resources.task.cpu", value: "half", reason: /amount of CPU/, fix: /"250m"/ },
    { key: "metadataDatabase.replicas", value: 4, reason: /majority of 4/, fix: /Use 3 or 5/ },
    { key: "metadataDatabase.storage", value: "500Mi", reason: /whole GiB/, fix: /"20Gi"/ },
    { key: "kafka.controllers", value: 1, reason: /outside of 3 to 7/, fix: /from 3 to 7/ },
    { key: "kafka.topic.name", value: "no spaces", reason: /letters, digits, dots/, fix: /Rename/ },
    {
        key: "consumers.membership",
        value: { kind: "static", replicas: 49, restartTime: "15 seconds" },
        field: "consumers.membership.replicas",
        shown: 49,
        reason: /48 partitions leaves every further member idle/,
        fix: /at most 48/,
    },
    {
        key: "consumers.membership",
        value: { kind: "dynamic", min: 2, max: 96, lagPerReplica: 5000 },
        field: "consumers.membership.max",
        shown: 96,
        reason: /48 partitions leaves every further member idle/,
        fix: /at most 48/,
    },
    {
        key: "consumers.membership",
        value: { kind: "dynamic", min: 24, max: 12, lagPerReplica: 5000 },
        field: "consumers.membership.min",
        shown: 24,
        reason: /above the maximum of 12/,
        fix: /at most 12/,
    },
    {
        key: "consumers.membership",
        value: { kind: "sticky" },
        field: "consumers.membership.kind",
        shown: "sticky",
        reason: /none of "static", "dynamic"/,
        fix: /one of "static", "dynamic"/,
    },
    { key: "consumers.lagBudget", value: "soon", reason: /a duration is/, fix: /"30 seconds"/ },
    { key: "spark.application", value: "/jobs/report.py", reason: /in the image/, fix: /local:\/\/\// },
    { key: "etl.schedule.cron", value: "0 2 * *", reason: /five fields/, fix: /0 2 \* \* \*/ },
    { key: "etl.schedule.cron", value: "61 2 * * *", reason: /no cron expression/, fix: /0 2 \* \* \*/ },
    { key: "etl.schedule.timeZone", value: "CEST+1", reason: /no IANA time zone/, fix: /Europe\/Berlin/ },
    { key: "etl.command", value: [], reason: /empty/, fix: /at least 1/ },
    { key: "monitoring.storage", value: "100GB", reason: /binary unit/, fix: /Gi/ },
];

describe("configuration", () => {
    for (const stack of ["prod", "staging", "local"] as const) {
        it(`takes that of ${stack}`, () => {
            assert.deepEqual(problems(rawConfig(stack)), []);
        });
    }

    it("gives the values their types and leaves them as they are", () => {
        const config = parseConfig(rawConfig("prod"), PROJECT);
        assert.equal(config.target, "eks");
        assert.equal(config.target === "eks" && config.region, "eu-central-1");
        assert.deepEqual(config.kafka.topic, { name: "events", partitions: 48 });
        assert.equal(config.consumers.membership.kind, "static");
    });

    for (const { key, value, field, shown, reason, fix } of CASES) {
        it(`refuses ${key} = ${JSON.stringify(value)}, and says where, what, why and what to do`, () => {
            const found = problems(changed("prod", key, value));
            assert.equal(found.length, 1, JSON.stringify(found, undefined, 2));
            const [problem] = found;
            const name = field ?? key;
            assert.equal(problem?.field, name.includes(":") ? name : `${PROJECT}:${name}`);
            assert.deepEqual(problem?.value, shown ?? value);
            assert.match(problem?.reason ?? "", reason);
            assert.match(problem?.fix ?? "", fix);
        });
    }

    it("covers at least 20 kinds of mistake", () => {
        assert.ok(new Set(CASES.map((one) => one.reason.source)).size >= 20);
    });

    it("reports all problems at once, in one error that names each", () => {
        const raw = {
            ...changed("prod", "network.cidr", "10.20.0.0/20"),
            "data-platform:logs": '{"retentionDays":14,"colour":"blue"}',
            "data-platform:nonsense": "1",
        };
        const found = problems(raw);
        assert.deepEqual(
            found.map((problem) => problem.field),
            [
                "data-platform:nonsense",
                "data-platform:logs.colour",
                "data-platform:network.cidr",
                "data-platform:logs.retentionDays",
            ],
        );
        assert.throws(() => parseConfig(raw, PROJECT), {
            message: /^Configuration:\n(?:  data-platform:\S+: got .+; .+\. .+\.\n?){4}$/,
        });
    });

    it("does not show what is encrypted", () => {
        const raw = { ...rawConfig("prod"), "data-platform:pasword": "hunter2" };
        const [problem] = problems(raw, (key) => key === "data-platform:pasword");
        assert.equal(problem?.value, "[secret]");
    });

    it("says of a checked value that is encrypted that it cannot be read", () => {
        const raw = changed("prod", "kafka.image", "[secret]");
        const [problem] = problems(raw, (key) => key.startsWith("data-platform:kafka"));
        assert.equal(problem?.field, "data-platform:kafka.image");
        assert.match(problem?.reason ?? "", /encrypted.*cannot be read/);
        assert.match(problem?.fix ?? "", /--plaintext/);
    });

    it("reads no key of another project or provider", () => {
        assert.deepEqual(problems({ ...rawConfig("prod"), "aws:profile": "x", "other:network": "1" }), []);
    });

    it("asks staging for less than prod", () => {
        const less = {
            "logs.retentionDays": 1,
            "cluster.deletionProtection": false,
            "availability.downtimeBudget": "1 hour",
        };
        const found = Object.entries(less).map(([key, value]) => problems(changed("staging", key, value)));
        assert.deepEqual(found.flat(), []);
    });

    it("asks for no AWS sections on a cluster that is there, and takes none", () => {
        const [problem] = problems({ ...rawConfig("local"), "data-platform:network": "{}" });
        assert.equal(problem?.field, "data-platform:network");
        assert.match(problem?.reason ?? "", /nothing reads/);
    });

    it("takes an image by its digest alone", () =>
        assert.deepEqual(problems(changed("prod", "airflow.image", `apache/airflow@sha256:${"a".repeat(64)}`)), []));
});
