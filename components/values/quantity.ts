import { ValueError } from "../support/errors.ts";

type BinaryUnit = "Ki" | "Mi" | "Gi" | "Ti";

/** An amount of memory or scratch space in binary units: `"512Mi"`, `"4Gi"`. Read with {@link bytes}. */
export type Bytes = `${number}${BinaryUnit}`;

/** The size of a volume in whole GiB or TiB, as EBS counts it: `"20Gi"`, `"1Ti"`. Read with {@link bytes}. */
export type VolumeSize = `${number}${"Gi" | "Ti"}`;

/** An amount of CPU: millicores (`"250m"`) or cores (`"2"`). Read with {@link millicores}. */
export type Cpu = `${number}m` | `${number}`;

const UNIT_BYTES: Record<BinaryUnit, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const BYTES_PATTERN = /^([1-9]\d*)(Ki|Mi|Gi|Ti)$/;
const CPU_PATTERN = /^(?:([1-9]\d*)m|(\d+(?:\.\d{1,3})?))$/;

function isUnit(text: string | undefined): text is BinaryUnit {
    return text !== undefined && text in UNIT_BYTES;
}

/**
 * Reads an amount of memory or storage.
 *
 * @returns bytes, a positive integer
 * @throws {ValueError} if it is not a whole positive number with one of Ki, Mi, Gi, Ti
 */
export function bytes(quantity: Bytes): number {
    const match = BYTES_PATTERN.exec(quantity);
    const unit = match?.[2];
    if (!match || !isUnit(unit)) {
        throw new ValueError(
            quantity,
            "an amount of bytes is a whole positive number and a binary unit (Ki, Mi, Gi, Ti)",
            'Write it like "512Mi" or "20Gi"',
        );
    }
    return Number(match[1]) * UNIT_BYTES[unit];
}

/**
 * Reads the size of an EBS volume.
 *
 * @returns whole GiB
 * @throws {ValueError} if it is not in Gi or Ti, or outside of 1 GiB to 64 TiB, what gp3 takes
 *   (Amazon EBS user guide, "General Purpose SSD volumes")
 */
export function gibibytes(size: VolumeSize): number {
    const gib = bytes(size) / UNIT_BYTES.Gi;
    if (!Number.isInteger(gib) || gib > 65_536) {
        throw new ValueError(size, "a gp3 volume has 1 GiB to 64 TiB, in whole GiB", 'Write it like "20Gi"');
    }
    return gib;
}

/**
 * Reads an amount of CPU.
 *
 * @returns millicores, a positive integer
 * @throws {ValueError} if it is neither `NUMBERm` nor a number of cores with at most three decimals, or if it is zero
 */
export function millicores(cpu: Cpu): number {
    const match = CPU_PATTERN.exec(cpu);
    const value = match?.[1] === undefined ? Math.round(Number(match?.[2]) * 1000) : Number(match[1]);
    if (!match || !(value > 0)) {
        throw new ValueError(
            cpu,
            "an amount of CPU is a positive number of cores or millicores",
            'Write it like "250m" or "2"',
        );
    }
    return value;
}
