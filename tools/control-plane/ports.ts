import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

const ADDRESS = "127.0.0.1";

/** Below the ports that kernels give to outgoing connections (from 32768 on Linux), and below NodePorts (from 30000). */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;

const ATTEMPTS = 200;

/** Ports that nobody else who asks gets, until they are released. */
export interface ReservedPorts {
    readonly ports: readonly number[];
    readonly release: () => Promise<void>;
}

/** Undefined if the port is taken. */
async function listen(port: number): Promise<Server | undefined> {
    const server = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
    server.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "EADDRINUSE" || error.code === "EACCES") {
            resolve(undefined);
        } else {
            reject(error);
        }
    });
    server.listen({ port, host: ADDRESS, exclusive: true }, () => resolve(server));
    return promise;
}

async function close(server: Server): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    return promise;
}

/** Whether a port is free at the moment. */
async function isFree(port: number): Promise<boolean> {
    const server = await listen(port);
    await (server && close(server));
    return server !== undefined;
}

/**
 * Finds free ports of this machine, in a row. The one before them is held by this process as long as they are reserved,
 * so that others, who begin by taking it, look elsewhere while these are not in use yet, and it is free again when this
 * process is gone.
 *
 * @throws {Error} if there are none
 */
export async function reservePorts(count: number): Promise<ReservedPorts> {
    const block = count + 1;
    const blocks = Math.floor((LAST_PORT - FIRST_PORT + 1) / block);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const first = FIRST_PORT + randomInt(blocks) * block;
        const guard = await listen(first);
        if (guard === undefined) {
            continue;
        }
        const ports = Array.from({ length: count }, (_, index) => first + 1 + index);
        const free = await Promise.all(ports.map(isFree));
        if (free.every(Boolean)) {
            guard.unref();
            return { ports, release: () => close(guard) };
        }
        await close(guard);
    }
    throw new Error(
        `no ${count} free ports in a row from ${FIRST_PORT} to ${LAST_PORT} on ${ADDRESS}: stop what holds them`,
    );
}
