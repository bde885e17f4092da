import assert from "node:assert/strict";
import { amiType } from "../../../stacks/infrastructure/instance-types.ts";
import { instanceType } from "../../../tools/ec2/instance-types.ts";

describe("instanceType", () => {
    it("knows size and volumes", () => {
        assert.deepEqual(instanceType("m6i.xlarge"), {
            name: "m6i.xlarge",
            architecture: "amd64",
            cpus: 4,
            memoryGiB: 16,
            volumes: 27,
            localDiskGB: 0,
        });
        assert.equal(instanceType("r6id.4xlarge").memoryGiB, 128);
    });

    it("agrees with the image that the stack boots", () => {
        for (const type of ["m6i", "m7i", "m6g", "m7g", "r6id", "r7gd"].map((family) => `${family}.2xlarge`)) {
            const arm = amiType([type]) === "AL2023_ARM_64_STANDARD";
            assert.equal(instanceType(type).architecture, arm ? "arm64" : "amd64", type);
        }
    });

    for (const type of ["m7i.nano", "x9.2xlarge", "m7i", "constructor.large", "m7i.toString"]) {
        it(`refuses ${type}, naming what it knows`, () => {
            assert.throws(() => instanceType(type), { name: "Refusal", message: /m6i, m7i.* in large, xlarge/ });
        });
    }
});
