import type { PodProcess } from "../support/pod-process.ts";
import type { PodOf } from "../support/rendered-pod.ts";
import { javaCommand } from "./java.ts";
import { Notebook, type Notes } from "./notes.ts";
import { kafkaPod, type Surroundings } from "./pods.ts";

const MEMBERS = "kafka-consumers";
/** The last number of the first one's address. */
const FIRST_HOST = 30;

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
 *   what it does
 */
export async function memberPod(
    surroundings: Surroundings,
    stack: PodOf["stack"],
    ordinal: number,
    program: "stack" | "noted",
): Promise<Member> {
    const pod = await kafkaPod(
        surroundings,
        { stack, kind: "StatefulSet", name: MEMBERS, ordinal, host: FIRST_HOST + ordinal },
        program === "stack" ? {} : { program: () => ({ command: javaCommand(surroundings.home, "Member") }) },
    );
    const notebook = new Notebook();
    return { ordinal, name: pod.name, pod, notes: () => notebook.read(pod.log) };
}
