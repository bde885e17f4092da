import { setTimeout as delay } from "node:timers/promises";
import { secondsSince } from "../support/measured.ts";
import type { PodOf } from "../support/rendered-pod.ts";
import { until } from "../support/waiting.ts";
import type { KafkaCluster } from "./cluster.ts";
import type { GroupState } from "./inspector.ts";
import { type Member, memberPod } from "./members.ts";
import { type Change, duplicates, longestLag, type Notes, placeOf } from "./notes.ts";
import type { Writer } from "./writer.ts";

const PATIENCE_MS = 300_000;

/** The kubelet's back-off for a container that ends: none, 10 s, then twice as long each time (kubernetes.io, "Pod Lifecycle"). */
const BACK_OFF_SECONDS = [0, 10, 20, 40, 80] as const;

/** Which group. */
interface GroupOf {
    readonly stack: PodOf["stack"];
    /** `group.id`. */
    readonly id: string;
    readonly size: number;
    /** Of its topic. */
    readonly partitions: number;
}

/** Members of a stack's consumer group that note what they read. */
export class ConsumerGroup {
    readonly members: readonly Member[];
    readonly #kafka: KafkaCluster;
    readonly #of: GroupOf;

    private constructor(kafka: KafkaCluster, members: readonly Member[], of: GroupOf) {
        this.#kafka = kafka;
        this.members = members;
        this.#of = of;
    }

    /** Starts all members and waits until they share the partitions. */
    static async start(kafka: KafkaCluster, of: GroupOf): Promise<ConsumerGroup> {
        const ordinals = Array.from({ length: of.size }, (_, ordinal) => ordinal);
        const members = await Promise.all(ordinals.map((one) => memberPod(kafka, of.stack, one, "noted")));
        const group = new ConsumerGroup(kafka, members, of);
        await Promise.all(members.map(({ pod }) => pod.start()));
        await group.shared();
        return group;
    }

    /** What all members said. */
    get notes(): readonly Notes[] {
        return this.members.map(({ notes }) => notes());
    }

    /** The group as its coordinator has it. */
    state(): Promise<GroupState> {
        return this.#kafka.inspector.group(this.#of.id);
    }

    /** Partitions of each member. */
    sharesOf({ members }: GroupState): Readonly<Record<string, readonly number[]>> {
        return Object.fromEntries(Object.entries(members).map(([name, { partitions }]) => [name, partitions]));
    }

    /** Waits until so many members, by default all, have all partitions among them, evenly. */
    async shared(size: number = this.#of.size): Promise<void> {
        const { partitions } = this.#of;
        await until(
            `${size} members to share ${partitions} partitions`,
            async () => {
                const state = await this.state();
                const shares = Object.values(this.sharesOf(state)).map((share) => share.length);
                const even = shares.length === size && shares.every((share) => share === partitions / size);
                return even && state.state === "Stable";
            },
            PATIENCE_MS,
            async () => JSON.stringify(await this.state()),
        );
    }

    /** Waits until every one of some partitions is read from now on. @returns seconds */
    async readOn(partitions: readonly number[]): Promise<number> {
        const begin = performance.now();
        const since = Date.now();
        const unread = new Set(partitions);
        await until(
            "the partitions to be read again",
            () => {
                const records = this.notes.flatMap((notes) => notes.records);
                records.filter(({ read }) => read > since).forEach(({ partition }) => unread.delete(partition));
                return unread.size === 0;
            },
            PATIENCE_MS,
            () => [...unread].join(", "),
        );
        return secondsSince(begin);
    }

    /** Starts a member whose process has ended as a kubelet would, until it reads. */
    async restartedByKubelet({ pod, notes }: Member): Promise<{ readonly seconds: number; readonly starts: number }> {
        const begin = performance.now();
        for (const [index, pause] of BACK_OFF_SECONDS.entries()) {
            await delay(pause * 1000);
            const started = Date.now();
            await pod.start();
            const reads = () => notes().records.some(({ read }) => read > started);
            await until(`${pod.name} to read or to end`, () => !pod.running || reads(), PATIENCE_MS);
            if (pod.running) {
                return { seconds: secondsSince(begin), starts: index + 1 };
            }
        }
        throw new Error(`${pod.name} does not come back: ${notes().errors.join("; ")}`);
    }

    /** What changed for each member since it had said so many changes. */
    changesSince(before: readonly number[]): Readonly<Record<string, readonly Change["kind"][]>> {
        return Object.fromEntries(
            this.members.map(({ name, notes }, index) => [
                name,
                notes()
                    .changes.slice(before[index])
                    .map(({ kind }) => kind),
            ]),
        );
    }

    /** How many changes each member has said. */
    get changes(): readonly number[] {
        return this.notes.map(({ changes }) => changes.length);
    }

    /** Places of what was read more than once, since the beginning. */
    get duplicates(): ReadonlySet<string> {
        return duplicates(this.notes);
    }

    /** The longest that a record waited to be read, in seconds, of those read since a moment. */
    longestLag(since: number): number {
        return longestLag(this.notes, since);
    }

    /** Waits until everything that has been acknowledged until now has been read. */
    async caughtUp({ acknowledged }: Writer): Promise<void> {
        await until("records to be acknowledged", () => acknowledged.length > 0, PATIENCE_MS);
        const unread = new Set(acknowledged.map(placeOf));
        await until(
            "all records to be read",
            () => {
                for (const record of this.notes.flatMap(({ records }) => records)) {
                    unread.delete(placeOf(record));
                }
                return unread.size === 0;
            },
            PATIENCE_MS,
            () => [...unread].join(" "),
        );
    }

    async stop(): Promise<void> {
        await Promise.all(this.members.map(({ pod }) => pod.stop("SIGTERM")));
    }
}

/** Stops a member and starts it again, as a rollout does. @returns seconds from its end to its next record */
export async function restarted({ pod, notes }: Member): Promise<number> {
    await pod.stop("SIGTERM");
    const begin = performance.now();
    const started = Date.now();
    await pod.start();
    await until(`${pod.name} to read`, () => notes().records.some(({ read }) => read > started), PATIENCE_MS);
    return secondsSince(begin);
}
