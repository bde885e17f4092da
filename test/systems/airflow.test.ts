import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import { seconds } from "../../components/values/duration.ts";
import { inSteps } from "../engine/support/steps.ts";
import type { Inputs } from "../support/mocks.ts";
import { ADDRESSES } from "./airflow/differences.ts";
import { Installation } from "./airflow/installation.ts";
import { Rest } from "./airflow/rest.ts";
import { postgresql } from "./metadata-database/postgresql.ts";
import { controlPlane } from "./support/kubernetes-api.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import type { PodProcess } from "./support/pod-process.ts";
import { describeWith, pythonProgram, systemProgram } from "./support/programs.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";

/** A component imports for seconds, and four of them start at once. */
const START_MS = 600_000;
const RUN_MS = 600_000;

/** Orchestration may be down for this long at a time (availability.downtimeBudget of prod). */
const BUDGET_SECONDS = seconds("5 minutes");

const API_SERVER = `http://${ADDRESSES.apiServer}:8080`;

/** Metrics of what does not happen here, by the alert that has them: a task that falls silent. */
const NOT_PROVOKED = new Set(["airflow_task_instances_without_heartbeats_killed"]);

const SCHEDULER = "airflow-scheduler";

const airflow = await pythonProgram("airflow");
const postgres = postgresql();
const openssl = systemProgram("openssl", "apt-get install openssl");
const kubernetes = await controlPlane();

describeWith("Airflow", { airflow, postgres, openssl, kubernetes }, (programs) => {
    let installation: Installation;
    let migration: PodProcess;
    let schedulers: readonly PodProcess[];
    let scheduler: PodProcess;
    let components: readonly PodProcess[];
    let rest: Rest;

    inSteps();
    beforeEach(function () {
        // What is awaited has times of its own.
        this.currentTest?.timeout(0);
    });

    before(async function () {
        this.timeout(START_MS);
        installation = await Installation.start(programs);
        migration = await installation.pod("Job", "airflow-migrate", ADDRESSES.migration);
        schedulers = await Promise.all(
            ADDRESSES.schedulers.map((address) => installation.pod("Deployment", SCHEDULER, address, SCHEDULER)),
        );
        const [first] = schedulers;
        assert.ok(first);
        scheduler = first;
        components = [
            ...schedulers,
            await installation.pod("Deployment", "airflow-api-server", ADDRESSES.apiServer, "airflow-api-server"),
            await installation.pod("Deployment", "airflow-dag-processor", ADDRESSES.dagProcessor),
            await installation.pod("Deployment", "airflow-triggerer", ADDRESSES.triggerer, "airflow-triggerer"),
        ];
    });

    /** The container of a component. */
    const deployed = (name: string): Inputs => {
        const found = installation.rendered.objects.find((one) => one.kind === "Deployment" && one.name === name);
        return found?.object["spec"].template.spec.containers[0];
    };

    after(async () => {
        await endPods();
        await installation?.stop();
    });

    it("is of the version that the image names", async () => {
        const requirements = await readFile(join(import.meta.dirname, "programs/airflow/requirements.txt"), "utf8");
        const [, pinned] = /^apache-airflow==(.+)$/m.exec(requirements) ?? [];
        const image: string = deployed(SCHEDULER).image;
        assert.equal(image.split(":").at(-1), pinned);
    });

    it("knows every option of the environment, and none as deprecated", async () => {
        const { stdout, stderr } = await scheduler.exec(["python", "-m", "unknown_options"], START_MS);
        assert.deepEqual({ stdout, stderr }, { stdout: "", stderr: "" });
    });

    it("has no complaint about the configuration", async () => {
        // Of `executor` it says that the default is another one now, whatever it is set to.
        const lint = ["airflow", "config", "lint", "--ignore-option", "executor"];
        const { code, stdout } = await scheduler.exec(lint, START_MS);
        assert.match(stdout, /No issues found/);
        assert.equal(code, 0);
    });

    it("takes over what a dead scheduler has left within the time that orchestration may be down", async () => {
        const options = ["scheduler_health_check_threshold", "orphaned_tasks_check_interval"];
        const values = await Promise.all(
            options.map((option) => scheduler.exec(["airflow", "config", "get-value", "scheduler", option], START_MS)),
        );
        const total = values.reduce((sum, { stdout }) => sum + Number(stdout), 0);
        assert.ok(total > 0 && total <= BUDGET_SECONDS, `${total} s`);
    });

    it("migrates an empty database, and a migrated one", async () => {
        for (const time of ["an empty database", "a migrated one"]) {
            const begin = performance.now();
            await migration.start();
            assert.equal(await migration.ended(START_MS), 0, migration.output);
            printMeasured(`Airflow's migration of ${time}`, secondsSince(begin), 900);
        }
    });

    it("starts, until every probe says yes", async () => {
        const begin = performance.now();
        for (const component of components) {
            await component.start();
        }
        for (const component of components) {
            await component.untilReady(START_MS);
            for (const kind of ["livenessProbe", "startupProbe"] as const) {
                await until(
                    `${component.name}'s ${kind}`,
                    () => (component.running ? component.answers(kind) : assert.fail(component.output)),
                    START_MS,
                    () => component.output,
                );
            }
        }
        printMeasured("Airflow's start, all components at once", secondsSince(begin), 300);
    });

    it("has probes that say no of what runs on another pod", async () => {
        const { command } = deployed("airflow-dag-processor").readinessProbe.exec;
        const { code, stdout, stderr } = await scheduler.exec(command, START_MS);
        assert.equal(code, 1, stdout);
        assert.match(stderr, /No alive jobs found/);
    });

    it("lets the first administrator in, and nobody with another password", async () => {
        const { ADMIN_USERNAME = "", ADMIN_PASSWORD = "" } = migration.env;
        rest = await Rest.signIn(API_SERVER, ADMIN_USERNAME, ADMIN_PASSWORD);
        await assert.rejects(Rest.signIn(API_SERVER, ADMIN_USERNAME, "another"), /401/);
        assert.equal((await rest.jobs("SchedulerJob")).length, schedulers.length);
    });

    it("runs tasks in pods of the template, one of them deferred", async () => {
        await rest.unpause("quick", START_MS);
        const begin = performance.now();
        const run = await rest.trigger("quick");
        assert.equal(await rest.ended("quick", run, RUN_MS), "success");
        printMeasured("a run of Airflow: a deferred task, and one after it", secondsSince(begin));
        const lines = await installation.lines(run);
        assert.deepEqual(
            lines.map(({ attempt, what }) => `${attempt} ${what}`),
            ["work -1 1 begin", "work -1 1 end"],
        );
        await until(
            "the executor to delete the pods",
            async () => (await installation.tasks.pods()).length === 0,
            RUN_MS,
        );

        const log = await rest.log("quick", run, "work");
        assert.match(log, /said by the task/);
        const keys = [...installation.store.objects.keys()];
        assert.ok(
            keys.some((key) => key.includes("/logs/dag_id=quick/") && key.includes("task_id=work")),
            keys.join("\n"),
        );
    });

    it("sends the metrics that its alerts are made of", async () => {
        await rest.unpause("failing", START_MS);
        const run = await rest.trigger("failing");
        assert.equal(await rest.ended("failing", run, RUN_MS), "failed");
        const rules = installation.rendered.objects.filter(
            ({ kind, namespace }) => kind === "PrometheusRule" && namespace === "airflow",
        );
        const expressions = rules.flatMap(({ object }) =>
            object["spec"].groups.flatMap((group: { rules: { expr: string }[] }) =>
                group.rules.map(({ expr }) => expr),
            ),
        );
        const wanted = new Set(expressions.flatMap((expr) => expr.match(/\bairflow_\w+/g) ?? []));
        assert.ok(wanted.size > 0);
        const missing = (): readonly string[] =>
            [...wanted].filter((name) => !installation.metrics.names.has(name) && !NOT_PROVOKED.has(name));
        await until(
            "all metrics",
            () => missing().length === 0,
            60_000,
            () => missing().join(", "),
        );
    });

    it("writes nowhere but to its volumes", () => {
        // Where the image is on a pod's read-only file system.
        for (const { name, folder } of [...components, ...installation.tasks.started]) {
            assert.ok(!existsSync(join(folder, "airflow")), name);
        }
    });

    describe("with a scheduler killed", () => {
        const phase = ({ status }: V1Pod): string => status?.phase ?? "";
        let run: string;
        let killed: PodProcess;
        let killedAt: number;
        let dead: number;
        let others: ReadonlySet<number>;

        const ofDead = async (): Promise<readonly V1Pod[]> => (await installation.tasks.byScheduler()).get(dead) ?? [];

        it("has tasks that run, and pods that wait for a node, at that moment", async () => {
            await rest.unpause("held", START_MS);
            await rest.unpause("after", START_MS);
            let pods = 0;
            installation.tasks.waiting = () => {
                pods += 1;
                return pods > 2;
            };
            run = await rest.trigger("held");
            await until("two tasks to run", async () => (await installation.lines(run)).length === 2, RUN_MS);
            const owned = await installation.tasks.byScheduler();
            const [most] = [...owned].toSorted(([, a], [, b]) => b.length - a.length);
            assert.ok(most);
            [dead] = most;
            const jobs = await rest.jobs("SchedulerJob");
            const victim = schedulers.find(({ address }) =>
                jobs.some(({ id, hostname }) => id === dead && hostname === address),
            );
            assert.ok(victim);
            killed = victim;
            others = new Set(jobs.map(({ id }) => id).filter((id) => id !== dead));
            assert.deepEqual((await ofDead()).map(phase).toSorted(), ["Pending", "Pending", "Running", "Running"]);
            killedAt = performance.now();
            await killed.stop("SIGKILL");
        });

        it("goes on by the other one", async () => {
            installation.tasks.waiting = ({ metadata }) => metadata?.annotations?.["dag_id"] === "held";
            const after = await rest.trigger("after");
            assert.equal(await rest.ended("after", after, BUDGET_SECONDS * 1000), "success");
            printMeasured(
                "one scheduler killed: a new run has ended by the other",
                secondsSince(killedAt),
                BUDGET_SECONDS,
            );
        });

        it("has the tasks of the dead one taken over by the other", async () => {
            const left = BUDGET_SECONDS * 1000 - (performance.now() - killedAt);
            await until(
                "the pods to be taken over",
                async () => (await ofDead()).length === 0,
                left,
                () => killed.output,
            );
            printMeasured("one scheduler killed: its pods are taken over", secondsSince(killedAt), BUDGET_SECONDS);
            const owners = [...(await installation.tasks.byScheduler()).keys()];
            assert.deepEqual(
                owners.filter((id) => !others.has(id)),
                [],
            );
        });

        it("runs no task twice", async () => {
            installation.tasks.waiting = () => false;
            await installation.goOn();
            assert.equal(await rest.ended("held", run, RUN_MS), "success");
            const attempts = [0, 1, 2, 3].map((copy) => `hold ${copy} 1`);
            const lines = await installation.lines(run);
            for (const what of ["begin", "end"]) {
                const of = lines.filter((line) => line.what === what).map(({ attempt }) => attempt);
                assert.deepEqual(of.toSorted(), attempts, what);
            }
            await until("the pods to be deleted", async () => (await installation.tasks.pods()).length === 0, RUN_MS);
        });
    });
});
