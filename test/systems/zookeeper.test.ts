import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { changedStack, type RenderedStack } from "../stacks/rendered/stack.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import { pinnedVersion, versionOfImage } from "./support/pinned.ts";
import type { PodProcess } from "./support/pod-process.ts";
import { describeWith, mavenProgram } from "./support/programs.ts";
import { promisedSeconds } from "./support/promised.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";
import { Writer } from "./support/writer.ts";
import { type Ensemble, ensemble } from "./zookeeper/ensemble.ts";

/** What opts in. */
const ZOOKEEPER = {
    image: "zookeeper:3.9.5",
    replicas: 3,
    storage: "10Gi",
    resources: { cpu: "250m", memory: "1Gi" },
    clients: [],
};

const SETTLED_MS = 60_000;
const ENOUGH = 50;

/** What a server's metrics are at the moment, by name. */
async function metricsOf({ address }: PodProcess): Promise<ReadonlyMap<string, number>> {
    const page = await (await fetch(`http://${address}:7000/metrics`)).text();
    const lines = page.split("\n").filter((line) => !line.startsWith("#"));
    return new Map(lines.map((line) => [line.split(/[ {]/)[0] ?? "", Number(line.split(" ").at(-1))]));
}

async function leads(server: PodProcess): Promise<boolean> {
    const { stdout } = await server.exec(["/bin/bash", "-c", `${ask("srvr")} && grep "^Mode:" <&3`]);
    return stdout === "Mode: leader\n";
}

function ask(word: string): string {
    return `exec 3<>/dev/tcp/127.0.0.1/2181 && printf ${word} >&3`;
}

describeWith("ZooKeeper's ensemble", { jars: await mavenProgram("zookeeper") }, ({ jars }) => {
    let stack: RenderedStack;
    let zookeeper: Ensemble;
    let writer: Writer | undefined;

    /** The one server that leads. */
    const leader = (): Promise<PodProcess> =>
        until(
            "one leader",
            async () => {
                const running = zookeeper.servers.filter((server) => server.running);
                const leading = await Promise.all(running.map(leads));
                const [first, second] = running.filter((_, index) => leading[index]);
                return second === undefined ? first : undefined;
            },
            SETTLED_MS,
            () => zookeeper.servers.map((server) => server.output).join("\n\n"),
        );

    before(async () => {
        stack = await changedStack("prod", { zookeeper: ZOOKEEPER });
        zookeeper = await ensemble(stack, jars);
        const begin = performance.now();
        await Promise.all(zookeeper.servers.map((server) => server.start()));
        await Promise.all(zookeeper.servers.map((server) => server.untilReady()));
        printMeasured("three servers from nothing to ready", secondsSince(begin));
    });

    after(async () => {
        await writer?.stop();
        await endPods();
    });

    it("is of the minor version that the image has", () => {
        const minor = (version: string): string => version.split(".").slice(0, 2).join(".");
        assert.equal(minor(pinnedVersion("zookeeper", "zookeeper.version")), minor(versionOfImage(ZOOKEEPER.image)));
    });

    it("has each server under the number after its ordinal", async () => {
        const ids = zookeeper.servers.map(async (server) => (await readFile(server.path("/data/myid"), "utf8")).trim());
        assert.deepEqual(await Promise.all(ids), ["1", "2", "3"]);
    });

    it("shows every metric that its alerts look at", async () => {
        const leading = await leader();
        const metrics = await metricsOf(leading);
        assert.ok((metrics.get("leader_uptime") ?? 0) > 0);
        assert.equal(metrics.get("synced_followers"), 2);
        assert.ok(metrics.has("outstanding_requests"));
        for (const server of zookeeper.servers.filter((one) => one !== leading)) {
            assert.ok(!(await metricsOf(server)).has("leader_uptime"), server.name);
        }
    });

    it("takes writes again when its leader was killed, has all of them, and takes the old one back", async () => {
        writer = await Writer.start(zookeeper.client("write"));
        await writer.untilWritten(ENOUGH);
        const killed = await leader();
        const promised = await promisedSeconds(stack, "data", "zookeeper");
        const begin = performance.now();
        await killed.stop("SIGKILL");
        await writer.untilWritten(ENOUGH, 3 * promised * 1000);
        const pause = writer.pauseSince(begin);
        printMeasured("leader killed: until writes are acknowledged", pause, promised);
        assert.ok(pause < promised, `${pause} s: ${writer.complaints}`);

        await killed.start();
        await killed.untilReady();
        assert.notEqual(await leader(), killed);
        const followers = async (): Promise<boolean> => (await metricsOf(await leader())).get("synced_followers") === 2;
        await until("two followers that keep up", followers, SETTLED_MS);
        await writer.stop();
        const [program = "", ...args] = zookeeper.client("list");
        const { stdout } = await promisify(execFile)(program, args);
        const there = stdout.trim().split("\n").map(Number);
        assert.deepEqual(await writer.missingFrom(async () => there), []);
    });

    it("does not serve without a majority, which its probe tells, and is not restarted for it", async () => {
        const [first, ...others] = zookeeper.servers;
        assert.ok(first !== undefined);
        await Promise.all(others.map((server) => server.stop("SIGKILL")));
        await until("the one that is left to stop serving", async () => !(await first.ready()), SETTLED_MS);
        assert.ok(await first.answers("livenessProbe"));
        await Promise.all(others.map((server) => server.start()));
        await Promise.all(zookeeper.servers.map((server) => server.untilReady()));
    });
});
