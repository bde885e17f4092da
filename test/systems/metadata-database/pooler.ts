import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import { type PodProcess, podProcess } from "../support/pod-process.ts";
import { DATABASE, NAMESPACE } from "./kubernetes.ts";
import { USER } from "./member.ts";

/** Settings that this machine's PgBouncer may not know yet, by the minor version that brought them: pgbouncer.org, "Changelog". */
const NEWER: readonly { readonly setting: string; readonly since: number }[] = [
    { setting: "max_prepared_statements", since: 21 },
];

/** Minor version of a PgBouncer 1. */
async function poolerVersion(program: string): Promise<number> {
    const { stdout } = await promisify(execFile)(program, ["--version"]);
    return Number(/PgBouncer 1\.(\d+)/.exec(stdout)?.[1]);
}

/** The names of settings that are left out for an old PgBouncer. */
function leftOut(version: number): readonly string[] {
    return NEWER.flatMap(({ setting, since }) => (version < since ? [setting] : []));
}

/** What this machine has in place of the image's, for a title: `PgBouncer 1.18, without max_prepared_statements`. */
export async function poolerTitle(program: string): Promise<string> {
    const version = await poolerVersion(program);
    const missing = leftOut(version);
    return [`PgBouncer 1.${version}`, ...(missing.length === 0 ? [] : [`without ${missing.join(", ")}`])].join(", ");
}

/**
 * A connection pool as the stack deploys it. What differs: it listens on its own address alone, knows the leader's Service
 * by an address, and does without what its version does not know.
 */
export async function pooler(
    stack: RenderedStack,
    program: string,
    { address, leader }: { readonly address: string; readonly leader: string },
): Promise<PodProcess> {
    const version = await poolerVersion(program);
    const unknown = leftOut(version).map((name) => [`${name} =`, `; ${name} =`]);
    return podProcess({
        stack,
        kind: "Deployment",
        namespace: NAMESPACE,
        name: "pgbouncer",
        address,
        user: USER,
        replace: {
            "listen_addr = *": `listen_addr = ${address}`,
            [`${DATABASE}.${NAMESPACE}.svc.cluster.local`]: leader,
            "/usr/bin/pgbouncer": program,
            ...Object.fromEntries(unknown),
        },
    });
}
