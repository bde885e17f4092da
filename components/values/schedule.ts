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

/** Where counting starts: fixed, so that the same schedule gives the same alert whenever it is deployed. */
const REFERENCE = new Date("2026-01-01T00:00:00Z");

/** Answers by cron expression and time zone: finding a year of runs takes a while, and each is asked for repeatedly. */
const known = new Map<string, number>();

/**
 * The longest time between two runs of a schedule, clock changes included.
 *
 * @returns seconds
 * @throws {ValueError} if the expression or the time zone cannot be read, or if it never runs twice
 */
export function longestPause(schedule: Schedule): number {
    const key = `${schedule.cron} ${schedule.timeZone}`;
    const answer = known.get(key) ?? computeLongestPause(schedule);
    known.set(key, answer);
    return answer;
}

function computeLongestPause(schedule: Schedule): number {
    const runs = parse(schedule).nextRuns(RUNS_LOOKED_AT, REFERENCE);
    const pauses = runs.slice(1).map((run, i) => (run.getTime() - (runs[i] ?? run).getTime()) / 1000);
    if (pauses.length === 0) {
        throw new ValueError(schedule.cron, "it never runs a second time", "Use a BatchJob for what runs once");
    }
    return Math.max(...pauses);
}
