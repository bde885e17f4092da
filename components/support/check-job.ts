import { type ScheduleArgs, startingDeadlineSeconds } from "../specs/cron-job.ts";
import type { JobArgs } from "../specs/job.ts";
import { seconds } from "../values/duration.ts";
import { longestPause } from "../values/schedule.ts";
import type { Problems } from "./errors.ts";

/** The controller looks at its schedules that often; what may start less late might never start. */
const CRON_CONTROLLER_SECONDS = 10;
/** What the API server takes of exit codes in a failure policy. */
const MAX_EXIT_CODE = 255;

function checkCount(problems: Problems, field: string, value: number, least: number): void {
    problems.check(
        Number.isInteger(value) && value >= least,
        field,
        value,
        `it is a whole number of at least ${least}`,
        "Correct it",
    );
}

/** Checks what every job has. */
export function checkJob(problems: Problems, args: JobArgs): void {
    const deadline = problems.attempt("deadline", () => seconds(args.deadline));
    problems.check(deadline !== 0, "deadline", args.deadline, "a job needs time to run", "Raise it");
    if (args.retries !== undefined) {
        checkCount(problems, "retries", args.retries, 0);
    }
    for (const code of args.permanentExitCodes ?? []) {
        problems.check(
            Number.isInteger(code) && code >= 1 && code <= MAX_EXIT_CODE,
            "permanentExitCodes",
            code,
            "the exit code of a failure is a whole number from 1 to 255",
            "Correct it",
        );
    }
    const { work } = args;
    if (work !== undefined && work.kind !== "once") {
        checkCount(problems, "work.completions", work.completions, 1);
        checkCount(problems, "work.parallelism", work.parallelism, 1);
        problems.check(
            work.parallelism <= work.completions,
            "work.parallelism",
            work.parallelism,
            `there are ${work.completions} pieces of work`,
            `Set at most ${work.completions}`,
        );
    }
}

/** Checks when a job runs. */
export function checkSchedule(problems: Problems, args: ScheduleArgs): void {
    problems.attempt("schedule", () => longestPause(args.schedule));
    const late = problems.attempt("startingDeadline", () => startingDeadlineSeconds(args));
    problems.check(
        late === undefined || late >= CRON_CONTROLLER_SECONDS,
        "startingDeadline",
        args.startingDeadline,
        "the controller looks every 10 seconds; a shorter deadline can miss every run",
        'Set at least "10 seconds"',
    );
    if (args.history !== undefined) {
        checkCount(problems, "history.succeeded", args.history.succeeded, 0);
        checkCount(problems, "history.failed", args.history.failed, 0);
    }
}
