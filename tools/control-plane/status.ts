import type { V1Node } from "@kubernetes/client-node";
import { POOL_LABEL } from "../../components/support/naming.ts";
import { Client } from "./client.ts";
import { contextName, type Instance, keeperLives, kubeconfigPath, logsFolder, runningComponents } from "./instances.ts";
import { COMPONENTS } from "./kwokctl.ts";
import { isReady } from "./readiness.ts";

/** What there is of a cluster at the moment. */
export interface ClusterStatus {
    readonly instance: Instance;
    readonly keeperLives: boolean;
    /** Components that should run and do not. */
    readonly dead: readonly string[];
    /** Undefined if the API server does not answer. */
    readonly nodes: readonly V1Node[] | undefined;
}

/** Looks at a cluster. */
export async function clusterStatus(instance: Instance): Promise<ClusterStatus> {
    const running = runningComponents(instance);
    const dead = COMPONENTS.filter((component) => !running.has(component));
    const reachable = instance.ready && !dead.includes("etcd") && !dead.includes("kube-apiserver");
    const list = async (): Promise<readonly V1Node[]> =>
        Client.fromFile(kubeconfigPath(instance), contextName(instance)).list<V1Node>("v1", "Node");
    const nodes = reachable ? await list().catch(() => undefined) : undefined;
    return { instance, dead, nodes, keeperLives: keeperLives(instance) };
}

/** Whether a cluster is as it should be. */
export function isWhole({ instance, keeperLives: kept, dead, nodes }: ClusterStatus): boolean {
    return kept && (!instance.ready || (dead.length === 0 && nodes !== undefined));
}

function labelOf({ metadata }: V1Node, label: string): string {
    return metadata?.labels?.[label] ?? "-";
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows.map((row) =>
        row
            .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
            .join("  ")
            .trimEnd(),
    );
}

function nodeTable(nodes: readonly V1Node[]): readonly string[] {
    const groups = Map.groupBy(nodes, (node) =>
        [labelOf(node, POOL_LABEL), labelOf(node, "topology.kubernetes.io/zone")].join(" "),
    );
    const rows = [...groups]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([place, members]) => [...place.split(" "), `${members.length}`, `${members.filter(isReady).length}`]);
    return table([["pool", "zone", "nodes", "ready"], ...rows]);
}

function problems({ instance, keeperLives: kept, dead, nodes }: ClusterStatus): readonly string[] {
    if (!instance.ready) {
        return [kept ? "It is still starting." : "It never got ready, and the process that started it has died."];
    }
    return [
        ...(kept
            ? []
            : [`Its keeper (process ${instance.keeper}) has died: no volume is provisioned, no silence is kept.`]),
        ...(dead.length === 0 ? [] : [`Not running: ${dead.join(", ")}. Logs: ${logsFolder(instance)}`]),
        ...(nodes === undefined && dead.length === 0 ? ["The API server does not answer."] : []),
    ];
}

/** How a cluster is used from a shell. */
function usage(instance: Instance): readonly string[] {
    return [`export KUBECONFIG=${kubeconfigPath(instance)}`, `kubectl config use-context ${contextName(instance)}`];
}

/** What there is of a cluster, as text. */
export function statusText(status: ClusterStatus): string {
    const { instance, nodes } = status;
    const { name, kubernetes, kwok, stack, persistent, createdAt } = instance;
    const origin = [
        stack === undefined ? [] : [`stack ${stack}`],
        persistent ? [] : ["ends with the test that started it"],
    ].flat();
    const since = `since ${createdAt.slice(0, 16).replace("T", " ")} UTC`;
    const wrong = problems(status);
    const lines = [
        ...(nodes === undefined ? [] : nodeTable(nodes)),
        ...wrong,
        ...(wrong.length === 0 ? usage(instance) : [`To end it: npm run cluster -- down --name ${name}`]),
    ];
    return [
        [name, `Kubernetes ${kubernetes}`, `kwok ${kwok}`, ...origin, since].join(", "),
        ...lines.map((line) => `    ${line}`),
    ].join("\n");
}
