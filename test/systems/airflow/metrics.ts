import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** Types of StatsD that the exporter makes a summary of: `NAME_count`, `NAME_sum` and quantiles. */
const TIMERS = new Set(["ms", "h", "d"]);

/** What takes Airflow's metrics in place of the exporter, and notes their names as the exporter would make them. */
export class Metrics {
    /** Names as Prometheus has them. */
    readonly names = new Set<string>();
    readonly #socket: Socket;

    private constructor(socket: Socket) {
        this.#socket = socket.on("message", (message) => {
            for (const line of message.toString().split("\n")) {
                this.#note(line);
            }
        });
    }

    static async start(address: string, port: number): Promise<Metrics> {
        const socket = createSocket("udp4");
        socket.bind(port, address);
        await once(socket, "listening");
        return new Metrics(socket);
    }

    stop(): void {
        this.#socket.close();
    }

    /** `NAME,TAG=VALUE:VALUE|TYPE`, tags in InfluxDB's way. Dots become underscores, as the mapping leaves it to the exporter. */
    #note(line: string): void {
        const [, metric, type] = /^([^,:]+)(?:,[^:]*)?:[^|]*\|(\w+)/.exec(line) ?? [];
        if (metric === undefined || type === undefined) {
            return;
        }
        const name = metric.replaceAll(/\W/g, "_");
        for (const suffix of TIMERS.has(type) ? ["", "_count", "_sum"] : [""]) {
            this.names.add(`${name}${suffix}`);
        }
    }
}
