import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LEASE_SECONDS } from "../../stacks/workloads/flink/settings.ts";
import { inSteps } from "../engine/support/steps.ts";
import { Session } from "./flink/session.ts";
import { controlPlane } from "./support/kubernetes-api.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import type { PodProcess } from "./support/pod-process.ts";
import { describeWith, pythonProgram, systemProgram } from "./support/programs.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";

const START_MS = 300_000;

const JOB_MANAGERS = ["127.5.0.10", "127.5.0.11"] as const;
const TASK_MANAGERS = ["127.5.0.20", "127.5.0.21", "127.5.0.22"] as const;
const FILES = join(import.meta.dirname, "flink");

/** From the end of a lease until the new leader runs its jobs again, as the component allows it. */
const PROMOTION_SECONDS = 60;
/** `heartbeat.timeout`: a task manager that is silent for longer is given up. */
const HEARTBEAT_SECONDS = 50;

/** Only there while a job has restarted, and so forth: names of a running job's. */
const METRICS = /\bflink_\w+/g;

const programs = {
    flink: await pythonProgram("flink"),
    javac: systemProgram("javac", "apt-get install openjdk-17-jdk-headless"),
    kubernetes: await controlPlane(),
};

describeWith("Flink", programs, ({ flink }) => {
    let session: Session;
    let jobManagers: readonly PodProcess[];
    let taskManagers: readonly PodProcess[];
    let leader: string;
    let job: string;

    inSteps();
    beforeEach(function () {
        // What is awaited has times of its own.
        this.currentTest?.timeout(0);
    });

    before(async function () {
        this.timeout(START_MS);
        session = await Session.start(flink);
        jobManagers = await Promise.all(JOB_MANAGERS.map((address) => session.pod("jobmanager", address)));
        taskManagers = await Promise.all(TASK_MANAGERS.map((address) => session.pod("taskmanager", address)));
    });

    after(async () => {
        await endPods();
        await session?.stop();
    });

    it("is of the version that the image names", async () => {
        const requirements = await readFile(join(import.meta.dirname, "programs/flink/requirements.txt"), "utf8");
        const [, pinned] = /^apache-flink-libraries==(.+)$/m.exec(requirements) ?? [];
        const deployment = session.stack.objects.find(
            ({ kind, name }) => kind === "Deployment" && name === "flink-jobmanager",
        );
        const image: string = deployment?.object["spec"].template.spec.containers[0].image;
        assert.equal(image.split(":").at(-1)?.split("-")[0], pinned);
    });

    it("elects one of two job managers, and all slots are registered with it", async () => {
        const begin = performance.now();
        for (const pod of [...jobManagers, ...taskManagers]) {
            await pod.start();
        }
        for (const pod of [...jobManagers, ...taskManagers]) {
            await pod.untilReady(START_MS);
            assert.ok(await pod.answers("livenessProbe"), pod.name);
        }
        leader = (await session.leader()) ?? "";
        assert.ok(
            JOB_MANAGERS.some((address) => address === leader),
            leader,
        );
        const slots = TASK_MANAGERS.length * Number(session.config["taskmanager.numberOfTaskSlots"]);
        await until(
            `${slots} slots`,
            async () => (await session.overview(leader))["slots-total"] === slots,
            START_MS,
            async () => JSON.stringify(await session.overview(leader)),
        );
        printMeasured("Flink: two job managers and three task managers", secondsSince(begin), 180);
        // Each answers, by asking the leader.
        for (const address of JOB_MANAGERS) {
            assert.equal((await session.overview(address)).taskmanagers, TASK_MANAGERS.length);
        }
    });

    it("knows every option of the configuration, by its present name, and can read its value", async () => {
        const [pod] = jobManagers;
        assert.ok(pod);
        const known = ["bash", "-c", 'java -cp "$FLINK_HOME/lib/*" "$KNOWN_OPTIONS" "$FLINK_CONF_DIR"'];
        const { code, stdout, stderr } = await pod.exec(known, START_MS);
        assert.equal(code, 0, stderr);
        assert.deepEqual(
            stdout.split("\n").filter((line) => line.startsWith("found ")),
            [],
        );
    });

    it("runs a job with checkpoints, and shows the metrics that its alerts are made of", async () => {
        await session.submit(leader, join(FILES, "job.sql"));
        const [submitted] = await session.jobs(leader);
        job = submitted?.jid ?? "";
        await until("the job to run", async () => (await session.jobs(leader))[0]?.state === "RUNNING", START_MS);
        await until(
            "a checkpoint",
            async () => {
                await session.checkpoint(leader, job);
                return (await session.checkpoints(leader, job)) > 0;
            },
            START_MS,
            () => jobManagers.map(({ output }) => output).join("\n"),
        );
        const rules = session.stack.objects.filter(
            ({ kind, name }) => kind === "PrometheusRule" && name === "flink-jobs",
        );
        const wanted = new Set(JSON.stringify(rules).match(METRICS) ?? []);
        assert.ok(wanted.size > 0);
        const text = await (await fetch(`http://${leader}:92${leader.split(".").at(-1)}/metrics`)).text();
        const names = new Set(text.match(/^flink_\w+/gm));
        assert.deepEqual(
            [...wanted].filter((name) => !names.has(name)),
            [],
        );
    });

    it("goes on by the other job manager when the leader is killed", async () => {
        const killed = jobManagers.find(({ address }) => address === leader);
        const other = jobManagers.find(({ address }) => address !== leader);
        assert.ok(killed && other);
        const budget = LEASE_SECONDS + PROMOTION_SECONDS;
        const begin = performance.now();
        await killed.stop("SIGKILL");
        await until(
            "the job to run again",
            async () => {
                const [{ state } = { state: "" }] = await session.jobs(other.address);
                return state === "RUNNING" && (await session.restored(other.address, job)) !== undefined;
            },
            budget * 1000,
            () => other.output,
        );
        printMeasured("Flink: the leader killed, its job restored by the other", secondsSince(begin), budget);
        assert.equal(await session.leader(), other.address);
        leader = other.address;
        const [first] = await session.jobs(leader);
        assert.equal(first?.jid, job);
    });

    it("restarts the job with the task managers that are left", async () => {
        const [killed] = taskManagers;
        assert.ok(killed);
        const begin = performance.now();
        await killed.stop("SIGKILL");
        await until(
            "the job to run on the others",
            async () => {
                const { taskmanagers } = await session.overview(leader);
                const [{ state } = { state: "" }] = await session.jobs(leader);
                return taskmanagers === TASK_MANAGERS.length - 1 && state === "RUNNING";
            },
            (HEARTBEAT_SECONDS + PROMOTION_SECONDS) * 1000,
        );
        printMeasured(
            "Flink: a task manager killed, its job runs again",
            secondsSince(begin),
            HEARTBEAT_SECONDS + PROMOTION_SECONDS,
        );
    });
});
