import { createHash } from "node:crypto";

/** Bytes of a UUID. */
const UUID_BYTES = 16;

/**
 * A UUID as Kafka writes it: 22 characters of URL-safe base64. The same seed gives the same one, always.
 *
 * An identifier of a cluster stands on its volumes, and those outlive the stack: a random one would be another after the
 * stack was destroyed and made again, and the next broker would be refused with INCONSISTENT_CLUSTER_ID.
 *
 * @param seed what the identifier stands for; no two things may share one
 */
export function kafkaUuid(seed: string): string {
    const text = createHash("sha256").update(seed).digest().subarray(0, UUID_BYTES).toString("base64url");
    // Kafka's own generator never begins one with a hyphen, which its tools take for an option (Uuid.randomUuid).
    return text.startsWith("-") ? `A${text.slice(1)}` : text;
}
