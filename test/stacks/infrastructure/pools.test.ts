import assert from "node:assert/strict";
import { type EksConfig, parseConfig } from "../../../stacks/config.ts";
import {
    AGENT_NOT_READY,
    allPools,
    karpenterPools,
    managedPools,
    nodesPerZone,
    type Pool,
    poolNames,
} from "../../../stacks/infrastructure/pools.ts";
import { rawConfig } from "../raw-config.ts";

function poolsOf(stack: "prod" | "staging"): EksConfig["pools"] {
    const config = parseConfig(rawConfig(stack), "data-platform");
    assert.equal(config.target, "eks");
    return config.pools;
}

const prod = poolsOf("prod");
const streaming = { ...prod, streaming: { ...prod.infra, min: 3, typical: 3, max: 6 } };
const named = (pools: readonly Pool[]): readonly string[] => pools.map(({ name }) => name);

describe("the pools", () => {
    it("of prod are the case's, 60 nodes on an ordinary day", () => {
        assert.deepEqual(
            allPools(prod).map(({ name, scaledBy, capacity, nodes }) => [name, scaledBy, capacity, nodes]),
            [
                ["infra", "managed-groups", ["on-demand"], { min: 6, typical: 9, max: 15 }],
                ["batch", "karpenter", ["spot", "on-demand"], { min: 0, typical: 3, max: 20 }],
                ["spark-driver", "karpenter", ["on-demand"], { min: 0, typical: 4, max: 30 }],
                ["spark-executor", "karpenter", ["spot", "on-demand"], { min: 0, typical: 44, max: 300 }],
            ],
        );
        assert.equal(
            allPools(prod).reduce((sum, { nodes }) => sum + nodes.typical, 0),
            60,
        );
    });

    it("are smaller in staging, and the same", () => {
        const staging = allPools(poolsOf("staging"));
        assert.deepEqual(named(staging), named(allPools(prod)));
        staging.forEach(({ nodes, name }, index) => {
            assert.ok(nodes.max < (allPools(prod)[index]?.nodes.max ?? 0), name);
        });
    });

    it("are known by their label, and all but infra tainted by it", () => {
        for (const { name, labels, taints } of allPools(streaming)) {
            assert.deepEqual(labels, { workload: name });
            assert.deepEqual(
                taints,
                name === "infra" ? [] : [{ key: "workload", value: name, effect: "NoSchedule" }],
                name,
            );
        }
    });

    it("keep pods off a node until its volumes can be counted", () => {
        for (const { startupTaints, name } of allPools(streaming)) {
            assert.deepEqual(startupTaints, [AGENT_NOT_READY], name);
        }
    });

    it("have machines of the size that is asked for, the smallest first", () => {
        const [batch, driver, executor] = karpenterPools(prod);
        assert.deepEqual(batch?.instanceTypes[0], { name: "m7i.xlarge", cpus: 4, memoryGiB: 16 });
        assert.deepEqual(new Set(driver?.instanceTypes.map(({ cpus }) => cpus)), new Set([4, 8]));
        assert.deepEqual(executor?.instanceTypes[0], { name: "r6id.2xlarge", cpus: 8, memoryGiB: 64 });
        for (const { cpus, memoryGiB, name } of executor?.instanceTypes ?? []) {
            assert.ok(cpus >= 8 && memoryGiB >= 64, name);
        }
        assert.deepEqual(
            karpenterPools(prod).map(({ instanceStore }) => instanceStore),
            [false, false, true],
        );
    });

    it("for streaming are made where they are asked for, and brokers go there", () => {
        assert.deepEqual(named(managedPools(prod)), ["infra"]);
        assert.deepEqual(named(managedPools(streaming)), ["infra", "streaming"]);
        assert.equal(poolNames(prod).brokers, "infra");
        assert.equal(poolNames(streaming).brokers, "streaming");
    });

    it("are there for everything that runs somewhere", () => {
        for (const pools of [prod, streaming]) {
            const made = named(allPools(pools));
            for (const name of Object.values(poolNames(pools))) {
                assert.ok(made.includes(name), name);
            }
        }
    });

    it("may have all of Karpenter's nodes in one zone, and a share of the managed ones", () => {
        assert.equal(nodesPerZone(prod, 3), 15 / 3 + 20 + 30 + 300);
        assert.equal(nodesPerZone(streaming, 3), 15 / 3 + 6 / 3 + 20 + 30 + 300);
    });
});
