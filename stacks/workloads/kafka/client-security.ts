import type { EnvValue } from "../../../components/workload-args.ts";
import type { KafkaSecurity } from "./endpoint.ts";
import type { Properties } from "./properties.ts";

/** Where the authority of the brokers' certificates is mounted. */
const CA_DIRECTORY = "/etc/kafka-ca";
/** Its certificates, in PEM. */
const CA_FILE = `${CA_DIRECTORY}/ca.crt`;

/** Variables with name and password, out of the configuration's Secret. */
export const USERNAME = "KAFKA_USERNAME";
export const PASSWORD = "KAFKA_PASSWORD";

type Sasl = Extract<KafkaSecurity, { kind: "sasl" }>;

const MODULES: Readonly<Record<Sasl["mechanism"], string>> = {
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    PLAIN: "org.apache.kafka.common.security.plain.PlainLoginModule",
};

/** The file of the authority, or undefined if the image's own are trusted. */
export function authorityFile(security: KafkaSecurity): string | undefined {
    return security.kind !== "plaintext" && security.ca !== undefined ? CA_FILE : undefined;
}

/**
 * The value of `sasl.jaas.config`.
 *
 * @param username what stands for the name, as whoever reads the value replaces it
 * @param password the same of the password
 */
export function jaas({ mechanism }: Sasl, username: string, password: string): string {
    return `${MODULES[mechanism]} required username="${username}" password="${password}";`;
}

/**
 * Settings of a client in Java that are no secret: all but `sasl.jaas.config`. The brokers' names are checked against their
 * certificates, which is Kafka's default.
 *
 * Source: Kafka, "Security"; PEM as a trust store since 2.7 (KIP-651).
 */
export function clientProperties(security: KafkaSecurity): Properties {
    const file = authorityFile(security);
    return {
        ...(security.kind === "plaintext"
            ? {}
            : { "security.protocol": security.kind === "sasl" ? "SASL_SSL" : "SSL" }),
        ...(security.kind === "sasl" ? { "sasl.mechanism": security.mechanism } : {}),
        ...(file === undefined ? {} : { "ssl.truststore.type": "PEM", "ssl.truststore.location": file }),
    };
}

/** Variables of a client's container: name and password, each from the Secret of its own namespace. */
export function credentials(
    security: KafkaSecurity,
    username = USERNAME,
    password = PASSWORD,
): Record<string, EnvValue> {
    return security.kind === "sasl"
        ? {
              [username]: { secret: security.secret, key: "username" },
              [password]: { secret: security.secret, key: "password" },
          }
        : {};
}

/** Secrets that a client's container has as files, by their directories. */
export function authorityFiles(security: KafkaSecurity): Record<string, string> {
    return security.kind !== "plaintext" && security.ca !== undefined ? { [CA_DIRECTORY]: security.ca } : {};
}

/** Variables that say all of it, for programs whose settings are their own: `KAFKA_SECURITY_PROTOCOL`, and so on. */
export function clientVariables(security: KafkaSecurity): Record<string, EnvValue> {
    const plain = Object.entries(clientProperties(security)).map(
        ([key, value]) => [`KAFKA_${key.toUpperCase().replaceAll(".", "_")}`, String(value)] as const,
    );
    return { ...Object.fromEntries(plain), ...credentials(security) };
}
