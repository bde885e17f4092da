import { kubernetesPolicy, type Subject } from "./harness.ts";
import { at, entries, has, list, type Plain, text, texts, UNKNOWN } from "./predicates/plain.ts";
import { podSpecOf } from "./predicates/pod.ts";

/** The annotation by which a DaemonSet says that it is for some pools alone: their names, joined by commas. */
export const NODE_POOLS = "dataplatform/node-pools";

/** The label and taint key that names a node's pool. */
const POOL_LABEL = "workload";

/** Effects that keep a pod off a node; PreferNoSchedule does not. */
const EFFECTS: readonly string[] = ["NoSchedule", "NoExecute"];

function tolerates(toleration: Plain, effect: string): boolean {
    const own = at(toleration, "effect");
    return own === undefined || own === UNKNOWN || own === "" || own === effect;
}

function toleratesEverything(tolerations: readonly Plain[]): boolean {
    const blanket = tolerations.filter(
        (toleration) => text(toleration, "operator") === "Exists" && (text(toleration, "key") ?? "") === "",
    );
    return EFFECTS.every((effect) =>
        blanket.some((toleration) => !has(toleration, "key") && tolerates(toleration, effect)),
    );
}

function toleratesPool(tolerations: readonly Plain[], pool: string): boolean {
    const forPool = tolerations.filter(
        (toleration) =>
            text(toleration, "key") === POOL_LABEL &&
            (text(toleration, "operator") === "Exists" || text(toleration, "value") === pool),
    );
    return EFFECTS.every((effect) => forPool.some((toleration) => tolerates(toleration, effect)));
}

function affinityTerms(podSpec: Plain): readonly Plain[] {
    return list(
        podSpec,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    );
}

/** The pools of one term when the pool label is all that it asks for. */
function termPools(term: Plain): readonly string[] | undefined {
    const expressions = list(term, "matchExpressions");
    const [only] = expressions;
    const isPoolList =
        expressions.length === 1 &&
        !has(term, "matchFields") &&
        text(only, "key") === POOL_LABEL &&
        text(only, "operator") === "In";
    return isPoolList ? texts(only, "values") : undefined;
}

/** Labels that every node of the platform has: its pools run Linux alone, and charts ask for it by habit. */
const EVERY_NODE: ReadonlyMap<string, string> = new Map([
    ["kubernetes.io/os", "linux"],
    ["beta.kubernetes.io/os", "linux"],
]);

/** The entries of the nodeSelector that leave nodes out. */
function selective(podSpec: Plain): readonly (readonly [string, Plain])[] {
    return entries(podSpec, "nodeSelector").filter(([key, value]) => EVERY_NODE.get(key) !== value);
}

/** The pools that selector and affinity choose; `undefined` when they choose by anything but the pool label. */
function chosenPools(podSpec: Plain): readonly string[] | undefined {
    const selector = selective(podSpec);
    const byTerm = affinityTerms(podSpec).map(termPools);
    if (selector.some(([key]) => key !== POOL_LABEL) || byTerm.includes(undefined)) {
        return undefined;
    }
    const bySelector = selector.flatMap(([, value]) => (typeof value === "string" ? [value] : []));
    const byAffinity = byTerm.flatMap((pools) => pools ?? []);
    return bySelector.length > 0 ? bySelector : byAffinity;
}

function narrowing(podSpec: Plain): readonly string[] {
    const affinity = at(podSpec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
    const selector = at(podSpec, "nodeSelector");
    const isNarrow = selector === UNKNOWN || selective(podSpec).length > 0;
    return [
        isNarrow ? "spec.template.spec.nodeSelector" : undefined,
        affinity === undefined ? undefined : "required nodeAffinity",
        has(podSpec, "nodeName") ? "spec.template.spec.nodeName" : undefined,
    ].filter((field) => field !== undefined);
}

function judgePools(label: string, podSpec: Plain, annotation: string): readonly string[] {
    const named = annotation.split(",").map((pool) => pool.trim());
    const chosen = chosenPools(podSpec);
    const found: string[] = [];
    if (chosen === undefined || named.toSorted().join() !== [...new Set(chosen)].toSorted().join()) {
        found.push(
            `${label}: annotation ${NODE_POOLS} names "${annotation}", but its pods are placed ` +
                `${chosen === undefined ? "by more than the pool label" : `on "${chosen.join(",")}"`}. Choose nodes by ` +
                `the label ${POOL_LABEL} alone, with the pools that the annotation names.`,
        );
    }
    const tolerations = list(podSpec, "tolerations");
    const barred = named.filter((pool) => !toleratesEverything(tolerations) && !toleratesPool(tolerations, pool));
    if (barred.length > 0 && at(podSpec, "tolerations") !== UNKNOWN && !tolerations.includes(UNKNOWN)) {
        found.push(
            `${label}: its pods do not tolerate the taint ${POOL_LABEL} of ${barred.join(", ")}, so these nodes stay ` +
                `without the agent. Add {key: ${POOL_LABEL}, operator: Exists}.`,
        );
    }
    return found;
}

function judge({ object, label, isPatch }: Subject): readonly string[] {
    const podSpec = podSpecOf(object);
    if (podSpec === UNKNOWN || podSpec === undefined) {
        return [];
    }
    const pools = at(object, "metadata", "annotations", NODE_POOLS);
    if (typeof pools === "string" && !isPatch) {
        return judgePools(label, podSpec, pools);
    }
    const found: string[] = [];
    const narrow = narrowing(podSpec);
    if (narrow.length > 0 && pools === undefined) {
        found.push(
            `${label}: ${narrow.join(" and ")} leaves nodes without the agent, and nobody is told. Remove it, or name ` +
                `the pools: NodeAgent with pools, which sets the annotation ${NODE_POOLS} and the label ${POOL_LABEL}.`,
        );
    }
    const tolerations = at(podSpec, "tolerations");
    const isOpen = tolerations === UNKNOWN || list(tolerations).includes(UNKNOWN) || pools !== undefined;
    const isSilentPatch = isPatch && tolerations === undefined;
    if (!isOpen && !isSilentPatch && !toleratesEverything(list(tolerations))) {
        found.push(
            `${label}: spec.template.spec.tolerations does not take every taint, so tainted nodes stay without the ` +
                "agent. Set [{operator: Exists}], without key and effect, or use NodeAgent, which does.",
        );
    }
    return found;
}

/** Rejects DaemonSets that miss nodes without saying which pools they are for. */
export const nodeAgentCoversEveryNode = kubernetesPolicy(
    {
        name: "node-agent-covers-every-node",
        description: "A node agent runs on every node, whatever its taints, or names the pools that it is for.",
        enforcementLevel: "mandatory",
        severity: "high",
    },
    ["DaemonSet"],
    judge,
);
