import assert from "node:assert/strict";
import { Buckets, bucketName } from "../../../stacks/infrastructure/buckets.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";

const SITE = { account: "111122223333", region: "eu-central-1" };
const BUCKET = "aws:s3/bucket:Bucket";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function buckets(protect: boolean): Promise<Collected[]> {
    return collect(() => {
        new Buckets("dp", {
            environment: "prod",
            site: SITE,
            retention: { airflowLogDays: 90, sparkEventDays: 30, lokiDays: 30 },
            keyArn: "arn:key",
            protect,
        });
    });
}

describe("Buckets", () => {
    let made: Collected[] = [];
    before(async () => {
        made = await buckets(true);
    });

    const rules = (purpose: string): readonly Inputs[] => only(made, LIFECYCLE, `dp-${purpose}`).inputs["rules"];
    const expiry = (purpose: string): unknown => rules(purpose).find(({ id }) => id === "expire")?.["expiration"].days;

    it("are one for each purpose, by names that nobody else can have", () => {
        const names = ofType(made, BUCKET).map(({ inputs }) => `${inputs["bucket"]}, ${inputs["bucketNamespace"]}`);
        assert.deepEqual(
            names.toSorted(),
            ["airflow-logs", "database-backups", "flink-checkpoints", "loki", "spark-events", "spark-shuffle"].map(
                (purpose) => `dp-prod-${purpose}-111122223333-eu-central-1-an, account-regional`,
            ),
        );
    });

    it("have names that S3 takes, in the region with the longest name as well", () => {
        const site = { account: "111122223333", region: "ap-southeast-1" };
        assert.ok(bucketName("flink-checkpoints", "staging", site).length <= 63);
    });

    for (const [type, expected] of [
        [
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        ],
        [
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            { rule: { objectOwnership: "BucketOwnerEnforced" } },
        ],
        [
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            {
                rules: [
                    {
                        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" },
                        bucketKeyEnabled: true,
                    },
                ],
            },
        ],
    ] as const) {
        it(`have each a ${type.split(":").at(-1)}`, () => {
            for (const { name, urn, inputs } of ofType(made, BUCKET)) {
                const found = only(made, type, name);
                assert.deepEqual(found.inputs, { bucket: inputs["bucket"], ...expected });
                assert.equal(found.parent, urn);
            }
        });
    }

    it("refuse what does not come over a current TLS, and allow nothing by themselves", () => {
        for (const { name, inputs } of ofType(made, BUCKET)) {
            const policy = JSON.parse(only(made, "aws:s3/bucketPolicy:BucketPolicy", name).inputs["policy"]);
            const arn = `arn:aws:s3:::${inputs["bucket"]}`;
            assert.deepEqual(
                policy.Statement.map((statement: Inputs) => ({ ...statement, Sid: "" })),
                [{ Bool: { "aws:SecureTransport": "false" } }, { NumericLessThan: { "s3:TlsVersion": "1.2" } }].map(
                    (Condition) => ({
                        Sid: "",
                        Effect: "Deny",
                        Principal: "*",
                        Action: "s3:*",
                        Resource: [arn, `${arn}/*`],
                        Condition,
                    }),
                ),
            );
        }
    });

    it("keep objects as long as their purpose asks, and end uploads that nobody did", () => {
        assert.equal(expiry("airflow-logs"), 90);
        assert.equal(expiry("spark-events"), 30);
        assert.equal(expiry("spark-shuffle"), 3);
        assert.equal(expiry("loki"), 60);
        assert.equal(expiry("flink-checkpoints"), undefined);
        assert.equal(expiry("database-backups"), undefined);
        for (const { inputs } of ofType(made, LIFECYCLE)) {
            assert.deepEqual(inputs["rules"][0].abortIncompleteMultipartUpload, { daysAfterInitiation: 3 });
            assert.ok(inputs["rules"].every(({ status }: Inputs) => status === "Enabled"));
        }
    });

    it("keep a deleted backup for two weeks, and versions of nothing else", () => {
        const versioning = only(made, "aws:s3/bucketVersioning:BucketVersioning");
        assert.equal(versioning.name, "dp-database-backups");
        assert.deepEqual(versioning.inputs["versioningConfiguration"], { status: "Enabled" });
        assert.deepEqual(rules("database-backups").at(-1)?.["noncurrentVersionExpiration"], { noncurrentDays: 14 });
        assert.ok(only(made, LIFECYCLE, "dp-database-backups").dependencies.includes(versioning.urn));
    });

    it("outlive the stack in prod, and go with it elsewhere, objects and all", async () => {
        for (const { inputs, options } of ofType(made, BUCKET)) {
            assert.deepEqual([options.protect, options.retainOnDelete, inputs["forceDestroy"]], [true, true, false]);
        }
        for (const { inputs, options } of ofType(await buckets(false), BUCKET)) {
            assert.deepEqual([options.protect, options.retainOnDelete, inputs["forceDestroy"]], [false, false, true]);
        }
    });
});
