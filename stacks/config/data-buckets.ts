import { z } from "zod";
import { matching, refuse, section } from "./fields.ts";

/** A bucket that is not the stack's own, and what may be done with it. */
const dataBucket = () =>
    section({
        /** Name of the bucket. */
        name: matching(
            /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
            "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens",
            "Correct it",
        ),
        /** ARN of the key that its objects are encrypted with. */
        keyArn: matching(
            /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
            "it is no ARN of a KMS key",
            'Write it like "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012"',
        ),
        /** `write` is to read, write and delete: an overwritten partition is deleted first. */
        access: z.enum(["read", "write"]),
    });

/** Buckets that are not the stack's own, for one workload. Each lies in the stack's region. */
export const dataBuckets = () =>
    z.array(dataBucket()).superRefine((buckets, sink) => {
        const names = buckets.map(({ name }) => name);
        const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
        if (twice >= 0) {
            refuse(sink, "the bucket is listed twice", "Remove it", [twice, "name"], names[twice]);
        }
    });
