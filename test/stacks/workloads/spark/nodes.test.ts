import assert from "node:assert/strict";
import { bytes, millicores } from "../../../../components/values/quantity.ts";
import type { EksConfig } from "../../../../stacks/config.ts";
import { allocatable, fits } from "../../../../stacks/infrastructure/allocatable.ts";
import { instanceType } from "../../../../stacks/infrastructure/instance-types.ts";
import { executorDisk, nodeFilling, sparkNodes } from "../../../../stacks/workloads/spark/nodes.ts";
import { stackConfig } from "../../raw-config.ts";

const prod = (): EksConfig => {
    const config = stackConfig("prod");
    assert.equal(config.target, "eks");
    return config;
};

const WORKER = {
    image: "apache/celeborn:0.7.0",
    masterStorage: "10Gi",
    masterResources: { cpu: "500m", memory: "2Gi" },
    workerResources: { cpu: "1", memory: "8Gi" },
    workerStorage: "100Gi",
} as const;

describe("What is left of a node for Spark", () => {
    it("is what kubelet, the node class and the kernel leave", () => {
        // 64 GiB less 7.5 %, 893 MiB for kubelet, 100 MiB to evict for; 8 CPUs less 90m.
        const room = allocatable(instanceType("r6id.2xlarge"), { cpu: "100m", memory: "300Mi" });
        assert.deepEqual(room, { millicores: 7810, mebibytes: 60_620 - 893 - 100 - 300 });
    });

    it("is filled by one executor on the smallest node, and by two on the next size", () => {
        const nodes = sparkNodes(prod());
        const executor = nodeFilling(nodes);
        const [smallest] = nodes.executors;
        const largest = nodes.executors.at(-1);
        assert.ok(smallest !== undefined && largest !== undefined);
        assert.ok(fits(executor, smallest));
        const used = millicores(executor.cpu) / smallest.millicores;
        assert.ok(used > 0.98 && bytes(executor.memory) / 2 ** 20 / smallest.mebibytes > 0.99);
        const two = {
            cpu: `${2 * millicores(executor.cpu)}m`,
            memory: `${(2 * bytes(executor.memory)) / 2 ** 20}Mi`,
        } as const;
        assert.ok(!fits(two, smallest) && fits(two, largest));
    });

    it("is at least seven CPUs and 56 GiB in prod", () => {
        const { cpu, memory } = nodeFilling(sparkNodes(prod()));
        assert.ok(millicores(cpu) >= 7000 && bytes(memory) >= 56 * 2 ** 30, `${cpu} ${memory}`);
    });

    it("gets smaller with every agent", () => {
        const config = prod();
        const before = nodeFilling(sparkNodes(config));
        const heavier = {
            ...config,
            fluentBit: { ...config.fluentBit, resources: { cpu: "1100m", memory: "1280Mi" } },
        } as const;
        const after = nodeFilling(sparkNodes(heavier));
        assert.equal(millicores(before.cpu) - millicores(after.cpu), 1000);
        assert.equal((bytes(before.memory) - bytes(after.memory)) / 2 ** 20, 1024);
    });

    it("is shared with Celeborn's worker, disk included, on the nodes of executors alone", () => {
        const config = prod();
        const shared = { ...config, celeborn: WORKER };
        assert.deepEqual(sparkNodes(shared).drivers, sparkNodes(config).drivers);
        const less = millicores(nodeFilling(sparkNodes(config)).cpu) - millicores(nodeFilling(sparkNodes(shared)).cpu);
        assert.equal(less, 1000);
        assert.equal(executorDisk(config.pools, undefined) - executorDisk(config.pools, "100Gi"), 100);
        assert.ok(sparkNodes(shared).scratchGiBPerCpu < sparkNodes(config).scratchGiBPerCpu);
    });
});
