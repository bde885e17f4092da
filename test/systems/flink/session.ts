import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type RenderedStack, renderedStack } from "../../stacks/rendered/stack.ts";
import { KubernetesApi } from "../support/kubernetes-api.ts";
import { runIn } from "../support/pod-command.ts";
import { type PodProcess, podProcess } from "../support/pod-process.ts";
import { workspace } from "../support/workspace.ts";
import { differences, flinkHome } from "./differences.ts";

const STACK = "prod";
const NAMESPACE = "flink";
const REST_PORT = 8081;
const SUBMIT_MS = 300_000;

/** A leader notes its address here: `…,pekko.tcp://flink@ADDRESS:6123/user/rpc/dispatcher_0`. */
const LEADER_KEY = "org.apache.flink.k8s.leader.dispatcher";

/** What a job is at the moment, as the REST API has it. */
interface Job {
    readonly jid: string;
    readonly state: string;
}

/** How many tasks could run, and what runs. */
interface Overview {
    readonly taskmanagers: number;
    readonly "slots-total": number;
    readonly "jobs-running": number;
}

/** The session cluster of a stack, with the API server that its job managers elect their leader by. */
export class Session {
    readonly stack: RenderedStack;
    /** As `config.yaml` has it. */
    readonly config: Readonly<Record<string, unknown>>;
    readonly #flink: string;
    readonly #api: KubernetesApi;

    private constructor(flink: string, stack: RenderedStack, api: KubernetesApi, config: Record<string, unknown>) {
        this.#flink = flink;
        this.stack = stack;
        this.#api = api;
        this.config = config;
    }

    /** @param flink the Python environment in place of the image's */
    static async start(flink: string): Promise<Session> {
        const stack = await renderedStack(STACK);
        const files = stack.objects.find(({ kind, name }) => kind === "ConfigMap" && name === "flink-jobmanager-files");
        const config = parse(files?.object["data"]["etc.flink.config.yaml"]) as Record<string, unknown>;
        return new Session(flink, stack, await KubernetesApi.start(stack.objects, [NAMESPACE]), config);
    }

    async pod(kind: "jobmanager" | "taskmanager", address: string): Promise<PodProcess> {
        const name = `flink-${kind}`;
        const ordinal = Number(address.split(".").at(-1));
        const folder = join(await workspace(), "bucket");
        await mkdir(folder, { recursive: true });
        const [, bucket = ""] = /^s3:\/\/([^/]+)\//.exec(String(this.config["high-availability.storageDir"])) ?? [];
        return podProcess({
            stack: this.stack,
            kind: "Deployment",
            namespace: NAMESPACE,
            name,
            ordinal,
            address,
            ...differences({
                installation: this.#flink,
                address,
                bucket: { name: bucket, folder },
                metricsPort: 9200 + ordinal,
                kubeconfig: await this.#api.kubeconfig(NAMESPACE, name),
            }),
        });
    }

    /** Address of the job manager that leads, by what it has noted. */
    async leader(): Promise<string | undefined> {
        const { items } = await this.#api.client.core.listNamespacedConfigMap({ namespace: NAMESPACE });
        const noted = items.map(({ data }) => data?.[LEADER_KEY]).find((value) => value !== undefined);
        return /@([\d.]+):/.exec(noted ?? "")?.[1];
    }

    overview(address: string): Promise<Overview> {
        return get(address, "/overview");
    }

    async jobs(address: string): Promise<readonly Job[]> {
        return (await get<{ readonly jobs: readonly Job[] }>(address, "/jobs/overview")).jobs;
    }

    /** The checkpoint that a job was last started from. */
    async restored(address: string, job: string): Promise<number | undefined> {
        const { latest } = await get<{ readonly latest: { readonly restored: { readonly id: number } | null } }>(
            address,
            `/jobs/${job}/checkpoints`,
        );
        return latest.restored?.id;
    }

    /** Asks for a checkpoint, and waits for nothing. */
    async checkpoint(address: string, job: string): Promise<void> {
        const body = JSON.stringify({ checkpointType: "FULL" });
        const headers = { "Content-Type": "application/json" };
        await fetch(`http://${address}:${REST_PORT}/jobs/${job}/checkpoints`, { method: "POST", headers, body });
    }

    /** How many checkpoints of a job are whole. */
    async checkpoints(address: string, job: string): Promise<number> {
        const { counts } = await get<{ readonly counts: { readonly completed: number } }>(
            address,
            `/jobs/${job}/checkpoints`,
        );
        return counts.completed;
    }

    /** Submits a job in SQL, as somebody does who forwards the REST port. */
    async submit(address: string, file: string): Promise<void> {
        const folder = join(await workspace(), "client");
        await mkdir(folder, { recursive: true });
        const config = {
            "execution.target": "remote",
            "rest.address": address,
            "rest.port": REST_PORT,
            "parallelism.default": 2,
        };
        await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
        const { "env.java.opts.all": java = "" } = this.config as { readonly "env.java.opts.all"?: string };
        const options = java.split(" ");
        const program = [
            "-cp",
            `${flinkHome(this.#flink)}/lib/*`,
            join(import.meta.dirname, "Submit.java"),
            folder,
            file,
        ];
        const command = ["java", ...options.filter((option) => option !== ""), ...program];
        const { code, stderr } = await runIn({ name: "client", folder }, command, {}, SUBMIT_MS);
        if (code !== 0) {
            throw new Error(`the client ended with ${code}:\n${stderr}`);
        }
    }

    /** What its pods started is the workspace's to end. */
    async stop(): Promise<void> {
        await this.#api.stop();
    }
}

async function get<T>(address: string, path: string): Promise<T> {
    const response = await fetch(`http://${address}:${REST_PORT}${path}`);
    if (!response.ok) {
        throw new Error(`${address}${path}: ${response.status}`);
    }
    return (await response.json()) as T;
}
