import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PodProcess } from "../support/pod-process.ts";
import { ordinalsOf } from "../support/rendered-pod.ts";
import { until } from "../support/waiting.ts";
import { workspace } from "../support/workspace.ts";
import { imageScripts } from "./image.ts";
import { Inspector } from "./inspector.ts";
import { compiled, type JavaHome } from "./java.ts";
import { kafkaPod, NAMESPACE, STACK, type Surroundings } from "./pods.ts";

const CONTROLLER = "kafka-controller";
const BROKER = "kafka-broker";
const DOMAIN = `${NAMESPACE}.svc.cluster.local`;
/** Where clients find the brokers, inside and outside of pods: the address of their Service. */
export const BOOTSTRAP = `${BROKER}.${DOMAIN}:9092`;

/** Three virtual machines at a time on two cores that others use as well. */
const READY_MS = 300_000;

/** The last number of a server's address. */
function hostOf(name: string, ordinal: number): number {
    return (name === CONTROLLER ? 10 : 0) + ordinal;
}

/** Controllers and brokers of the stack as processes, with the topics that its job makes. */
export class KafkaCluster implements Surroundings {
    readonly home: JavaHome;
    readonly network: string;
    readonly scripts: string;
    readonly controllers: readonly PodProcess[];
    readonly brokers: readonly PodProcess[];
    #inspector: Inspector | undefined;

    private constructor(
        surroundings: Surroundings,
        servers: { readonly controllers: readonly PodProcess[]; readonly brokers: readonly PodProcess[] },
    ) {
        this.home = surroundings.home;
        this.network = surroundings.network;
        this.scripts = surroundings.scripts;
        this.controllers = servers.controllers;
        this.brokers = servers.brokers;
    }

    /**
     * Starts it in the order of the stack: controllers at once, then brokers at once, then the topics' job.
     *
     * @param jars folder of Kafka's jars
     * @param network first three numbers of the addresses that it uses
     */
    static async start(jars: string, network: string): Promise<KafkaCluster> {
        const folder = await workspace();
        const hosts = join(folder, "hosts");
        const [controllerOrdinals, brokerOrdinals] = await Promise.all(
            [CONTROLLER, BROKER].map((name) =>
                ordinalsOf({ stack: STACK, kind: "StatefulSet", namespace: NAMESPACE, name }),
            ),
        );
        await writeFile(hosts, hostsFile(network, controllerOrdinals ?? [], brokerOrdinals ?? []));
        const home = { jars, hosts, classes: await compiled(jars) };
        const surroundings = { home, network, scripts: await imageScripts(home, folder) };
        const pods = (name: string, ordinals: readonly number[] = []): Promise<readonly PodProcess[]> =>
            Promise.all(
                ordinals.map((ordinal) =>
                    kafkaPod(
                        surroundings,
                        { kind: "StatefulSet", name, ordinal, host: hostOf(name, ordinal) },
                        { initContainers: ["jmx-exporter"] },
                    ),
                ),
            );
        const cluster = new KafkaCluster(surroundings, {
            controllers: await pods(CONTROLLER, controllerOrdinals),
            brokers: await pods(BROKER, brokerOrdinals),
        });
        for (const servers of [cluster.controllers, cluster.brokers]) {
            await Promise.all(servers.map((server) => server.start()));
            await Promise.all(servers.map((server) => server.untilReady(READY_MS)));
        }
        cluster.#inspector = await Inspector.start(home, BOOTSTRAP);
        await cluster.makeTopics();
        return cluster;
    }

    get inspector(): Inspector {
        if (this.#inspector === undefined) {
            throw new Error("the cluster has not been started");
        }
        return this.#inspector;
    }

    /** Runs the stack's job that makes its topics. @throws {Error} with what it printed, if it fails */
    async makeTopics(): Promise<void> {
        const job = await kafkaPod(this, { kind: "Job", name: "kafka-topics", host: 9 });
        await job.start();
        const code = await job.ended(READY_MS);
        if (code !== 0) {
            throw new Error(`${job.name} ended with ${code}:\n${job.output}`);
        }
    }

    /** Waits until every partition of a topic has all of its copies in sync. */
    async inSync(topic: string, timeoutMs: number): Promise<void> {
        await until(
            `all copies of ${topic} to be in sync`,
            async () => {
                const { partitions } = await this.inspector.topic(topic);
                return partitions.every(({ replicas, inSync }) => inSync.length === replicas.length);
            },
            timeoutMs,
        );
    }
}

/** What DNS would say: each pod's own name, and the brokers' Service. */
function hostsFile(network: string, controllers: readonly number[], brokers: readonly number[]): string {
    const own = (name: string, ordinals: readonly number[]): readonly string[] =>
        ordinals.map((ordinal) => `${network}.${hostOf(name, ordinal)} ${name}-${ordinal}.${name}-headless.${DOMAIN}`);
    return [
        "127.0.0.1 localhost",
        ...own(CONTROLLER, controllers),
        ...own(BROKER, brokers),
        ...brokers.map((ordinal) => `${network}.${hostOf(BROKER, ordinal)} ${BROKER}.${DOMAIN}`),
        "",
    ].join("\n");
}
