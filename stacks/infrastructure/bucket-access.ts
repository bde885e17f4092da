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
 */
export function bucketStatements(bucket: Bucket, rights: readonly BucketRight[]): Statement[] {
    const keyActions = [...new Set(rights.flatMap((right) => KEY_ACTIONS[right]))];
    return [
        { actions: ["s3:ListBucket"], resources: [bucket.arn] },
        { actions: rights.flatMap((right) => OBJECT_ACTIONS[right]), resources: [`${bucket.arn}/*`] },
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
