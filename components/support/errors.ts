import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with an argument or a configuration value. */
export interface Problem {
    /** Path of the field, as its author wrote it: `volumes.data.size`. */
    readonly field: string;
    /** The value that was given; printed as JSON, so pass nothing secret. */
    readonly value: unknown;
    /** Why it cannot be accepted, as a sentence without a full stop. */
    readonly reason: string;
    /** What to do instead, as an imperative sentence without a full stop. */
    readonly fix: string;
}

/** Longest excerpt of a wrong value that an error repeats. */
const VALUE_EXCERPT = 120;

function shown(value: unknown): string {
    if (value === undefined) {
        return "nothing";
    }
    const text =
        typeof value === "number" || typeof value === "bigint"
            ? String(value)
            : (JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)) ??
              Object.prototype.toString.call(value));
    return text.length > VALUE_EXCERPT ? `${text.slice(0, VALUE_EXCERPT)}…` : text;
}

/** Writes a problem as one line: `field: got VALUE; reason. Fix.` */
export function describeProblem(problem: Problem): string {
    return `${problem.field}: got ${shown(problem.value)}; ${problem.reason}. ${problem.fix}.`;
}

/**
 * Arguments that no workload can be made of. Every problem found is in the one message.
 *
 * It extends `pulumi.RunError` because that is the only error which the engine prints without a stack trace.
 */
export class ArgumentError extends pulumi.RunError {
    readonly problems: readonly Problem[];

    /**
     * @param subject what the problems are about: `StatelessService "web"`
     * @param problems at least one
     */
    constructor(subject: string, problems: readonly Problem[]) {
        const lines = problems.map(describeProblem);
        super(lines.length === 1 ? `${subject}: ${lines[0]}` : `${subject}:\n${lines.map((l) => `  ${l}`).join("\n")}`);
        this.name = "ArgumentError";
        this.problems = problems;
    }
}

/** Collects problems, so that an author sees all of them at once. */
export class Problems {
    readonly found: Problem[] = [];

    /** Notes a problem when `ok` is false. */
    check(ok: boolean, field: string, value: unknown, reason: string, fix: string): void {
        if (!ok) {
            this.add({ field, value, reason, fix });
        }
    }

    /** The same complaint about the same field is kept once: a value may be read in several places. */
    private add(problem: Problem): void {
        if (!this.found.some((p) => p.field === problem.field && p.reason === problem.reason)) {
            this.found.push(problem);
        }
    }

    /**
     * Runs a parser and keeps what it complains about under `field`.
     *
     * @returns what the parser returned, or undefined if it complained
     */
    attempt<T>(field: string, parse: (field: string) => T): T | undefined {
        try {
            return parse(field);
        } catch (error) {
            if (error instanceof ValueError) {
                this.add({ field, value: error.value, reason: error.reason, fix: error.fix });
                return undefined;
            }
            throw error;
        }
    }

    /** @throws {ArgumentError} if anything was noted */
    throwIfAny(subject: string): void {
        if (this.found.length > 0) {
            throw new ArgumentError(subject, this.found);
        }
    }
}

/** A single value that cannot be read; {@link Problems.attempt} adds the field it stands in. */
export class ValueError extends pulumi.RunError {
    readonly value: unknown;
    readonly reason: string;
    readonly fix: string;

    constructor(value: unknown, reason: string, fix: string) {
        super(`got ${shown(value)}; ${reason}. ${fix}.`);
        this.name = "ValueError";
        this.value = value;
        this.reason = reason;
        this.fix = fix;
    }
}
