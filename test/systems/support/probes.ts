import { connect } from "node:net";
import type { Inputs } from "../../support/mocks.ts";

/** What a probe asks. */
export interface Probed {
    readonly address: string;
    readonly container: Inputs;
    /** Exit code of a command in the container. */
    readonly run: (command: readonly string[], timeoutMs: number) => Promise<number | null>;
}

function portOf(container: Inputs, port: unknown): number {
    const named = (container["ports"] ?? []).find((one: Inputs) => one["name"] === port)?.containerPort;
    return Number(named ?? port);
}

function accepts(host: string, port: number, timeout: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const socket = connect({ host, port, timeout });
    const end = (accepted: boolean) => () => {
        socket.destroy();
        resolve(accepted);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
    return promise;
}

async function answers(url: string, headers: readonly Inputs[], timeout: number): Promise<boolean> {
    try {
        const response = await fetch(url, {
            headers: headers.map(({ name, value }): [string, string] => [name, value]),
            signal: AbortSignal.timeout(timeout),
        });
        await response.body?.cancel();
        return response.status >= 200 && response.status < 400;
    } catch {
        return false;
    }
}

/**
 * Asks what a probe of the container asks, once, as the kubelet would.
 *
 * @throws {Error} for a kind that nothing here has
 */
export async function probe({ address, container, run }: Probed, asked: Inputs): Promise<boolean> {
    const timeout = (asked["timeoutSeconds"] ?? 1) * 1000;
    const { tcpSocket, httpGet, exec } = asked;
    if (tcpSocket !== undefined) {
        return accepts(address, portOf(container, tcpSocket.port), timeout);
    }
    if (httpGet !== undefined) {
        const scheme = String(httpGet.scheme ?? "HTTP").toLowerCase();
        const url = `${scheme}://${address}:${portOf(container, httpGet.port)}${httpGet.path ?? "/"}`;
        return answers(url, httpGet.httpHeaders ?? [], timeout);
    }
    if (exec !== undefined) {
        return (await run(exec.command, timeout)) === 0;
    }
    throw new Error(`container ${container["name"]}: no way to ask ${JSON.stringify(asked)}`);
}
