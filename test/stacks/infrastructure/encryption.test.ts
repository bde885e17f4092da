import assert from "node:assert/strict";
import { type Collected, ofType, only } from "../../support/mocks.ts";
import { renderedStack } from "../rendered/stack.ts";

const KEY = "aws:kms/key:Key";

describe("encryption in prod", () => {
    let made: readonly Collected[] = [];
    before(async function () {
        // Whoever asks first for a stack waits until it is made.
        this.timeout("30s");
        made = (await renderedStack("prod")).resources;
    });

    const key = (purpose: string): Collected => only(made, KEY, `data-platform-prod-${purpose}`);
    const uses = (resource: Collected, property: string): readonly string[] =>
        (resource.propertyDependencies[property] ?? []).filter((urn) => urn.includes(`${KEY}::`));

    it("has keys that rotate, and that nobody deletes", () => {
        for (const { name, inputs, options } of ofType(made, KEY)) {
            assert.equal(inputs["enableKeyRotation"], true, name);
            assert.equal(options.protect, true, name);
        }
    });

    it("is of every volume of a claim, by the key for volumes", () => {
        for (const resource of ofType(made, "kubernetes:storage.k8s.io/v1:StorageClass")) {
            assert.equal(resource.inputs["parameters"].encrypted, "true");
            assert.deepEqual(uses(resource, "parameters"), [key("volumes").urn], resource.name);
        }
    });

    it("is of every object, by the key for buckets", () => {
        const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
        const configurations = ofType(made, type);
        assert.equal(configurations.length, ofType(made, "aws:s3/bucket:Bucket").length);
        for (const resource of configurations) {
            assert.deepEqual(uses(resource, "rules"), [key("buckets").urn], resource.name);
        }
    });

    it("is of every log group, by the key for logs", () => {
        const groups = ofType(made, "aws:cloudwatch/logGroup:LogGroup");
        assert.ok(groups.length >= 4);
        for (const resource of groups) {
            assert.deepEqual(uses(resource, "kmsKeyId"), [key("logs").urn], resource.name);
        }
    });

    it("lets the driver of volumes use their key, and no other key", () => {
        const policy = only(made, "aws:iam/rolePolicy:RolePolicy", "data-platform-prod-aws-ebs-csi-driver");
        assert.deepEqual(uses(policy, "policy"), [key("volumes").urn]);
        const attachment = only(made, "aws:eks/addon:Addon", "data-platform-prod-aws-ebs-csi-driver")
            .propertyDependencies["podIdentityAssociations"];
        assert.ok(attachment?.includes(policy.urn), "the driver starts before its role may use the key");
    });
});
