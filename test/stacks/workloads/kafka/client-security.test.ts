import assert from "node:assert/strict";
import {
    authorityFiles,
    clientProperties,
    clientVariables,
    credentials,
    jaas,
} from "../../../../stacks/workloads/kafka/client-security.ts";
import type { KafkaSecurity } from "../../../../stacks/workloads/kafka/endpoint.ts";

const PLAIN: KafkaSecurity = { kind: "plaintext" };
const TLS: KafkaSecurity = { kind: "tls" };
const SASL = { kind: "sasl", mechanism: "SCRAM-SHA-512", secret: "login", ca: "authority" } as const;

describe("the security of a Kafka client", () => {
    it("is nothing where brokers ask for nothing", () => {
        assert.deepEqual(
            [clientProperties(PLAIN), credentials(PLAIN), authorityFiles(PLAIN), clientVariables(PLAIN)],
            [{}, {}, {}, {}],
        );
    });

    it("is TLS with the image's own authorities, or with the Secret's", () => {
        assert.deepEqual(clientProperties(TLS), { "security.protocol": "SSL" });
        assert.deepEqual(authorityFiles(TLS), {});
        assert.deepEqual(clientProperties({ ...TLS, ca: "authority" }), {
            "security.protocol": "SSL",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": "/etc/kafka-ca/ca.crt",
        });
        assert.deepEqual(authorityFiles({ ...TLS, ca: "authority" }), { "/etc/kafka-ca": "authority" });
    });

    it("is a name and a password over TLS, which no setting holds", () => {
        assert.equal(clientProperties(SASL)["security.protocol"], "SASL_SSL");
        assert.equal(clientProperties(SASL)["sasl.mechanism"], "SCRAM-SHA-512");
        assert.ok(!("sasl.jaas.config" in clientProperties(SASL)));
        assert.deepEqual(credentials(SASL), {
            KAFKA_USERNAME: { secret: "login", key: "username" },
            KAFKA_PASSWORD: { secret: "login", key: "password" },
        });
    });

    for (const [mechanism, module] of [
        ["SCRAM-SHA-512", "scram.ScramLoginModule"],
        ["SCRAM-SHA-256", "scram.ScramLoginModule"],
        ["PLAIN", "plain.PlainLoginModule"],
    ] as const) {
        it(`names the module of ${mechanism}`, () => {
            assert.equal(
                jaas({ ...SASL, mechanism }, "U", "P"),
                `org.apache.kafka.common.security.${module} required username="U" password="P";`,
            );
        });
    }

    it("is told to other programs by variables", () => {
        assert.deepEqual(clientVariables(SASL), {
            KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
            KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
            KAFKA_SSL_TRUSTSTORE_TYPE: "PEM",
            KAFKA_SSL_TRUSTSTORE_LOCATION: "/etc/kafka-ca/ca.crt",
            ...credentials(SASL),
        });
    });
});
