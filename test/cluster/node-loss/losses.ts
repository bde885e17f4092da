import type { V1Pod } from "@kubernetes/client-node";

/** A pod on a node that dies. */
export interface Loss {
    readonly pod: V1Pod;
    readonly node: string;
}

function on(nodes: ReadonlySet<string>, pods: readonly V1Pod[]): readonly V1Pod[] {
    return pods.filter(({ spec }) => nodes.has(spec?.nodeName ?? ""));
}

function dying(groups: readonly (readonly V1Pod[])[], nodes: ReadonlySet<string>): ReadonlySet<string> | undefined {
    const next = groups.find((pods) => on(nodes, pods).length === 0);
    if (next === undefined) {
        return nodes;
    }
    for (const { spec } of next) {
        const more = new Set([...nodes, spec?.nodeName ?? ""]);
        const found = groups.every((pods) => on(more, pods).length <= 1) ? dying(groups, more) : undefined;
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** Where pods come to lie is partly chance, and of twenty placements about one leaves no choice. */
const TRIALS = 5;

/**
 * Nodes whose death costs each group of pods one of them and no more.
 *
 * @param groups the pods as they are placed by now
 * @param placeAgain has pods placed anew, where no choice is left
 * @returns the loss of each group, in their order
 * @throws {Error} if several placements in a row leave none
 */
export async function oneOfEach(
    groups: () => ReadonlyMap<string, readonly V1Pod[]>,
    placeAgain: () => Promise<void>,
): Promise<ReadonlyMap<string, Loss>> {
    for (let trial = 1; trial <= TRIALS; trial += 1) {
        const placed = groups();
        const nodes = dying([...placed.values()], new Set());
        if (nodes !== undefined) {
            return new Map(
                [...placed].flatMap(([name, pods]) =>
                    on(nodes, pods).map((pod) => [name, { pod, node: pod.spec?.nodeName ?? "" }]),
                ),
            );
        }
        await placeAgain();
    }
    throw new Error("whichever nodes die, a group would lose none of its pods, or two: more nodes are needed");
}
