import { z } from "zod";
import { ValueError } from "../../components/support/errors.ts";
import { type Duration, seconds } from "../../components/values/duration.ts";
import {
    type Bytes,
    bytes,
    type Cpu,
    gibibytes,
    millicores,
    type VolumeSize,
} from "../../components/values/quantity.ts";
import { longestPause } from "../../components/values/schedule.ts";

/** What a check says of a value that it refuses; see `Problem`. */
interface Refusal {
    readonly reason: string;
    readonly fix: string;
}

/** Whatever a zod check reports to; only this much of it is used. */
export interface IssueSink {
    addIssue(issue: {
        code: "custom";
        params: Refusal;
        path?: PropertyKey[];
        input?: unknown;
        continue?: boolean;
    }): void;
}

/** Reports a value that is refused. */
export function refuse(sink: IssueSink, reason: string, fix: string, path: PropertyKey[] = [], input?: unknown): void {
    sink.addIssue({ code: "custom", params: { reason, fix }, path, ...(input === undefined ? {} : { input }) });
}

/**
 * An object that takes the named keys and no others. The message of an unknown key's issue lists the known ones, out of
 * which the nearest is suggested.
 */
export function section<T extends z.core.$ZodLooseShape>(shape: T) {
    return z.strictObject(shape, {
        error: (issue) => (issue.code === "unrecognized_keys" ? Object.keys(shape).join(",") : undefined),
    });
}

/** Text that `read` accepts; what it complains about becomes the problem. */
export function readable<T extends string>(read: (text: T) => unknown) {
    return z
        .string()
        .superRefine((text, sink) => {
            try {
                read(text as T);
            } catch (error) {
                if (!(error instanceof ValueError)) {
                    throw error;
                }
                const { reason, fix } = error;
                // Checks of what it is part of read it as well: they have to wait until it can be read.
                sink.addIssue({ code: "custom", params: { reason, fix }, continue: false });
            }
        })
        .transform((text) => text as T);
}

/** What docs/configuration.md tells of a field, where the schema cannot be asked: a check is a function. */
interface FieldFacts {
    /** @default what the schema says */
    readonly type?: string;
    /** Which values are taken. */
    readonly constraint?: string;
    readonly example?: string;
}

/** A schema with what the documentation tells of it; checks that are added later keep it. */
export function documented<T extends z.ZodType>(schema: T, facts: FieldFacts): T {
    return schema.meta({ ...facts });
}

/** Text of a form. */
export function matching(pattern: RegExp, reason: string, fix: string) {
    const example = /"(.+)"/.exec(fix)?.[1];
    return documented(
        readable<string>((text) => {
            if (!pattern.test(text)) {
                throw new ValueError(text, reason, fix);
            }
        }),
        { constraint: reason.replace(/^it is no /, ""), ...(example === undefined ? {} : { example }) },
    );
}

export const duration = () =>
    documented(readable<Duration>(seconds), {
        type: "duration",
        constraint: "a number with its unit",
        example: "30 seconds",
    });
export const volumeSize = () =>
    documented(readable<VolumeSize>(gibibytes), { type: "size", constraint: "whole GiB", example: "50Gi" });

/** When something runs. */
export const cronSchedule = () =>
    section({
        /** Minute, hour, day of the month, month, day of the week. */
        cron: z.string(),
        /** A name of the IANA time zone database. */
        timeZone: z.string(),
    }).superRefine((schedule, sink) => {
        try {
            longestPause(schedule);
        } catch (error) {
            if (!(error instanceof ValueError)) {
                throw error;
            }
            const key = error.value === schedule.timeZone ? "timeZone" : "cron";
            refuse(sink, error.reason, error.fix, [key], error.value);
        }
    });

/** A whole number between two bounds. */
export function count(min: number, max: number) {
    const schema = z.int().superRefine((value, sink) => {
        if (value < min || value > max) {
            refuse(sink, `it lies outside of ${min} to ${max}`, `Use a whole number from ${min} to ${max}`);
        }
    });
    return documented(schema, { constraint: `${min} to ${max}` });
}

/** Members of a group that decides by majority. */
export function quorum() {
    const schema = count(3, 7).superRefine((value, sink) => {
        if (value % 2 === 0) {
            refuse(
                sink,
                `a majority of ${value} survives no more failures than one of ${value - 1}`,
                `Use ${value - 1} or ${value + 1}`,
            );
        }
    });
    return documented(schema, { constraint: "3, 5 or 7" });
}

/** CPU of a container or node. */
export const cpu = () =>
    documented(readable<Cpu>(millicores), {
        type: "CPU",
        constraint: "cores, or thousandths of one; whole ones in quotes",
        example: "500m",
    });

/** Memory of a container or node. */
export const memory = () =>
    documented(readable<Bytes>(bytes), { type: "memory", constraint: "with its unit", example: "4Gi" });

/** Requests of a container; the memory limit is the request. */
export const resources = () =>
    documented(section({ cpu: cpu(), memory: memory() }), {
        type: "CPU and memory",
        constraint: "`cpu` in cores or thousandths, whole ones in quotes; `memory` with its unit",
        example: '{"cpu":"500m","memory":"4Gi"}',
    });

/** [registry/]repository[:tag][@digest], as the distribution project's reference grammar has it. */
const IMAGE = /^[a-z0-9][a-z0-9._:/-]*?[a-z0-9](?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/;

/** Image of its containers, named so that it stays the same. */
export function image() {
    const schema = readable<string>((text) => {
        const match = IMAGE.exec(text);
        if (!match) {
            throw new ValueError(text, "it is no image reference", 'Write it like "registry/name:1.2.3"');
        }
        if (text.includes("@sha256:")) {
            return;
        }
        if (match[1] === undefined || match[1] === "latest") {
            const why = match[1] === undefined ? "without a tag it means latest" : "latest moves";
            throw new ValueError(text, `${why}, so replicas would run different versions`, "Add a version or a digest");
        }
    });
    return documented(schema, {
        type: "image",
        constraint: "with a version or a digest",
        example: "registry/name:1.2.3",
    });
}

/** An ARN of an IAM role. */
export const roleArn = () =>
    matching(
        /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/,
        "it is no ARN of an IAM role",
        'Write it like "arn:aws:iam::111122223333:role/NAME"',
    );
