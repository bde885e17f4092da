import assert from "node:assert/strict";
import { amiType } from "../../../stacks/infrastructure/instance-types.ts";

describe("the image of instance types", () => {
    for (const type of [
        "m7g.xlarge",
        "c7gn.large",
        "r8gd.metal-24xl",
        "t4g.small",
        "im4gn.large",
        "x2gd.large",
        "a1.large",
    ]) {
        it(`is for ARM on ${type}`, () => assert.equal(amiType([type]), "AL2023_ARM_64_STANDARD"));
    }

    for (const type of ["m7i.xlarge", "m6a.large", "g5.xlarge", "g6e.xlarge", "c7i-flex.large", "u7i-12tb.224xlarge"]) {
        it(`is for x86 on ${type}`, () => assert.equal(amiType([type]), "AL2023_x86_64_STANDARD"));
    }

    it("is none for two architectures", () => {
        assert.throws(() => amiType(["m7i.large", "m7g.large"]), /m7g\.large cannot boot/);
    });
});
