import type { Bucket } from "./buckets.ts";
import type { Statement } from "./policy.ts";

/** What a workload does with a bucket's objects. */
export type BucketRight = "read" | "write" | "delete";

/**
 * Source: Amazon S3 API reference, "Actions, resources, and condition keys for Amazon S3". No right deletes a version: what
 * a bucket with versions has lost can be had back.
 */
const OBJECT_ACTIONS: Readonly<Record<BucketRight, readonly string[]>> = {
    read: ["s3:GetObject"],
    write: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    delete: ["s3:DeleteObject"],
};

/** A write of several parts has to read its data key again. Source: Amazon S3 user guide, "Protecting data with SSE-KMS". */
const KEY_ACTIONS: Readonly<Record<BucketRight, readonly string[]>> = {
    read: ["kms:Decrypt"],
    write: ["kms:GenerateDataKey", "kms:Decrypt"],
    delete: [],
};

/**
 * The statements of a role that does with a bucket what `rights` say, and nothing else: not with another bucket, and with
 * the key only for this bucket's objects, since one key encrypts those of all.
 *
 * @param prefix the part of the bucket that it is for, without a slash at its ends; by default all of it. What is listed
 *   lies under it as well. The condition lets a request pass that names no prefix, because that is what reading one object
 *   looks like: without the right to list, S3 answers "forbidden" where there is no such object, instead of "not found"
 *   (Amazon S3 API reference, `GetObject`, "Permissions").
 */
export function bucketStatements(bucket: Bucket, rights: readonly BucketRight[], prefix?: string): Statement[] {
    const keyActions = [...new Set(rights.flatMap((right) => KEY_ACTIONS[right]))];
    const part = prefix === undefined ? "" : `${prefix}/`;
    return [
        {
            actions: ["s3:ListBucket"],
            resources: [bucket.arn],
            ...(prefix === undefined ? {} : { conditions: { StringLikeIfExists: { "s3:prefix": `${part}*` } } }),
        },
        { actions: rights.flatMap((right) => OBJECT_ACTIONS[right]), resources: [`${bucket.arn}/${part}*`] },
        ...(keyActions.length === 0
            ? []
            : [
                  {
                      actions: keyActions,
                      resources: [bucket.keyArn],
                      conditions: {
                          StringEquals: {
                              "kms:ViaService": `s3.${bucket.region}.amazonaws.com`,
                              "kms:EncryptionContext:aws:s3:arn": bucket.arn,
                          },
                      },
                  },
              ]),
    ];
}
