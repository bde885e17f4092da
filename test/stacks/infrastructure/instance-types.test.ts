import assert from "node:assert/strict";
import {
    amiType,
    architecture,
    hasLocalDisk,
    instanceType,
    matchingTypes,
} from "../../../stacks/infrastructure/instance-types.ts";

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

describe("the architecture of families", () => {
    it("is the label's value", () => {
        assert.equal(architecture(["m7i", "m6a"]), "amd64");
        assert.equal(architecture(["m7g", "r8gd"]), "arm64");
    });

    it("is one", () => {
        assert.throws(() => architecture(["m7i", "m7g"]), /got \["m7i","m7g"\]; they are of two architectures/);
    });
});

describe("local disks", () => {
    for (const family of ["r6id", "r5d", "r5ad", "r5dn", "r6idn", "m7gd", "i4i", "i4g"]) {
        it(`come with ${family}`, () => assert.equal(hasLocalDisk(family), true));
    }

    for (const family of ["r6i", "r5", "m7i", "r5n", "c7a", "d3"]) {
        it(`do not come with ${family}`, () => assert.equal(hasLocalDisk(family), false));
    }
});

describe("an instance type", () => {
    for (const [name, cpus, memoryGiB] of [
        ["m7i.large", 2, 8],
        ["c6a.xlarge", 4, 8],
        ["r6id.2xlarge", 8, 64],
        ["i4i.4xlarge", 16, 128],
        ["m7i-flex.2xlarge", 8, 32],
        ["t3.xlarge", 4, 16],
        ["m6i.24xlarge", 96, 384],
    ] as const) {
        it(`${name} has ${cpus} CPUs and ${memoryGiB} GiB`, () => {
            assert.deepEqual(instanceType(name), { name, cpus, memoryGiB });
        });
    }

    for (const name of ["c5n.2xlarge", "m5zn.2xlarge", "i3en.2xlarge", "x2idn.16xlarge", "t2.large", "i7ie.2xlarge"]) {
        it(`${name} has memory of its own`, () => {
            assert.throws(() => instanceType(name), /how much memory it has does not follow/);
        });
    }

    it("has a size in its name", () => {
        assert.throws(() => instanceType("m7i.metal"), /how many CPUs it has does not follow/);
        assert.throws(() => instanceType("t3.micro"), /how many CPUs/);
    });
});

describe("types that match", () => {
    const names = (needs: Partial<Parameters<typeof matchingTypes>[0]>) =>
        matchingTypes({ families: ["m7i", "r7i"], minCpus: 4, maxCpus: 8, minMemoryGiB: 1, ...needs }).map(
            ({ name }) => name,
        );

    it("are sizes within the bounds, smaller ones and preferred families first", () => {
        assert.deepEqual(names({}), ["m7i.xlarge", "r7i.xlarge", "m7i.2xlarge", "r7i.2xlarge"]);
    });

    it("have the memory", () => {
        assert.deepEqual(names({ minMemoryGiB: 32 }), ["r7i.xlarge", "m7i.2xlarge", "r7i.2xlarge"]);
        assert.deepEqual(names({ minMemoryGiB: 128 }), []);
    });
});
