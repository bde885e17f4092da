import type { PodProcess } from "../support/pod-process.ts";
import type { PodOf } from "../support/rendered-pod.ts";
import { until } from "../support/waiting.ts";
import { type Archive, javaCommand } from "./java.ts";
import { Notebook, type Notes } from "./notes.ts";
import { kafkaPod, type Surroundings } from "./pods.ts";

const MEMBERS = "kafka-consumers";
const PATIENCE_MS = 300_000;
/** The last number of the first one's address. */
const FIRST_HOST = 30;

/** A machine for tests starts members often, and has less for each than a node. */
const ARCHIVES = { noted: "read", rehearsed: "written" } as const satisfies Readonly<Record<string, Archive>>;

/** A member of the stack's consumer group. */
export interface Member {
    readonly ordinal: number;
    /** Its `group.instance.id`. */
    readonly name: string;
    readonly pod: PodProcess;
    /** What it has said of itself, all starts together. */
    readonly notes: () => Notes;
}

/**
 * A pod of the stack's consumers.
 *
 * @param program "stack" runs the command of the stack; "noted" the one of these tests, which reads the same settings and says
 *   what it does; "rehearsed" that one too, to be quicker next time
 */
export async function memberPod(
    surroundings: Surroundings,
    stack: PodOf["stack"],
    ordinal: number,
    program: "stack" | keyof typeof ARCHIVES,
): Promise<Member> {
    const pod = await kafkaPod(
        surroundings,
        { stack, kind: "StatefulSet", name: MEMBERS, ordinal, host: FIRST_HOST + ordinal },
        program === "stack"
            ? {}
            : { program: () => ({ command: javaCommand(surroundings.home, "Member", ARCHIVES[program]) }) },
    );
    const notebook = new Notebook();
    return { ordinal, name: pod.name, pod, notes: () => notebook.read(pod.log) };
}

/** Runs one member until it has partitions, and ends it: members that are started after it load their classes from its archive. */
export async function rehearse(surroundings: Surroundings, stack: PodOf["stack"]): Promise<void> {
    const { pod, notes } = await memberPod(surroundings, stack, 0, "rehearsed");
    await pod.start();
    await until(
        `${pod.name} to have partitions`,
        () => notes().changes.length > 0,
        PATIENCE_MS,
        () => pod.output,
    );
    await pod.stop("SIGTERM");
}
