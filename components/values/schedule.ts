import { Cron } from "croner";
import { ValueError } from "../support/errors.ts";

/** When something runs: five cron fields and the time zone they are read in. */
export interface Schedule {
    /** Minute, hour, day of month, month, day of week: `"0 2 * * *"`. */
    readonly cron: string;
    /** An IANA name, `"Europe/Berlin"`. There is no default: the node's own zone would be one by accident. */
    readonly timeZone: string;
}

/** Runs looked at to find the longest pause of a schedule: more than a year of daily runs, with both clock changes. */
const RUNS_LOOKED_AT = 400;

function parse(schedule: Schedule): Cron {
    if (schedule.cron.trim().split(/\s+/).length !== 5) {
        throw new ValueError(
            schedule.cron,
            "a schedule has the five fields minute, hour, day of month, month, day of week",
            'Write it like "0 2 * * *"',
        );
    }
    try {
        new Intl.DateTimeFormat("en", { timeZone: schedule.timeZone });
    } catch {
        throw new ValueError(
            schedule.timeZone,
            "it is no IANA time zone",
            'Use a name like "Europe/Berlin" or "Etc/UTC"',
        );
    }
    try {
        return new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true });
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new ValueError(schedule.cron, `it is no cron expression (${why})`, 'Write it like "0 2 * * *"');
    }
}

/**
 * The longest time between two runs of a schedule, clock changes included.
 *
 * @param from the moment from which runs are counted; any will do, tests give their own
 * @returns seconds
 * @throws {ValueError} if the expression or the time zone cannot be read, or if it never runs twice
 */
export function longestPause(schedule: Schedule, from: Date = new Date()): number {
    const runs = parse(schedule).nextRuns(RUNS_LOOKED_AT, from);
    const pauses = runs.slice(1).map((run, i) => (run.getTime() - (runs[i] ?? run).getTime()) / 1000);
    if (pauses.length === 0) {
        throw new ValueError(schedule.cron, "it never runs a second time", "Use a BatchJob for what runs once");
    }
    return Math.max(...pauses);
}
