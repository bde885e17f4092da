import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Collected, type Inputs, ofType, only } from "../../../support/mocks.ts";
import { type ApiObject, assertValid } from "../../../support/schema.ts";
import { EXTERNAL, secretFilesOf, variablesOf } from "./brokers.ts";
import { CONNECT, EXPORTER, LAG_EXPORTER, type Made, makeIngestion, REGISTRY, rules } from "./made.ts";

const SERVERS = EXTERNAL.bootstrapServers;
const KAFKA = {
    kind: "external",
    bootstrapServers: SERVERS.split(","),
    security: EXTERNAL.security,
    exporter: EXPORTER,
    topic: { name: "events", partitions: 6 },
};
const CONSUMERS = {
    protocol: { kind: "classic", sessionTimeout: "12 seconds" },
    membership: { kind: "dynamic", min: 2, max: 6, lagPerReplica: 100 },
};
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const secret = (key: string): object => ({ secretKeyRef: { name: "kafka-client", key } });

describe("ingestion from brokers elsewhere", function () {
    // A whole part of a stack, where others may be at work.
    this.timeout("20s");
    let resources: readonly Collected[];
    let made: Made;
    before(async () => {
        made = await makeIngestion(
            { consumers: CONSUMERS, lagExporter: LAG_EXPORTER, kafkaConnect: CONNECT, schemaRegistry: REGISTRY },
            { kafka: KAFKA },
        );
        ({ resources } = made);
    });
    const pod = (name: string): Inputs => only(resources, DEPLOYMENT, name).inputs["spec"].template.spec;
    const variables = (name: string): Record<string, unknown> => variablesOf(pod(name)["containers"][0]);
    const file = (map: string, key: string): string =>
        only(resources, "kubernetes:core/v1:ConfigMap", map).inputs["data"][key];

    it("makes no broker, no controller, no topic, and none of their alerts", () => {
        assert.deepEqual(ofType(resources, "kubernetes:apps/v1:StatefulSet"), []);
        assert.deepEqual(ofType(resources, "kubernetes:batch/v1:Job"), []);
        assert.deepEqual(ofType(resources, "kubernetes:core/v1:PersistentVolumeClaim"), []);
        assert.deepEqual(
            rules(resources).filter((name) => /kafka-(cluster|broker|controller|topics)/.test(name)),
            [],
        );
        assert.ok(rules(resources).includes("kafka-consumers-lag"));
        assert.ok(rules(resources).includes("kafka-connectors"));
        assert.deepEqual([made.made?.brokers, made.made?.ready], [EXTERNAL, []]);
    });

    it("keeps nobody from connecting to them: policies are of what comes in", () => {
        const policies = ofType(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
        assert.deepEqual(policies.map(({ name }) => name).toSorted(), [
            "kafka-connect",
            "kafka-consumers",
            "kafka-lag-exporter",
            "schema-registry",
        ]);
        for (const { inputs } of policies) {
            assert.deepEqual([inputs["spec"].policyTypes, inputs["spec"].egress], [["Ingress"], undefined]);
        }
    });

    for (const name of ["kafka-consumers", "kafka-connect", "kafka-lag-exporter", "schema-registry"]) {
        it(`gives ${name} the authority, and its login out of a Secret alone`, () => {
            assert.deepEqual(secretFilesOf(pod(name) as Parameters<typeof secretFilesOf>[0]), {
                "/etc/kafka-ca": "kafka-ca",
            });
            const [user, password] =
                name === "kafka-lag-exporter"
                    ? ["KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"]
                    : ["KAFKA_USERNAME", "KAFKA_PASSWORD"];
            assert.deepEqual(
                [variables(name)[user ?? ""], variables(name)[password ?? ""]],
                [secret("username"), secret("password")],
            );
        });
    }

    it("tells consumers where the brokers are, and how to log in", () => {
        assert.equal(variables("kafka-consumers")["KAFKA_BOOTSTRAP_SERVERS"], SERVERS);
        const settings = file("kafka-consumers", "etc.kafka-consumer.consumer.properties");
        assert.match(settings, /^security\.protocol=SASL_SSL$/m);
        assert.match(
            settings,
            /^sasl\.jaas\.config=\S+ required username="\$\{env:KAFKA_USERNAME\}" password="\$\{env:/m,
        );
        const allowed = /^config\.providers\.env\.param\.allowlist\.pattern=(.*)$/m.exec(settings)?.[1] ?? "";
        for (const [, variable = ""] of settings.matchAll(/\$\{env:(\w+)\}/g)) {
            assert.match(variable, new RegExp(`^(${allowed})$`));
        }
    });

    it("finds a consumer ready by a connection to the brokers' own port", () => {
        const [, , command] = pod("kafka-consumers")["containers"][0].readinessProbe.exec.command;
        assert.match(command, /:\(2388\) 01 /);
    });

    it("has KEDA log in as well", () => {
        const authentication = only(resources, "kubernetes:keda.sh/v1alpha1:TriggerAuthentication");
        assertValid(authentication.inputs as ApiObject);
        assert.deepEqual(authentication.inputs["spec"].secretTargetRef, [
            { parameter: "ca", name: "kafka-ca", key: "ca.crt" },
            { parameter: "username", name: "kafka-client", key: "username" },
            { parameter: "password", name: "kafka-client", key: "password" },
        ]);
        const { inputs, dependencies } = only(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject");
        assertValid(inputs as ApiObject);
        const [{ metadata, authenticationRef }] = inputs["spec"].triggers;
        assert.deepEqual(
            [metadata.bootstrapServers, metadata.tls, metadata.sasl, authenticationRef],
            [SERVERS, "enable", "scram_sha512", { name: authentication.inputs["metadata"].name }],
        );
        assert.ok(dependencies.includes(authentication.urn), "or KEDA finds none at first");
    });

    it("tells the exporter of lag", () => {
        const { kafka } = parse(file("kafka-lag-exporter", "etc.kminion.config.yaml"));
        assert.deepEqual(kafka, {
            brokers: SERVERS.split(","),
            clientId: "kafka-lag-exporter",
            tls: { enabled: true, caFilepath: "/etc/kafka-ca/ca.crt" },
            sasl: { enabled: true, mechanism: "SCRAM-SHA-512" },
        });
    });

    it("tells the registry, which makes its topics itself", () => {
        const env = variables("schema-registry");
        assert.equal(env["APICURIO_KAFKASQL_BOOTSTRAP_SERVERS"], SERVERS);
        assert.equal(env["APICURIO_KAFKASQL_TOPIC_AUTO_CREATE"], "true");
        assert.equal(env["APICURIO_KAFKA_COMMON_SECURITY_PROTOCOL"], "SASL_SSL");
        assert.match(
            String(env["APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG"]),
            /username="\$\(KAFKA_USERNAME\)" password="\$\(KAFKA_PASSWORD\)";$/,
        );
        const names = Object.keys(env);
        assert.ok(names.indexOf("KAFKA_PASSWORD") < names.indexOf("APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG"));
    });

    describe("in a worker of Kafka Connect", () => {
        let directory: string;
        let settings: Map<string, string>;
        before(() => {
            directory = mkdtempSync(join(tmpdir(), "kafka-connect-"));
            writeFileSync(
                join(directory, "worker.properties"),
                file("kafka-connect", "etc.kafka-connect.worker.properties"),
            );
            const [shell, flags, script] = pod("kafka-connect")["containers"][0].command;
            const own = String(script)
                .replace(/^exec .*$/m, "")
                .replaceAll("/tmp/", `${directory}/whole-`)
                .replaceAll("/etc/kafka-connect/", `${directory}/`);
            const env = { PATH: process.env["PATH"], POD_IP: "10.0.0.1", ZONE: "a" };
            const login = { KAFKA_USERNAME: "connect", KAFKA_PASSWORD: "100%s $HOME `id` 'x'" };
            const { status, stderr } = spawnSync(shell, [flags, own], { env: { ...env, ...login }, encoding: "utf8" });
            assert.equal(status, 0, stderr);
            const lines = readFileSync(join(directory, "whole-worker.properties"), "utf8").trim().split("\n");
            settings = new Map(
                lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
            );
        });
        after(() => rmSync(directory, { recursive: true }));

        for (const prefix of ["", "producer.", "consumer.", "admin."]) {
            it(`logs in its ${prefix === "" ? "own clients" : `connectors' (${prefix})`}, with the password as it is`, () => {
                assert.equal(settings.get(`${prefix}security.protocol`), "SASL_SSL");
                assert.equal(settings.get(`${prefix}ssl.truststore.location`), "/etc/kafka-ca/ca.crt");
                assert.equal(
                    settings.get(`${prefix}sasl.jaas.config`),
                    "org.apache.kafka.common.security.scram.ScramLoginModule required " +
                        `username="connect" password="100%s $HOME \`id\` 'x'";`,
                );
            });
        }

        it("lets no connector look the password up", () => {
            const allowed = settings.get("config.providers.env.param.allowlist.pattern") ?? "";
            assert.ok(!new RegExp(`^(?:${allowed})$`).test("KAFKA_PASSWORD"));
        });
    });
});
