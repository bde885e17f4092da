import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
    clusterDirectory,
    findInstance,
    type InstanceRecord,
    instances,
    keeperLives,
    sweep,
    writeRecord,
} from "../../../tools/control-plane/instances.ts";

/** No process has it: the kernel's numbers end below. */
const NOBODY = 2 ** 30;

const RECORD: InstanceRecord = {
    name: "x",
    keeper: NOBODY,
    persistent: true,
    ready: true,
    createdAt: "2026-01-02T03:04:05.678Z",
    startUpScale: 1,
    kubernetes: "1.35.4",
    kwok: "0.8.0",
};

describe("instances", () => {
    const before = process.env["DATA_PLATFORM_CACHE"];
    let cache: string;

    async function cluster(name: string, record?: Partial<InstanceRecord>): Promise<string> {
        const directory = clusterDirectory(name);
        await mkdir(directory, { recursive: true });
        await (record && writeRecord(directory, { ...RECORD, name, ...record }));
        return directory;
    }

    beforeEach(async () => {
        cache = await mkdtemp(path.join(tmpdir(), "clusters-"));
        process.env["DATA_PLATFORM_CACHE"] = cache;
    });

    afterEach(async () => {
        if (before === undefined) {
            delete process.env["DATA_PLATFORM_CACHE"];
        } else {
            process.env["DATA_PLATFORM_CACHE"] = before;
        }
        await rm(cache, { recursive: true });
    });

    it("are none where there never was one", async () => {
        assert.deepEqual(instances(), []);
        assert.equal(findInstance("x"), undefined);
        await sweep();
    });

    it("are found by name, with all that was noted", async () => {
        const directory = await cluster("one", { stack: "prod" });
        assert.deepEqual(findInstance("one"), { ...RECORD, name: "one", stack: "prod", directory });
        assert.deepEqual(instances(), [findInstance("one")]);
    });

    it("are not confused by another process that has their keeper's number", async () => {
        const directory = await cluster("one");
        assert.equal(keeperLives({ keeper: process.pid, directory }), false);
    });

    it("are swept away where their keeper died before it could end them, and only there", async () => {
        const dead = await cluster("dead", { persistent: false });
        const stays = await cluster("stays", { persistent: true });
        const starting = await cluster("starting");
        const abandoned = await cluster("abandoned");
        await utimes(abandoned, 0, 0);
        await sweep();
        assert.deepEqual([dead, stays, starting, abandoned].map(existsSync), [false, true, true, false]);
    });
});
