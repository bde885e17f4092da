import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Where connections go; undefined where nobody is there, which refuses them. */
type Target = () => { readonly host: string; readonly port: number } | undefined;

/** A Service's address: passes connections on to whoever is behind it at the moment, as kube-proxy does. */
export class ServiceAddress {
    readonly #server: Server;
    readonly #sockets = new Set<Socket>();

    private constructor(target: Target) {
        this.#server = createServer((client) => this.#pass(client, target()));
    }

    /** @param port 0 for one that is free */
    static async listen(host: string, port: number, target: Target): Promise<ServiceAddress> {
        const address = new ServiceAddress(target);
        address.#server.listen(port, host);
        await once(address.#server, "listening");
        return address;
    }

    get port(): number {
        return (this.#server.address() as AddressInfo).port;
    }

    /** Ends every connection that there is. */
    cut(): void {
        this.#sockets.forEach((socket) => socket.resetAndDestroy());
    }

    async close(): Promise<void> {
        const closed = once(this.#server, "close");
        this.#server.close();
        this.cut();
        await closed;
    }

    #pass(client: Socket, target: ReturnType<Target>): void {
        if (target === undefined) {
            client.resetAndDestroy();
            return;
        }
        const server = connect(target);
        for (const [from, to] of [
            [client, server],
            [server, client],
        ] as const) {
            this.#sockets.add(from);
            from.on("error", () => to.resetAndDestroy());
            from.on("close", () => {
                this.#sockets.delete(from);
                to.destroy();
            });
            from.pipe(to);
        }
    }
}
