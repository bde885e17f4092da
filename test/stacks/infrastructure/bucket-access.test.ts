import assert from "node:assert/strict";
import { bucketStatements } from "../../../stacks/infrastructure/bucket-access.ts";

const BUCKET = { name: "logs", arn: "arn:aws:s3:::logs", keyArn: "arn:key", region: "eu-central-1" };

describe("access to a bucket", () => {
    it("is to one bucket, and to the key for its objects alone", () => {
        assert.deepEqual(bucketStatements(BUCKET, ["read"]), [
            { actions: ["s3:ListBucket"], resources: ["arn:aws:s3:::logs"] },
            { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::logs/*"] },
            {
                actions: ["kms:Decrypt"],
                resources: ["arn:key"],
                conditions: {
                    StringEquals: {
                        "kms:ViaService": "s3.eu-central-1.amazonaws.com",
                        "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::logs",
                    },
                },
            },
        ]);
    });

    it("has what a write of several parts takes", () => {
        const [, objects, key] = bucketStatements(BUCKET, ["read", "write"]);
        assert.deepEqual(objects?.actions, [
            "s3:GetObject",
            "s3:PutObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
        ]);
        assert.deepEqual(key?.actions, ["kms:Decrypt", "kms:GenerateDataKey"]);
    });

    it("deletes objects, never their versions", () => {
        const statements = bucketStatements(BUCKET, ["delete"]);
        assert.deepEqual(
            statements.flatMap(({ actions }) => actions),
            ["s3:ListBucket", "s3:DeleteObject"],
        );
    });

    it("ends at a prefix, if there is one, but tells a missing object from a forbidden one", () => {
        const [list, objects] = bucketStatements(BUCKET, ["read"], "database/1");
        assert.deepEqual(list, {
            actions: ["s3:ListBucket"],
            resources: ["arn:aws:s3:::logs"],
            conditions: { StringLikeIfExists: { "s3:prefix": "database/1/*" } },
        });
        assert.deepEqual(objects?.resources, ["arn:aws:s3:::logs/database/1/*"]);
    });

    it("names no wildcard but the bucket's objects", () => {
        const all = bucketStatements(BUCKET, ["read", "write", "delete"]);
        assert.ok(all.every(({ actions }) => !actions.some((action) => action.includes("*"))));
        assert.ok(all.every(({ resources }) => !resources.includes("*")));
    });
});
