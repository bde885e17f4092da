import { ValueError } from "../support/errors.ts";

type DurationUnit = "second" | "minute" | "hour" | "day";

/**
 * A length of time with its unit: `"30 seconds"`, `"1 minute"`, `"12 hours"`. Never a bare number, whose unit a reader
 * has to guess. Whole and not negative; read with {@link seconds}.
 */
export type Duration = `${number} ${DurationUnit}` | `${number} ${DurationUnit}s`;

const UNIT_SECONDS: Record<DurationUnit, number> = { second: 1, minute: 60, hour: 3600, day: 86_400 };
const PATTERN = /^(\d+) (second|minute|hour|day)s?$/;

function isUnit(text: string | undefined): text is DurationUnit {
    return text !== undefined && text in UNIT_SECONDS;
}

/**
 * Reads a duration.
 *
 * @returns whole seconds
 * @throws {ValueError} if it is not `NUMBER UNIT` with a whole number and one of second, minute, hour, day
 */
export function seconds(written: Duration): number {
    const match = PATTERN.exec(written);
    const unit = match?.[2];
    if (!match || !isUnit(unit)) {
        throw new ValueError(
            written,
            "a duration is a whole number and a unit (seconds, minutes, hours, days)",
            'Write it like "30 seconds"',
        );
    }
    return Number(match[1]) * UNIT_SECONDS[unit];
}

/** Writes seconds in the largest unit that keeps them whole: 90 → `"90 seconds"`, 120 → `"2 minutes"`. */
export function duration(total: number): Duration {
    const units: readonly DurationUnit[] = ["day", "hour", "minute"];
    const unit = units.find((u) => total > 0 && total % UNIT_SECONDS[u] === 0) ?? "second";
    const count = total / UNIT_SECONDS[unit];
    return count === 1 ? `${count} ${unit}` : `${count} ${unit}s`;
}

/** Writes seconds as Prometheus does: 90 → `90s`, 120 → `2m`. Source: Prometheus, "time durations". */
export function prometheusDuration(total: number): string {
    if (total > 0 && total % UNIT_SECONDS.hour === 0) {
        return `${total / UNIT_SECONDS.hour}h`;
    }
    return total > 0 && total % UNIT_SECONDS.minute === 0 ? `${total / UNIT_SECONDS.minute}m` : `${total}s`;
}
