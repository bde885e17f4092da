import { JavaClient, type JavaHome } from "./java.ts";

/** An acknowledged record. */
interface Acknowledged {
    readonly sequence: number;
    readonly partition: number;
    readonly offset: number;
    /** Milliseconds since the epoch. */
    readonly at: number;
}

/** Writes numbers to a topic all the time, with `acks=all`, and remembers which were acknowledged. */
export class Writer {
    readonly acknowledged: Acknowledged[] = [];
    /** What was refused for good. */
    readonly refused: string[] = [];
    #client: JavaClient | undefined;

    static async start(
        home: JavaHome,
        bootstrapServers: string,
        topic: string,
        partitions: number,
        perSecond: number,
    ): Promise<Writer> {
        const writer = new Writer();
        const args = [bootstrapServers, topic, String(partitions), String(perSecond)];
        writer.#client = await JavaClient.start(home, "Writer", args, (line) => {
            const [kind, ...rest] = line.split(" ");
            if (kind === "A") {
                const [sequence = 0, partition = 0, offset = 0, at = 0] = rest.map(Number);
                writer.acknowledged.push({ sequence, partition, offset, at });
            } else {
                writer.refused.push(line);
            }
        });
        return writer;
    }

    /** The longest in which nothing was acknowledged in some partition, in seconds, between two moments. */
    longestGap(from: number, to: number): number {
        const byPartition = Map.groupBy(
            this.acknowledged.filter(({ at }) => at >= from && at <= to),
            ({ partition }) => partition,
        );
        const gaps = [...byPartition.values()].map((records) => {
            const times = [from, ...records.map(({ at }) => at).toSorted((a, b) => a - b), to];
            return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)));
        });
        return Math.max(...gaps) / 1000;
    }

    /** Lets what is under way be acknowledged, and ends. */
    async stop(): Promise<void> {
        this.#client?.say("end");
        await this.#client?.ended();
    }
}
