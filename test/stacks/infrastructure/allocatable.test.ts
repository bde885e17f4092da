import assert from "node:assert/strict";
import { allocatable, capacity, mostPods, networkOf } from "../../../stacks/infrastructure/allocatable.ts";
import { instanceType } from "../../../stacks/infrastructure/instance-types.ts";

describe("a node of EC2", () => {
    // Out of nodeadm's kubelet/instance-info.jsonl: interfaces, addresses.
    for (const [type, interfaces, addresses] of [
        ["m7i.large", 3, 10],
        ["r5d.xlarge", 4, 15],
        ["m6a.2xlarge", 4, 15],
        ["i4i.4xlarge", 8, 30],
        ["m5.8xlarge", 8, 30],
        ["m7a.12xlarge", 8, 30],
        ["m7g.16xlarge", 15, 50],
    ] as const) {
        it(`has ${interfaces} interfaces with ${addresses} addresses as a ${type}`, () => {
            assert.deepEqual(networkOf(instanceType(type)), { interfaces, addresses });
            assert.equal(mostPods(instanceType(type), "karpenter"), interfaces * (addresses - 1) + 2);
        });
    }

    it("of a size that is not known is not guessed at", () => {
        assert.throws(() => networkOf(instanceType("m7i.24xlarge")), { name: "RangeError", message: /m7i\.24xlarge/ });
    });

    it("takes no more pods in a managed group than EKS allows", () => {
        const most = (type: string): number => mostPods(instanceType(type), "managed-groups");
        assert.deepEqual([most("m7i.2xlarge"), most("m7i.4xlarge"), most("m7i.16xlarge")], [58, 110, 250]);
    });

    it("has for pods what hypervisor, kubelet and node class leave", () => {
        const type = instanceType("m7i.2xlarge");
        assert.deepEqual(capacity(type), { millicores: 8000, mebibytes: 30_310 });
        // 60 + 10 + 2 × 5 + 4 × 2.5 millicores; 11 × 58 + 255 MiB, and 100 MiB below which kubelet evicts.
        assert.deepEqual(allocatable(type), { millicores: 7910, mebibytes: 29_317 });
        assert.deepEqual(allocatable(type, { cpu: "100m", memory: "300Mi" }), { millicores: 7810, mebibytes: 29_017 });
    });
});
