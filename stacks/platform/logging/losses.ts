import type { LogStream } from "../../infrastructure/log-groups.ts";
import { BUFFER_LIMIT, DELIVERY_GRACE_SECONDS, FLUSH_SECONDS, LOKI_BUFFER_LIMIT } from "./pipeline.ts";

/** What the programs of a node that counts as busy write, in bytes a second; limits of the buffer are chosen for it. */
const BUSY_NODE: Readonly<Record<LogStream, number>> = {
    application: 2 ** 20,
    dataplane: 32 * 1024,
    host: 16 * 1024,
};

/** The most that is lost of a node's logs, by what happens to it. */
interface WorstLoss {
    /** Bytes, when the node is gone without a notice while CloudWatch answers: what was read and not yet sent. */
    readonly suddenDeath: number;
    /** Bytes, when it is gone without a notice while CloudWatch does not answer: those, and the whole buffer. */
    readonly suddenDeathInOutage: number;
    /** Seconds for which CloudWatch may be away before the oldest records of a stream go; none are lost before. */
    readonly outage: Readonly<Record<LogStream, number>>;
    /** Bytes a second to deliver in the grace of a stop, so that a node that goes with a notice loses nothing in hand. */
    readonly rateToDrain: number;
}

const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9 };

/**
 * A size as Fluent Bit reads it: `M` is a million bytes.
 *
 * @throws {RangeError} for text of another form
 * @see https://docs.fluentbit.io/manual/administration/configuring-fluent-bit/unit-sizes
 */
export function sizeBytes(text: string): number {
    const [, digits, unit = ""] = /^(\d+)([KMG])$/.exec(text) ?? [];
    const factor = UNITS[unit];
    if (digits === undefined || factor === undefined) {
        throw new RangeError(`${text}: a size has digits and one of K, M, G`);
    }
    return Number(digits) * factor;
}

/** All that the collector may put on a node's disk. */
export function bufferOnDisk(): number {
    return [...Object.values(BUFFER_LIMIT), LOKI_BUFFER_LIMIT].reduce((sum, limit) => sum + sizeBytes(limit), 0);
}

/**
 * What is lost at worst.
 *
 * @param rate bytes a second that the node's programs write; by default a busy node's
 */
export function worstLoss(rate: Readonly<Record<LogStream, number>> = BUSY_NODE): WorstLoss {
    const streams = Object.keys(BUFFER_LIMIT) as readonly LogStream[];
    const sum = (of: (stream: LogStream) => number): number => streams.reduce((all, stream) => all + of(stream), 0);
    const suddenDeath = sum((stream) => rate[stream]) * FLUSH_SECONDS;
    return {
        suddenDeath,
        suddenDeathInOutage: suddenDeath + sum((stream) => sizeBytes(BUFFER_LIMIT[stream])),
        outage: {
            application: Math.floor(sizeBytes(BUFFER_LIMIT.application) / rate.application),
            dataplane: Math.floor(sizeBytes(BUFFER_LIMIT.dataplane) / rate.dataplane),
            host: Math.floor(sizeBytes(BUFFER_LIMIT.host) / rate.host),
        },
        rateToDrain: suddenDeath / DELIVERY_GRACE_SECONDS,
    };
}
