/** A record that a member is done with. */
export interface Read {
    readonly partition: number;
    readonly offset: number;
    readonly sequence: number;
    /** When it was written and read, in milliseconds since the epoch. */
    readonly written: number;
    readonly read: number;
}

/** Partitions that were given to a member, or taken from it. */
export interface Change {
    readonly kind: "assigned" | "revoked" | "lost";
    readonly partitions: readonly number[];
}

/** What a member said. Source: Member.java. */
export interface Notes {
    readonly records: readonly Read[];
    /** The last offset that it committed, by partition. */
    readonly committed: ReadonlyMap<number, number>;
    readonly changes: readonly Change[];
    /** Why it gave up. */
    readonly errors: readonly string[];
}

const CHANGES = { "+": "assigned", "-": "revoked", "!": "lost" } as const;

function isChange(kind: string): kind is keyof typeof CHANGES {
    return kind in CHANGES;
}

/** Reads a member's log as it grows. What stands on other lines is left out. */
export class Notebook implements Notes {
    readonly records: Read[] = [];
    readonly committed = new Map<number, number>();
    readonly changes: Change[] = [];
    readonly errors: string[] = [];
    #position = 0;

    /** Reads what has been added, up to the last whole line. */
    read(log: string): Notes {
        const end = log.lastIndexOf("\n") + 1;
        const lines = log.slice(this.#position, end).split("\n");
        this.#position = end;
        lines.forEach((line) => this.#note(line));
        return this;
    }

    #note(line: string): void {
        const [kind = "", ...rest] = line.split(" ");
        if (kind === "R") {
            const [partition = 0, offset = 0, sequence = 0, written = 0, read = 0] = rest.map(Number);
            this.records.push({ partition, offset, sequence, written, read });
        } else if (kind === "C") {
            for (const pair of rest) {
                const [partition = 0, offset = 0] = pair.split(":").map(Number);
                this.committed.set(partition, offset);
            }
        } else if (kind === "E") {
            this.errors.push(rest.join(" "));
        } else if (isChange(kind)) {
            this.changes.push({ kind: CHANGES[kind], partitions: rest.filter((one) => one !== "").map(Number) });
        }
    }
}

/** Where a record is: `PARTITION:OFFSET`. */
export function placeOf({ partition, offset }: Pick<Read, "partition" | "offset">): string {
    return `${partition}:${offset}`;
}

/** Places of what was read more than once. */
export function duplicates(all: readonly Notes[]): ReadonlySet<string> {
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const place of all.flatMap(({ records }) => records.map(placeOf))) {
        (seen.has(place) ? twice : seen).add(place);
    }
    return twice;
}

/** Places of what a member was done with and had not committed. */
export function uncommitted({ records, committed }: Notes): ReadonlySet<string> {
    return new Set(records.filter(({ partition, offset }) => offset >= (committed.get(partition) ?? 0)).map(placeOf));
}

/** The longest that a record waited for its first reader, in seconds, of those read since a moment. */
export function longestLag(all: readonly Notes[], since = 0): number {
    const first = new Map<string, Read>();
    for (const record of all.flatMap(({ records }) => records)) {
        const place = placeOf(record);
        const before = first.get(place);
        if (before === undefined || record.read < before.read) {
            first.set(place, record);
        }
    }
    const lags = [...first.values()].filter(({ read }) => read >= since).map(({ read, written }) => read - written);
    return lags.reduce((longest, lag) => Math.max(longest, lag), 0) / 1000;
}
