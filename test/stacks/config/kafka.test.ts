import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

/** What is said of prod with fields of one section changed. */
function problems(section: string, fields: object): readonly Problem[] {
    const key = `data-platform:${section}`;
    const own: unknown = JSON.parse(rawConfig("prod")[key] ?? "{}");
    return problemsWith({ [section]: { ...(own as object), ...fields } });
}

/** What is said of prod with other sections in place of its own. */
function problemsWith(sections: Readonly<Record<string, object>>): readonly Problem[] {
    const raw: Record<string, string> = { ...rawConfig("prod") };
    for (const [section, fields] of Object.entries(sections)) {
        raw[`data-platform:${section}`] = JSON.stringify(fields);
    }
    try {
        parseConfig(raw, "data-platform");
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

const KEY = "arn:aws:kms:eu-central-1:444455556666:key/12345678-1234-1234-1234-123456789012";

const CASES: readonly (readonly [section: string, fields: object, field: string, reason: RegExp, fix: RegExp])[] = [
    ["kafka", { exporter: {} }, "kafka.exporter.image", /required/, /kafka\.exporter\.image/],
    ["kafka", { exporter: { image: "strimzi" } }, "kafka.exporter.image", /latest/, /version/],
    ["lagExporter", { replicas: 3 }, "lagExporter.replicas", /outside of 1 to 2/, /from 1 to 2/],
    ["kafkaConnect", { replicas: 1 }, "kafkaConnect.replicas", /outside of 2 to 20/, /from 2 to 20/],
    ["kafkaConnect", { group: "My Group" }, "kafkaConnect.group", /lower-case/, /Correct/],
    [
        "kafkaConnect",
        { pluginPath: ["plugins"] },
        "kafkaConnect.pluginPath[0]",
        /no absolute path/,
        /\/opt\/connectors/,
    ],
    ["kafkaConnect", { pluginPath: ["/a,/b"] }, "kafkaConnect.pluginPath[0]", /no absolute path/, /./],
    [
        "kafkaConnect",
        { converters: { key: "json", value: "a.B" } },
        "kafkaConnect.converters.key",
        /no name of a Java class/,
        /package/,
    ],
    ["kafkaConnect", { secrets: ["a", "a"] }, "kafkaConnect.secrets[1]", /listed twice/, /Remove/],
    ["kafkaConnect", { secrets: [] }, "kafkaConnect.secrets", /empty/, /at least 1/],
    ["kafkaConnect", { clients: [{ workload: "x" }] }, "kafkaConnect.clients[0].namespace", /required/, /./],
    ["kafkaConnect", { settings: { linger: 1 } }, "kafkaConnect.settings.linger", /no key/, /producer\.linger\.ms/],
    [
        "kafkaConnect",
        { settings: { "group.id": "x" } },
        "kafkaConnect.settings.group.id",
        /the program sets it/,
        /Leave it out/,
    ],
    [
        "kafkaConnect",
        { settings: { "config.providers.file.class": "x.Y" } },
        "kafkaConnect.settings.config.providers.file.class",
        /the program sets it/,
        /./,
    ],
    [
        "consumers",
        { dataBuckets: [{ name: "Lake", keyArn: KEY, access: "read" }] },
        "consumers.dataBuckets[0].name",
        /3 to 63 lower-case/,
        /Correct/,
    ],
    [
        "consumers",
        { dataBuckets: [{ name: "lake", keyArn: "alias/lake", access: "read" }] },
        "consumers.dataBuckets[0].keyArn",
        /no ARN of a KMS key/,
        /arn:aws:kms/,
    ],
    [
        "kafkaConnect",
        { dataBuckets: ["read", "write"].map((access) => ({ name: "lake", keyArn: KEY, access })) },
        "kafkaConnect.dataBuckets[1].name",
        /listed twice/,
        /Remove/,
    ],
    [
        "flink",
        { dataBuckets: [{ name: "lake", keyArn: KEY, access: "delete" }] },
        "flink.dataBuckets[0].access",
        /none of "read", "write"/,
        /one of/,
    ],
    ["schemaRegistry", { replicas: 1 }, "schemaRegistry.replicas", /outside of 2 to 5/, /from 2 to 5/],
    ["schemaRegistry", { topic: "x" }, "schemaRegistry.topic", /nothing reads/, /known here are/],
];

describe("the configuration of what is around Kafka", () => {
    for (const [section, fields, field, reason, fix] of CASES) {
        it(`refuses ${section} with ${JSON.stringify(fields)}`, () => {
            const [problem, ...others] = problems(section, fields);
            assert.deepEqual(others, []);
            assert.equal(problem?.field, `data-platform:${field}`);
            assert.match(problem.reason, reason);
            assert.match(problem.fix, fix);
        });
    }

    it("takes everything at once", () => {
        const fields = {
            group: "lake",
            pluginPath: ["/opt/connectors"],
            converters: { key: "org.apache.kafka.connect.storage.StringConverter", value: "io.acme.Avro$Converter" },
            settings: { "value.converter.schemas.enable": false, "producer.linger.ms": 20 },
            secrets: ["orders-db"],
            clients: [{ workload: "airflow-task", namespace: "airflow-tasks" }],
            dataBuckets: [{ name: "lake", keyArn: KEY, access: "write" }],
        };
        assert.deepEqual(problems("kafkaConnect", fields), []);
    });
});

describe("buckets of the systems around Kafka", () => {
    for (const section of ["consumers", "kafkaConnect"] as const) {
        it(`are refused for ${section} where there is no AWS`, () => {
            const raw: Record<string, string> = { ...rawConfig("local") };
            const own: unknown = JSON.parse(
                raw[`data-platform:${section}`] ?? rawConfig("prod")[`data-platform:${section}`] ?? "{}",
            );
            const dataBuckets = [{ name: "lake", keyArn: KEY, access: "read" }];
            raw[`data-platform:${section}`] = JSON.stringify({ ...(own as object), dataBuckets });
            assert.throws(
                () => parseConfig(raw, "data-platform"),
                new RegExp(`${section}\\.dataBuckets: .*a stack on a cluster that is there has no AWS`),
            );
        });
    }
});

const EXTERNAL = {
    kind: "external",
    bootstrapServers: ["b-1.example.com:9096", "b-2.example.com:9096"],
    security: { kind: "sasl", mechanism: "SCRAM-SHA-512", secret: "kafka-client" },
    groupSessionTimeout: "20 seconds",
    topic: { name: "events", partitions: 48 },
};

const EXTERNAL_CASES: readonly (readonly [fields: object, field: string, reason: RegExp, fix: RegExp])[] = [
    [{ kind: "msk" }, "kafka.kind", /none of "in-cluster", "external"/, /one of/],
    [{ brokers: 3 }, "kafka.brokers", /nothing reads this key/, /known here are kind, bootstrapServers, /],
    [{ bootstrapServers: [] }, "kafka.bootstrapServers", /empty/, /at least 1/],
    [{ bootstrapServers: ["b-1"] }, "kafka.bootstrapServers[0]", /no host and port/, /amazonaws\.com:9096/],
    [{ bootstrapServers: ["https://b-1:9096"] }, "kafka.bootstrapServers[0]", /no host and port/, /./],
    [{ bootstrapServers: ["b-1:70000"] }, "kafka.bootstrapServers[0]", /end at 65535/, /port/],
    [{ bootstrapServers: ["b:1", "c:1", "b:1"] }, "kafka.bootstrapServers[2]", /listed twice/, /Remove/],
    [{ security: undefined }, "kafka.security", /required|none of/, /./],
    [{ security: { kind: "sasl" } }, "kafka.security.mechanism", /required/, /SCRAM-SHA-512/],
    [
        { security: { kind: "sasl", mechanism: "scram-sha-512", secret: "a" } },
        "kafka.security.mechanism",
        /none of/,
        /"SCRAM-SHA-512"/,
    ],
    [
        { security: { kind: "sasl", mechanism: "PLAIN", secret: "My Secret" } },
        "kafka.security.secret",
        /lower-case/,
        /Correct/,
    ],
    [{ security: { kind: "tls", ca: "CA" } }, "kafka.security.ca", /lower-case/, /Correct/],
    [{ security: { kind: "tls", secret: "a" } }, "kafka.security.secret", /nothing reads this key/, /./],
    [{ security: { kind: "plaintext" } }, "kafka.security.kind", /unencrypted/, /"sasl" or "tls" in prod/],
    [
        { groupSessionTimeout: undefined },
        "kafka.groupSessionTimeout",
        /theirs is not known/,
        /group\.consumer\.session/,
    ],
];

describe("the configuration of brokers elsewhere", () => {
    it("is taken, in prod as well", () => assert.deepEqual(problemsWith({ kafka: EXTERNAL }), []));

    for (const [fields, field, reason, fix] of EXTERNAL_CASES) {
        it(`is refused with ${JSON.stringify(fields)}`, () => {
            const found = problemsWith({ kafka: { ...EXTERNAL, ...fields } });
            const problem = found.find((one) => one.field === `data-platform:${field}`);
            assert.ok(problem !== undefined, JSON.stringify(found));
            assert.match(problem.reason, reason);
            assert.match(problem.fix, fix);
        });
    }

    it("is refused with a session that a classic group has itself, or with a pool for brokers", () => {
        const prod = rawConfig("prod");
        const section = (key: string): Record<string, object> => JSON.parse(prod[`data-platform:${key}`] ?? "{}");
        const fields = (sections: Readonly<Record<string, object>>): readonly string[] =>
            problemsWith({ kafka: EXTERNAL, ...sections }).map(({ field }) => field);
        const protocol = { kind: "classic", sessionTimeout: "12 seconds" };
        const membership = { kind: "static", replicas: 12, restartTime: "10 seconds" };
        assert.deepEqual(fields({ consumers: { ...section("consumers"), protocol, membership } }), [
            "data-platform:kafka.groupSessionTimeout",
        ]);
        const { infra = {}, ...pools } = section("pools");
        assert.deepEqual(fields({ pools: { ...pools, infra, streaming: infra } }), ["data-platform:pools.streaming"]);
    });
});
