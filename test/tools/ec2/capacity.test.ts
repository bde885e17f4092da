import assert from "node:assert/strict";
import { allocatable, capacity, maxPods, volumeLimit } from "../../../tools/ec2/capacity.ts";
import { instanceType } from "../../../tools/ec2/instance-types.ts";

describe("capacity", () => {
    it("is the machine's, without what the hypervisor keeps", () => {
        assert.deepEqual(capacity(instanceType("m7i.2xlarge"), 100), {
            cpu: "8",
            memory: "30310Mi",
            pods: "58",
            "ephemeral-storage": "100Gi",
        });
    });
});

describe("allocatable", () => {
    // 60 + 10 + 2 × 5 + 4 × 2.5 millicores; 11 × 58 + 255 MiB, and 100 MiB below which kubelet evicts.
    it("leaves kubelet's share out", () => {
        assert.deepEqual(allocatable(instanceType("m7i.2xlarge"), 100), {
            cpu: "7910m",
            memory: "29317Mi",
            pods: "58",
            "ephemeral-storage": "89Gi",
        });
    });

    it("reserves by the place of each CPU", () => {
        assert.equal(allocatable(instanceType("m7i.large"), 100).cpu, "1930m");
        assert.equal(allocatable(instanceType("m7i.xlarge"), 100).cpu, "3920m");
    });
});

describe("maxPods", () => {
    for (const [type, pods] of [
        ["m7i.large", 29],
        ["m7i.xlarge", 58],
        ["m7i.4xlarge", 110],
        ["r6id.8xlarge", 234],
        ["r7gd.16xlarge", 250],
    ] as const) {
        it(`is ${pods} on ${type}`, () => assert.equal(maxPods(instanceType(type)), pods));
    }
});

describe("volumeLimit", () => {
    for (const [type, count, why] of [
        ["m7i.2xlarge", 31, "beside the root volume, slots being dedicated"],
        ["m7i.16xlarge", 47, "more on a large one"],
        ["m6i.2xlarge", 23, "less three interfaces, slots being shared"],
        ["r6id.2xlarge", 22, "less a local disk"],
        ["r7gd.16xlarge", 10, "less fourteen interfaces and two local disks"],
    ] as const) {
        it(`is ${count} on ${type}: ${why}`, () => assert.equal(volumeLimit(instanceType(type)), count));
    }
});
