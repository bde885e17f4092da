import type { PodProcess } from "../support/pod-process.ts";
import { kafkaPod, type Surroundings } from "./pods.ts";

const REST_PORT = 8083;
const READY_MS = 300_000;

/** State of a connector and of its tasks: RUNNING, FAILED, … */
interface ConnectorStatus {
    readonly connector: { readonly state: string };
    readonly tasks: readonly { readonly state: string; readonly trace?: string }[];
}

/** Starts workers of the stack's Kafka Connect, which find each other. */
export async function startWorkers(surroundings: Surroundings, count: number): Promise<readonly PodProcess[]> {
    const workers = await Promise.all(
        Array.from({ length: count }, (_, ordinal) =>
            kafkaPod(
                surroundings,
                { kind: "Deployment", name: "kafka-connect", ordinal, host: 200 + ordinal },
                { initContainers: ["jmx-exporter"] },
            ),
        ),
    );
    await Promise.all(workers.map((worker) => worker.start()));
    await Promise.all(workers.map((worker) => worker.untilReady(READY_MS)));
    return workers;
}

async function answer(request: Promise<Response>): Promise<unknown> {
    const response = await request;
    const body: unknown = await response.json();
    if (!response.ok) {
        throw new Error(`${response.status}: ${JSON.stringify(body)}`);
    }
    return body;
}

/** Makes a connector, by Connect's REST interface. */
export async function makeConnector(
    { address }: PodProcess,
    name: string,
    config: Readonly<Record<string, string>>,
): Promise<void> {
    const headers = { "content-type": "application/json" };
    const url = `http://${address}:${REST_PORT}/connectors/${name}/config`;
    await answer(fetch(url, { method: "PUT", headers, body: JSON.stringify(config) }));
}

/** How a connector is. */
export async function connectorStatus({ address }: PodProcess, name: string): Promise<ConnectorStatus> {
    return (await answer(fetch(`http://${address}:${REST_PORT}/connectors/${name}/status`))) as ConnectorStatus;
}
