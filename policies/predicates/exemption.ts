import { at, has, type Plain, UNKNOWN } from "./plain.ts";

/** Why a workload is exempt from the central rule, in words that a reviewer can judge. */
export const EXEMPT_REASON = "workload-controllers.dataplatform/exempt-reason";

/** The last day of the exemption, `YYYY-MM-DD` in UTC. */
export const EXEMPT_UNTIL = "workload-controllers.dataplatform/exempt-until";

/** Whether an object is exempt. A `problem` is itself a violation, and the object is not exempt. */
export type Exemption =
    | { readonly state: "none" }
    | { readonly state: "valid" }
    | { readonly state: "problem"; readonly problem: string };

const DAY = 86_400_000;

const MIN_REASON = 10;

function startOfDay(date: string): number | undefined {
    const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
    return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date ? undefined : time;
}

function dateProblem(until: Plain, now: Date, maxDays: number): string | undefined {
    if (until === undefined) {
        return `annotation ${EXEMPT_UNTIL} is missing; an exemption needs an expiry date YYYY-MM-DD`;
    }
    if (typeof until !== "string") {
        return `annotation ${EXEMPT_UNTIL} is not a known string; write the expiry date YYYY-MM-DD literally`;
    }
    const start = startOfDay(until);
    if (start === undefined) {
        return `annotation ${EXEMPT_UNTIL}: got "${until}"; want a date YYYY-MM-DD`;
    }
    if (now.getTime() >= start + DAY) {
        return `the exemption expired on ${until}; move the workload, or have the date reviewed again`;
    }
    return start > now.getTime() + maxDays * DAY
        ? `annotation ${EXEMPT_UNTIL}: got ${until}; at most ${maxDays} days ahead are allowed`
        : undefined;
}

function reasonProblem(reason: Plain): string | undefined {
    if (reason === UNKNOWN) {
        return undefined;
    }
    return typeof reason === "string" && reason.trim().length >= MIN_REASON
        ? undefined
        : `annotation ${EXEMPT_REASON} must give a reason of at least ${MIN_REASON} characters`;
}

/**
 * Reads an object's exemption.
 *
 * @param object the controller as plain data.
 * @param now the time that expiry is compared with.
 * @param maxDays how far ahead an expiry date may lie, in days.
 */
export function readExemption(object: Plain, now: Date, maxDays: number): Exemption {
    const annotations = at(object, "metadata", "annotations");
    if (!has(annotations, EXEMPT_REASON) && !has(annotations, EXEMPT_UNTIL)) {
        return { state: "none" };
    }
    const problem =
        reasonProblem(at(annotations, EXEMPT_REASON)) ?? dateProblem(at(annotations, EXEMPT_UNTIL), now, maxDays);
    return problem === undefined ? { state: "valid" } : { state: "problem", problem };
}
