import { execFile } from "node:child_process";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type RenderedStack, renderedStack } from "../../stacks/rendered/stack.ts";
import { KubernetesApi } from "../support/kubernetes-api.ts";
import { type PodProcess, podProcess } from "../support/pod-process.ts";
import { workspace } from "../support/workspace.ts";
import { Database } from "./database.ts";
import { ADDRESSES, differences, OBJECT_STORE_PORT } from "./differences.ts";
import { Metrics } from "./metrics.ts";
import { ObjectStore } from "./object-store.ts";
import { TASK_NAMESPACE, TaskPods } from "./task-pods.ts";

const STACK = "prod";
const NAMESPACE = "airflow";

/** What a task left. */
export interface Line {
    readonly dag: string;
    readonly run: string;
    /** Task, number of its copy and of the try. */
    readonly attempt: string;
    readonly what: string;
}

/** Paths of programs. */
interface Programs {
    /** The Python environment. */
    readonly airflow: string;
    /** PostgreSQL's server. */
    readonly postgres: string;
}

/** Airflow as the stack has it, and what it needs: a database, an API server of Kubernetes, a bucket, and where metrics go. */
export class Installation {
    readonly rendered: RenderedStack;
    readonly cluster: KubernetesApi;
    readonly tasks: TaskPods;
    readonly store: ObjectStore;
    readonly metrics: Metrics;
    readonly #airflow: string;
    readonly #proof: string;

    private constructor(
        airflow: string,
        proof: string,
        rendered: RenderedStack,
        around: { readonly cluster: KubernetesApi; readonly store: ObjectStore; readonly metrics: Metrics },
    ) {
        this.#airflow = airflow;
        this.#proof = proof;
        this.rendered = rendered;
        this.cluster = around.cluster;
        this.store = around.store;
        this.metrics = around.metrics;
        this.tasks = new TaskPods(this.cluster.client, { installation: airflow, proof });
    }

    static async start({ airflow, postgres }: Programs): Promise<Installation> {
        const rendered = await renderedStack(STACK);
        const proof = join(await workspace(), "proof");
        await mkdir(proof);
        const [cluster, store, metrics, database] = await Promise.all([
            KubernetesApi.start(rendered.objects, [NAMESPACE, TASK_NAMESPACE]),
            ObjectStore.start(ADDRESSES.objectStore, OBJECT_STORE_PORT),
            Metrics.start(ADDRESSES.metrics, 9125),
            Database.start(ADDRESSES.database, dirname(postgres), await ordinaryUser()),
        ]);
        const installation = new Installation(airflow, proof, rendered, { cluster, store, metrics });
        const { env } = await installation.pod("Job", "airflow-migrate", ADDRESSES.migration);
        await database.create(new URL(env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] ?? ""));
        return installation;
    }

    /** A pod of a controller of Airflow's; with an account, one that uses the API server of Kubernetes. */
    async pod(kind: "Deployment" | "Job", name: string, address: string, account?: string): Promise<PodProcess> {
        // One for each address.
        const ordinal = Number(address.split(".").at(-1));
        const temporary = join(await workspace(), String(ordinal));
        const pod = await podProcess({
            stack: this.rendered,
            kind,
            namespace: NAMESPACE,
            name,
            ordinal,
            address,
            ...differences({
                installation: this.#airflow,
                address,
                temporary,
                proof: this.#proof,
                ...(account === undefined ? {} : { kubeconfig: await this.cluster.kubeconfig(NAMESPACE, account) }),
            }),
        });
        await rm(temporary, { force: true });
        await symlink(pod.path("/tmp"), temporary);
        return pod;
    }

    /** What tasks have left so far. */
    async lines(run: string): Promise<readonly Line[]> {
        const text = await readFile(join(this.#proof, "lines"), "utf8").catch(() => "");
        return text
            .split("\n")
            .map((line) => line.split(" "))
            .filter(([, of]) => of === run)
            .map(([dag = "", of = "", task, map, attempt, what = ""]) => ({
                dag,
                run: of,
                attempt: `${task} ${map} ${attempt}`,
                what,
            }));
    }

    /** Lets tasks end that wait for it. */
    async goOn(): Promise<void> {
        await writeFile(join(this.#proof, "go-on"), "");
    }

    /** What the pods started is the workspace's to end. */
    async stop(): Promise<void> {
        this.metrics.stop();
        try {
            await this.tasks.stop();
        } finally {
            await Promise.all([this.store.stop(), this.cluster.stop()]);
        }
    }
}

/** PostgreSQL refuses to run as root. */
async function ordinaryUser(): Promise<number | undefined> {
    if (process.getuid?.() !== 0) {
        return undefined;
    }
    const { stdout } = await promisify(execFile)("id", ["-u", "postgres"]);
    return Number(stdout);
}
