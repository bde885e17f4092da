import { join } from "node:path";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import { podProcess } from "../support/pod-process.ts";
import { workspace } from "../support/workspace.ts";
import { image } from "./image.ts";
import { DATABASE, NAMESPACE } from "./kubernetes.ts";
import { USER } from "./member.ts";

/** The server's scripts, as a program sees them that the server starts: it is in the data directory. */
const SCRIPTS_OF_SERVER = `../../../../containers/${DATABASE}/etc/${DATABASE}`;

/** A job of the database. */
interface Job {
    readonly kind: "Job" | "CronJob";
    readonly name: string;
    /** Address of the leader's Service. */
    readonly leader: string;
    readonly postgres: string;
}

/**
 * Runs a job to its end. What differs from its pod: the leader's Service is an address; a path that the server is told is
 * relative to where it is, since each has folders of its own.
 *
 * @throws {Error} with its output, if it fails
 */
export async function runJob(stack: RenderedStack, { kind, name, leader, postgres }: Job): Promise<void> {
    const folder = join(await workspace(), `${NAMESPACE}-${name}-0`);
    const { replace, path } = await image(folder, postgres);
    const pod = await podProcess({
        stack,
        kind,
        namespace: NAMESPACE,
        name,
        address: leader,
        user: USER,
        replace: {
            ...replace,
            [`/etc/${DATABASE}/base-backup.sh`]: `${SCRIPTS_OF_SERVER}/base-backup.sh`,
            [`${DATABASE}.${NAMESPACE}.svc.cluster.local`]: leader,
        },
        program: () => ({ env: { PATH: path } }),
    });
    await pod.start();
    const code = await pod.ended();
    if (code !== 0) {
        throw new Error(`${name} ended with ${code}:\n${pod.output}`);
    }
}
