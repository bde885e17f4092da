/** A moment of the week, in UTC. */
export interface WeeklyStart {
    /** `monday`. */
    readonly day: string;
    /** `"07:00"`. */
    readonly start: string;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY_MINUTES = 24 * 60;
const LENGTH = 60;

function time(minutes: number): string {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
    return `${hours}:${rest}`;
}

/**
 * The hours of a database of RDS, in the forms that it takes: maintenance when the team's own window for changes begins,
 * and the daily backup half a day away from it, because the two must not overlap.
 */
export function databaseWindows({ day, start }: WeeklyStart): {
    readonly maintenance: string;
    readonly backup: string;
} {
    const [hours = 0, minutes = 0] = start.split(":").map(Number);
    const from = hours * 60 + minutes;
    const first = DAYS.indexOf(day.slice(0, 3));
    const last = from + LENGTH >= DAY_MINUTES ? (first + 1) % DAYS.length : first;
    const backup = (from + DAY_MINUTES / 2) % DAY_MINUTES;
    return {
        maintenance: `${DAYS[first]}:${time(from)}-${DAYS[last]}:${time((from + LENGTH) % DAY_MINUTES)}`,
        backup: `${time(backup)}-${time((backup + LENGTH) % DAY_MINUTES)}`,
    };
}
