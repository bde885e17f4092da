import assert from "node:assert/strict";
import * as fc from "fast-check";
import { surgeWidth } from "../../../../components/specs/rollout.ts";
import {
    MAX_CONNECTIONS,
    memoryParameters,
    poolSize,
    sharedMemory,
    volumeParameters,
} from "../../../../stacks/workloads/metadata-database/sizing.ts";

describe("volumeParameters", () => {
    it("takes a fifth of the disk for what replicas hold back", () => {
        assert.deepEqual(volumeParameters("50Gi"), { max_wal_size: "5120MB", max_slot_wal_keep_size: "10240MB" });
    });

    it("stays with what the server starts with on the smallest volume, and caps what more of does not help", () => {
        assert.equal(volumeParameters("1Gi")["max_wal_size"], "102MB");
        assert.equal(volumeParameters("4Ti")["max_wal_size"], "8192MB");
    });
});

describe("memoryParameters", () => {
    it("takes a quarter of the memory for the cache", () => {
        assert.deepEqual(memoryParameters("4Gi"), {
            shared_buffers: "1024MB",
            effective_cache_size: "3072MB",
            work_mem: "10MB",
            maintenance_work_mem: "256MB",
        });
    });

    it("stays with what the server starts with on the smallest replica", () => {
        const { work_mem, maintenance_work_mem } = memoryParameters("512Mi");
        assert.deepEqual([work_mem, maintenance_work_mem], ["1MB", "32MB"]);
    });

    it("caps what more of does not help", () => {
        assert.equal(memoryParameters("256Gi")["maintenance_work_mem"], "1024MB");
    });

    it("never plans more memory for cache and sorts than there is", () => {
        fc.assert(
            fc.property(fc.integer({ min: 512, max: 2 ** 18 }), (mebi) => {
                const { shared_buffers, work_mem, maintenance_work_mem } = memoryParameters(`${mebi}Mi`);
                const sorts = Number.parseInt(work_mem ?? "", 10) * MAX_CONNECTIONS;
                const cache = Number.parseInt(shared_buffers ?? "", 10);
                assert.ok(cache + sorts + Number.parseInt(maintenance_work_mem ?? "", 10) <= mebi);
            }),
        );
    });
});

describe("poolSize", () => {
    it("is a third of what is free with two poolers, since a rollout starts another", () => {
        assert.equal(poolSize(2), 26);
    });

    it("leaves room for superuser and replication, however many poolers there are", () => {
        fc.assert(
            fc.property(fc.integer({ min: 2, max: 20 }), (poolers) => {
                assert.ok(poolSize(poolers) >= 1);
                assert.ok(poolSize(poolers) * (poolers + surgeWidth(poolers)) <= MAX_CONNECTIONS - 20);
            }),
        );
    });
});

describe("sharedMemory", () => {
    it("is an eighth of the memory", () => {
        assert.equal(sharedMemory("4Gi"), "512Mi");
        assert.equal(sharedMemory("512Mi"), "64Mi");
    });
});
