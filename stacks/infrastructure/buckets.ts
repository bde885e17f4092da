import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { bucketArn, bucketPolicy } from "./bucket-policy.ts";
import { type BucketPurpose, type BucketRules, bucketRules, type Retention } from "./bucket-purposes.ts";
import type { Site } from "./key-policy.ts";

/** What {@link Buckets} are made of. */
export interface BucketsArgs {
    readonly environment: string;
    readonly site: Site;
    readonly retention: Retention;
    /** The key that objects are encrypted with. */
    readonly keyArn: pulumi.Input<string>;
    /** Whether buckets and objects outlive the stack, and Pulumi refuses to delete them. */
    readonly protect: boolean;
}

/** A bucket, as those need it who use it. */
export interface Bucket {
    readonly name: string;
    readonly arn: string;
    /** The key that its objects are encrypted with. */
    readonly keyArn: pulumi.Input<string>;
    readonly region: string;
}

/** S3 keeps, and bills, the parts of an upload that nobody ended. */
const ABORT_UPLOADS_AFTER = 3;

/**
 * The name of a bucket: in the account's own part of the name space, in which nobody else can have it first.
 * Source: Amazon S3 user guide, "Account regional namespace naming rules".
 */
export function bucketName(purpose: BucketPurpose, environment: string, { account, region }: Site): string {
    return `dp-${environment}-${purpose}-${account}-${region}-an`;
}

function lifecycle({ expireAfter, undoFor }: BucketRules): s3.BucketLifecycleConfigurationArgs["rules"] {
    const all = { status: "Enabled", filter: { prefix: "" } };
    return [
        { ...all, id: "abort-uploads", abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_UPLOADS_AFTER } },
        ...(expireAfter === undefined ? [] : [{ ...all, id: "expire", expiration: { days: expireAfter } }]),
        ...(undoFor === undefined
            ? []
            : [
                  {
                      ...all,
                      id: "expire-versions",
                      noncurrentVersionExpiration: { noncurrentDays: undoFor },
                      expiration: { expiredObjectDeleteMarker: true },
                  },
              ]),
    ];
}

/**
 * The stack's buckets: private, encrypted with the stack's own key, reached over TLS alone. No access control list counts,
 * and no bucket can be opened to the public by mistake.
 *
 * In prod they outlive the stack. One that is made again finds them in its way (`BucketAlreadyOwnedByYou`) until it has
 * taken them over, each by `npx pulumi import aws:s3/bucket:Bucket NAME BUCKET`.
 */
export class Buckets extends pulumi.ComponentResource {
    readonly byPurpose: Readonly<Record<BucketPurpose, Bucket>>;

    constructor(name: string, args: BucketsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:Buckets", name, {}, opts);
        const rules = bucketRules(args.retention);
        const bucket = (purpose: BucketPurpose): Bucket =>
            this.#bucket(`${name}-${purpose}`, purpose, rules[purpose], args);
        this.byPurpose = {
            "airflow-logs": bucket("airflow-logs"),
            "spark-events": bucket("spark-events"),
            "spark-shuffle": bucket("spark-shuffle"),
            "flink-checkpoints": bucket("flink-checkpoints"),
            loki: bucket("loki"),
            "database-backups": bucket("database-backups"),
        };
        this.registerOutputs({});
    }

    #bucket(name: string, purpose: BucketPurpose, rules: BucketRules, args: BucketsArgs): Bucket {
        const { environment, site, keyArn, protect } = args;
        const fullName = bucketName(purpose, environment, site);
        const made = new s3.Bucket(
            name,
            {
                bucket: fullName,
                bucketNamespace: "account-regional",
                // A bucket with objects in it cannot be deleted otherwise.
                forceDestroy: !protect,
                tags: { Name: fullName },
            },
            { parent: this, protect, retainOnDelete: protect },
        );
        this.#settings(name, made, keyArn);
        this.#retention(name, made, rules);
        const open = new s3.BucketPublicAccessBlock(
            name,
            {
                bucket: made.bucket,
                blockPublicAcls: true,
                blockPublicPolicy: true,
                ignorePublicAcls: true,
                restrictPublicBuckets: true,
            },
            { parent: made },
        );
        new s3.BucketPolicy(
            name,
            { bucket: made.bucket, policy: bucketPolicy(fullName) },
            // S3 refuses two changes at a time that are about who may reach a bucket.
            { parent: made, dependsOn: [open] },
        );
        return { name: fullName, arn: bucketArn(fullName), keyArn, region: site.region };
    }

    #settings(name: string, parent: s3.Bucket, keyArn: pulumi.Input<string>): void {
        const { bucket } = parent;
        new s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, { parent });
        new s3.BucketServerSideEncryptionConfiguration(
            name,
            {
                bucket,
                rules: [
                    {
                        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
                        // One call to KMS for many objects; and the encryption context is then the bucket.
                        bucketKeyEnabled: true,
                    },
                ],
            },
            { parent },
        );
    }

    #retention(name: string, made: s3.Bucket, rules: BucketRules): void {
        const { bucket } = made;
        const versions =
            rules.undoFor === undefined
                ? []
                : [
                      new s3.BucketVersioning(
                          name,
                          { bucket, versioningConfiguration: { status: "Enabled" } },
                          { parent: made },
                      ),
                  ];
        // A rule about versions wants a bucket that has them.
        const options = { parent: made, dependsOn: versions };
        new s3.BucketLifecycleConfiguration(name, { bucket, rules: lifecycle(rules) }, options);
    }
}
