import { setTimeout as delay } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { isApiError } from "../../../tools/control-plane/client/api-error.ts";
import type { Client } from "../../../tools/control-plane/client.ts";
import type { Inputs } from "../../support/mocks.ts";
import { barePodProcess } from "../support/bare-pod.ts";
import type { PodProcess } from "../support/pod-process.ts";
import { differences } from "./differences.ts";

export const TASK_NAMESPACE = "airflow-tasks";

/** The label by which a scheduler knows its pods: the number of its job. */
const OWNER = "airflow-worker";

const POLL_MS = 200;

/** A pod without the token that the API server adds: nothing in it talks to Kubernetes here. */
function withoutToken(spec: Inputs): Inputs {
    const others = (named: readonly Inputs[] = []): readonly Inputs[] =>
        named.filter(({ name }) => !String(name).startsWith("kube-api-access-"));
    const containers = spec["containers"].map((one: Inputs) => ({ ...one, volumeMounts: others(one["volumeMounts"]) }));
    return { ...spec, volumes: others(spec["volumes"]), containers };
}

/**
 * The kubelet of task pods: starts what the executor has made as processes of this machine, and tells the API server what
 * becomes of them.
 */
export class TaskPods {
    /** Every pod that was started. */
    readonly started: PodProcess[] = [];
    /** Whether pods that come are left waiting, as where no node has room. */
    waiting: (pod: V1Pod) => boolean = () => false;
    readonly #client: Client;
    readonly #given: { readonly installation: string; readonly proof: string };
    readonly #running = new Map<string, PodProcess>();
    #count = 0;
    #stopped = false;
    readonly #loop: Promise<void>;

    constructor(client: Client, given: { readonly installation: string; readonly proof: string }) {
        this.#client = client;
        this.#given = given;
        this.#loop = this.#run();
        // Who stops it is told as well.
        this.#loop.catch((error: unknown) => process.stderr.write(`task pods: ${String(error)}\n`));
    }

    /** Pods that there are, by the job of the scheduler that follows them. */
    async byScheduler(): Promise<ReadonlyMap<number, readonly V1Pod[]>> {
        return Map.groupBy(await this.pods(), ({ metadata }) => Number(metadata?.labels?.[OWNER]));
    }

    async pods(): Promise<readonly V1Pod[]> {
        return this.#client.list<V1Pod>("v1", "Pod", { namespace: TASK_NAMESPACE });
    }

    /** @throws {Error} if a pod could not be looked after */
    async stop(): Promise<void> {
        this.#stopped = true;
        await this.#loop;
    }

    async #run(): Promise<void> {
        while (!this.#stopped) {
            await this.#look();
            await delay(POLL_MS);
        }
    }

    async #look(): Promise<void> {
        const pods = await this.pods();
        for (const pod of pods) {
            const { name = "" } = pod.metadata ?? {};
            const process = this.#running.get(name);
            if (process === undefined && pod.status?.phase === "Pending" && !this.waiting(pod)) {
                await this.#start(pod);
            } else if (process !== undefined && !process.running) {
                this.#running.delete(name);
                await this.#report(pod, process.exitCode === 0 ? "Succeeded" : "Failed", {
                    terminated: { exitCode: process.exitCode ?? 137, reason: "Ended" },
                });
            }
        }
        for (const [name, process] of this.#running) {
            if (!pods.some(({ metadata }) => metadata?.name === name)) {
                this.#running.delete(name);
                await process.stop("SIGKILL");
            }
        }
    }

    async #start(pod: V1Pod): Promise<void> {
        this.#count += 1;
        const address = `127.3.1.${this.#count}`;
        const { name = "", labels = {}, annotations = {} } = pod.metadata ?? {};
        const spec = withoutToken(pod.spec as unknown as Inputs);
        const started = await barePodProcess(
            { name, namespace: TASK_NAMESPACE, labels, annotations, address, spec },
            differences({ ...this.#given, address }),
        );
        this.started.push(started);
        this.#running.set(name, started);
        await started.start();
        await this.#report(pod, "Running", { running: { startedAt: new Date().toISOString() } }, address);
    }

    async #report(pod: V1Pod, phase: string, state: object, podIP?: string): Promise<void> {
        const { name, image } = pod.spec?.containers[0] ?? {};
        const status = { name, image, imageID: "", ready: phase === "Running", restartCount: 0, state };
        try {
            await this.#client.patch(
                {
                    apiVersion: "v1",
                    kind: "Pod",
                    metadata: { name: pod.metadata?.name ?? "", namespace: TASK_NAMESPACE },
                },
                { status: { phase, containerStatuses: [status], ...(podIP === undefined ? {} : { podIP }) } },
                "status",
            );
        } catch (error) {
            // The executor has deleted it.
            if (!isApiError(error, 404)) {
                throw error;
            }
        }
    }
}
