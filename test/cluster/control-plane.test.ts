import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { statSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { clusterDirectory, findInstance } from "../../tools/control-plane/instances.ts";
import { programsIn } from "../../tools/control-plane/processes.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { leftOf, untilGone, untilKept } from "./control-plane/left-behind.ts";
import { smallNode } from "./control-plane/node.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** Only matters where something is wrong. */
const LONG_MS = 120_000;

function freshName(what: string): string {
    return `test-${what}-${randomBytes(4).toString("hex")}`;
}

function pod(name: string, spec: Partial<V1PodSpec> = {}, image = "app:1"): V1Pod {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default" },
        spec: { containers: [{ name: "app", image }], ...spec },
    };
}

function condition({ status }: V1Pod, type: string): string | undefined {
    return status?.conditions?.find((one) => one.type === type)?.status;
}

describe("control planes side by side", function () {
    this.timeout(LONG_MS);
    const planes: ControlPlane[] = [];
    let recorder: Recorder;

    function plane(): ControlPlane {
        assert.ok(planes[0]);
        return planes[0];
    }

    const current = (name: string): V1Pod | undefined =>
        recorder.current("Pod").find(({ metadata }) => metadata?.name === name);

    const until = (name: string, what: string, holds: (found: V1Pod) => boolean): Promise<V1Pod> =>
        recorder.waitFor(
            `${name} to be ${what}`,
            () => {
                const found = current(name);
                return found !== undefined && holds(found) && found;
            },
            LONG_MS,
        );

    const running = (name: string): Promise<V1Pod> =>
        until(name, "running", ({ status }) => status?.phase === "Running");

    const gone = (name: string): Promise<true> =>
        recorder.waitFor(`${name} to be gone`, () => current(name) === undefined, LONG_MS);

    before(async () => {
        const nodes = ["a", "b"].map(smallNode);
        planes.push(
            ...(await Promise.all([
                ControlPlane.start({ nodes, customResources: [], startUpScale: 0.1 }),
                ControlPlane.start({ nodes: [smallNode("other")], customResources: [] }),
            ])),
        );
        recorder = await Recorder.start(plane().client, ["pods", "nodes"]);
    });

    after(async () => {
        await recorder?.stop();
        await Promise.all(planes.map((one) => one.stop()));
    });

    it("have ports and nodes of their own", async () => {
        const servers = planes.map(({ client }) => client.kubeConfig.getCurrentCluster()?.server);
        assert.notEqual(servers[0], servers[1]);
        const nodes = await Promise.all(planes.map(({ client }) => client.list("v1", "Node")));
        assert.deepEqual(
            nodes.map((list) => list.map(({ metadata }) => metadata?.name)),
            [["a", "b"], ["other"]],
        );
    });

    it("are reached by a file that only its owner may read", () => {
        const { mode } = statSync(plane().kubeconfig);
        assert.equal((mode & 0o777).toString(8), "600");
        assert.equal(plane().client.kubeConfig.currentContext, plane().context);
    });

    it("refuse a name that is taken", async () => {
        await assert.rejects(ControlPlane.start({ name: plane().name, nodes: [] }), {
            name: "Misuse",
            message: new RegExp(`"${plane().name}" is taken`),
        });
    });

    it("start containers, and call them ready when the scaled start-up of their probe is over", async () => {
        const startupProbe = { tcpSocket: { port: 80 }, periodSeconds: 10, failureThreshold: 4 };
        await plane().client.create(pod("slow", { containers: [{ name: "app", image: "app:1", startupProbe }] }));
        await until("slow", "ready", (found) => condition(found, "Ready") === "True");
        const seen = recorder.events.filter(({ object }) => object.metadata?.name === "slow");
        const first = (holds: (found: V1Pod) => boolean): number =>
            seen.find(({ object }) => holds(object as V1Pod))?.at ?? Number.NaN;
        const started = first(({ status }) => status?.phase === "Running");
        const ready = first((found) => condition(found, "Ready") === "True");
        // Three periods of 10 s, times 0.1; an event is seen some milliseconds after it was.
        assert.ok(ready - started > 2_800, `ready after ${ready - started} ms`);
        assert.equal(condition(current("slow") ?? pod(""), "ContainersReady"), "True");
    });

    it("complete what is not restarted", async () => {
        await plane().client.create(pod("task", { restartPolicy: "Never" }));
        const { status } = await until("task", "over", (found) => found.status?.phase === "Succeeded");
        assert.equal(status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 0);
    });

    it("pull no image that does not exist", async () => {
        await plane().client.create(pod("bad", {}, "app:does-not-exist"));
        const { status } = await until("bad", "looked at", (found) => found.status?.containerStatuses !== undefined);
        assert.equal(status?.phase, "Pending");
        assert.equal(status?.containerStatuses?.[0]?.state?.waiting?.reason, "ImagePullBackOff");
    });

    it("restart what crashes, without end", async () => {
        await plane().client.create(pod("crash", {}, "app:crash-loop"));
        const { status } = await running("crash");
        assert.equal(status?.containerStatuses?.[0]?.state?.waiting?.reason, "CrashLoopBackOff");
        assert.equal(status?.containerStatuses?.[0]?.restartCount, 1);
    });

    it("leave a pod ready only as long as its readiness gates are open", async () => {
        const gate = "example.com/in-service";
        await plane().client.create(pod("gated", { readinessGates: [{ conditionType: gate }] }));
        const gated = await until("gated", "started", (found) => condition(found, "ContainersReady") === "True");
        assert.equal(condition(gated, "Ready"), "False");
        const conditions = [...(gated.status?.conditions ?? []), { type: gate, status: "True" }];
        await plane().client.patch(gated, { status: { conditions } }, "status");
        await until("gated", "ready", (found) => condition(found, "Ready") === "True");
    });

    it("end and start nothing on a node whose kubelet is dead, until it is back", async () => {
        const { client } = plane();
        const on = (name: string, nodeName: string): Promise<V1Pod> => client.create(pod(name, { nodeName }));
        await Promise.all([on("doomed", "b"), on("spared", "a")]);
        await Promise.all([running("doomed"), running("spared")]);
        await plane().silence("b");
        await Promise.all([client.remove(pod("doomed")), on("late", "b")]);
        // What is asked for later is done on the node that lives.
        await Promise.all([client.remove(pod("spared")), on("later", "a")]);
        await Promise.all([gone("spared"), running("later")]);
        assert.notEqual(current("doomed")?.metadata?.deletionTimestamp, undefined);
        assert.equal(current("late")?.status?.phase, "Pending");
        await plane().revive("b");
        await Promise.all([gone("doomed"), running("late")]);
    });

    it("start what has ended again, and do so once", async () => {
        const directory = clusterDirectory(plane().name);
        const scheduler = (): number | undefined =>
            programsIn(directory).find(({ command }) => command.includes("/kube-scheduler "))?.pid;
        const former = scheduler();
        assert.ok(former);
        process.kill(former, "SIGKILL");
        await plane().client.create(pod("placed"));
        await running("placed");
        assert.notEqual(scheduler(), former);
        const log = await readFile(path.join(directory, "keeper.log"), "utf8");
        assert.deepEqual(
            log.match(/^.*started again$/gm)?.map((line) => line.slice(line.indexOf(" ") + 1)),
            ["error: kube-scheduler ended; it is started again"],
        );
    });
});

describe("a control plane's end", function () {
    this.timeout(LONG_MS);
    const children: ChildProcess[] = [];

    function node(...args: readonly string[]): ChildProcess {
        const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
        children.push(child);
        return child;
    }

    async function command(...args: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
        const child = node("tools/cluster.ts", ...args);
        let out = "";
        let err = "";
        child.stdout?.on("data", (chunk: Buffer) => {
            out += chunk.toString();
        });
        child.stderr?.on("data", (chunk: Buffer) => {
            err += chunk.toString();
        });
        const [code] = await once(child, "close");
        return { code, out, err };
    }

    const owner = "test/cluster/control-plane/owner.ts";

    afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

    it("comes with the process that started it, though that one is killed", async () => {
        const name = freshName("owned");
        const child = node(owner, name);
        assert.ok(child.stdout);
        await once(child.stdout, "data");
        assert.ok(leftOf(name).length > 6, `a directory, a keeper and five components: ${leftOf(name).join("\n")}`);
        child.kill("SIGKILL");
        await untilGone(name);
    });

    it("comes with the process that started it, though that one is killed while it starts, at any moment", async () => {
        // Side by side they start slowly, so that each moment is another step of the start.
        await Promise.all(
            [0, 50, 200, 400].map(async (moment) => {
                const name = freshName(`half-${moment}`);
                const child = node(owner, name);
                await untilKept(name);
                await delay(moment);
                child.kill("SIGKILL");
                await untilGone(name);
            }),
        );
    });

    it("comes with the process that started it, though the keeper had not heard of that one yet", async () => {
        const name = freshName("unheard");
        const directory = clusterDirectory(name);
        await mkdir(directory, { recursive: true });
        const child = spawn(process.execPath, ["tools/control-plane/keeper.ts", directory], {
            cwd: ROOT,
            stdio: ["ignore", "ignore", "ignore", "ipc"],
        });
        children.push(child);
        child.disconnect();
        await untilGone(name);
    });

    it("leaves nothing, though its keeper was killed before", async () => {
        const name = freshName("kept");
        const plane = await ControlPlane.start({ name, nodes: [], customResources: [] });
        process.kill(findInstance(name)?.keeper ?? 0, "SIGKILL");
        await plane.stop();
        assert.deepEqual(leftOf(name), []);
    });

    it("comes on command, if the command started it, with all that there was", async () => {
        const name = freshName("cli");
        try {
            const options = ["--stack", "local", "--nodes", "2", "--custom-resources", "none"];
            const up = await command("up", "--name", name, ...options);
            assert.equal(up.code, 0, up.err);
            assert.match(up.out, /2 +2\n/);
            const again = await command("up", "--stack", "local", "--name", name);
            assert.equal(again.code, 2);
            const status = await command("status", "--name", name);
            assert.equal(status.code, 0);
            assert.match(status.out, new RegExp(`^${name}, Kubernetes .*stack local`));
            process.kill(findInstance(name)?.keeper ?? 0, "SIGKILL");
            const broken = await command("status", "--name", name);
            assert.equal(broken.code, 1);
            assert.match(broken.out, /keeper .* has died/);
        } finally {
            await command("down", "--name", name);
        }
        assert.deepEqual(leftOf(name), []);
        assert.equal((await command("down", "--name", name)).code, 2);
    });

    it("comes with Ctrl-C", async () => {
        const name = freshName("interrupted");
        const child = node("tools/cluster.ts", "up", "--stack", "local", "--name", name);
        await untilKept(name);
        child.kill("SIGINT");
        const [code] = await once(child, "close");
        assert.equal(code, 130);
        assert.deepEqual(leftOf(name), []);
    });
});
