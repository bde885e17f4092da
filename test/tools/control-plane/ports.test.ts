import assert from "node:assert/strict";
import { createServer } from "node:net";
import { reservePorts } from "../../../tools/control-plane/ports.ts";

async function canListen(port: number): Promise<boolean> {
    const server = createServer();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
    return promise;
}

describe("reservePorts", () => {
    it("finds as many as asked for, free to be taken", async () => {
        const { ports, release } = await reservePorts(6);
        assert.equal(ports.length, 6);
        assert.deepEqual(await Promise.all(ports.map(canListen)), Array(6).fill(true));
        await release();
    });

    it("gives nobody the same, though they are not in use yet", async () => {
        const reserved = await Promise.all(Array.from({ length: 20 }, () => reservePorts(6)));
        const ports = reserved.flatMap((one) => one.ports);
        assert.equal(new Set(ports).size, 120);
        await Promise.all(reserved.map((one) => one.release()));
    });

    it("holds them until they are released", async () => {
        const { ports, release } = await reservePorts(2);
        const guard = (ports[0] ?? 0) - 1;
        assert.equal(await canListen(guard), false);
        await release();
        assert.equal(await canListen(guard), true);
    });

    it("keeps below the ports of outgoing connections and of nodes", async () => {
        const { ports, release } = await reservePorts(6);
        assert.ok(ports.every((port) => port > 20_000 && port < 30_000));
        await release();
    });
});
