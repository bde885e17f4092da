import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

/** What is said of prod with fields of one section changed. */
function problems(section: string, fields: object): readonly Problem[] {
    const raw: Record<string, string> = { ...rawConfig("prod") };
    const key = `data-platform:${section}`;
    raw[key] = JSON.stringify({ ...JSON.parse(raw[key] ?? "{}"), ...fields });
    try {
        parseConfig(raw, "data-platform");
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

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
        };
        assert.deepEqual(problems("kafkaConnect", fields), []);
    });
});
