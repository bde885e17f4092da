import type { Inputs } from "../../support/mocks.ts";
import { called, matches, type Pods, podsOf, portsOf } from "./pods.ts";
import type { RenderedObject } from "./stack.ts";

type Check = (object: RenderedObject, pods: readonly Pods[], all: readonly RenderedObject[]) => readonly string[];

/** What objects leave to programs that run in the cluster. */
export interface RunTime {
    /** Services, as `Service namespace/name`, whose endpoints a program writes. */
    readonly selectorless: readonly string[];
    /** Labels that a program puts on its own pods. */
    readonly labels: readonly string[];
}

function selected(namespace: string, selector: Inputs, pods: readonly Pods[]): readonly Pods[] {
    return pods.filter((some) => some.owner.namespace === namespace && matches(selector, some.labels));
}

function hasPort(pods: Pods, wanted: unknown): boolean {
    return portsOf(pods).some((port) => port["name"] === wanted || port["containerPort"] === wanted);
}

const service: Check = ({ namespace, object }, pods) => {
    const { selector, ports = [], type } = object["spec"];
    if (type === "ExternalName") {
        return [];
    }
    const behind = selector === undefined ? [] : selected(namespace, { matchLabels: selector }, pods);
    if (behind.length === 0) {
        return [selector === undefined ? "it selects no pods" : "no pods have the labels that it selects"];
    }
    return ports
        .filter(({ port, targetPort = port }: Inputs) => !behind.every((some) => hasPort(some, targetPort)))
        .map(({ port, targetPort = port }: Inputs) => `its pods have no port ${targetPort}`);
};

const budget: Check = ({ namespace, object }, pods) => {
    const behind = selected(namespace, object["spec"].selector, pods).map(({ owner }) => called(owner));
    return behind.length === 1 ? [] : [`it covers ${behind.join(" and ") || "nothing"} instead of one controller`];
};

const controller: Check = ({ namespace, name, object }, pods) => {
    const { selector } = object["spec"];
    const others = selected(namespace, selector, pods).filter(({ owner }) => owner.name !== name);
    const own = pods.find(({ owner }) => owner.object === object);
    return [
        ...(own !== undefined && matches(selector, own.labels) ? [] : ["it does not select its own pods"]),
        ...others.map(({ owner }) => `it selects the pods of ${called(owner)} as well`),
    ];
};

const set: Check = (object, pods, all) => {
    const governing = object.object["spec"].serviceName;
    const found = all.find((o) => o.kind === "Service" && o.namespace === object.namespace && o.name === governing);
    const headless = found?.object["spec"].clusterIP === "None";
    return [
        ...controller(object, pods, all),
        ...(found === undefined ? [`there is no service ${governing}`] : []),
        ...(found !== undefined && !headless ? [`its governing service ${governing} is not headless`] : []),
    ];
};

const podMonitor: Check = ({ namespace, object }, pods) => {
    const behind = selected(namespace, object["spec"].selector, pods);
    const missing = object["spec"].podMetricsEndpoints.filter(
        ({ port }: Inputs) => !behind.some((some) => hasPort(some, port)),
    );
    return missing.map(({ port }: Inputs) => `no pods that it selects have a port ${port}`);
};

const networkPolicy: Check = ({ namespace, object }, pods) => {
    const { podSelector, ingress = [] } = object["spec"];
    const open = (peer: Inputs): boolean =>
        peer["podSelector"] === undefined || Object.keys(peer["podSelector"]).length === 0;
    const peers: readonly Inputs[] = ingress.flatMap((rule: Inputs) => rule["from"] ?? []);
    const nobody = peers.filter((peer) => {
        const labels = peer["namespaceSelector"]?.matchLabels ?? {};
        const from = labels["kubernetes.io/metadata.name"] ?? namespace;
        return !open(peer) && selected(from, peer["podSelector"], pods).length === 0;
    });
    return [
        ...(open(object["spec"]) || selected(namespace, podSelector, pods).length > 0 ? [] : ["it covers no pods"]),
        ...nobody.map((peer) => `it lets in ${JSON.stringify(peer)}, which no pods match`),
        // An empty list of peers or ports is one that everybody is on.
        ...ingress
            .filter((rule: Inputs) => rule["from"]?.length === 0 || rule["ports"]?.length === 0 || !rule["from"])
            .map((rule: Inputs) => `it is open to everybody: ${JSON.stringify(rule)}`),
    ];
};

const ingress: Check = ({ namespace, object }, _pods, all) => {
    const backends: readonly Inputs[] = object["spec"].rules.flatMap(({ http }: Inputs) =>
        http.paths.map(({ backend }: Inputs) => backend.service),
    );
    return backends.flatMap(({ name, port }) => {
        const found = all.find((o) => o.kind === "Service" && o.namespace === namespace && o.name === name);
        const ports: readonly Inputs[] = found?.object["spec"].ports ?? [];
        return ports.some((p) => (port.name === undefined ? p["port"] === port.number : p["name"] === port.name))
            ? []
            : [`there is no service ${name} with port ${port.name ?? port.number}`];
    });
};

const CHECKS: Readonly<Record<string, Check>> = {
    Service: service,
    PodDisruptionBudget: budget,
    Deployment: controller,
    DaemonSet: controller,
    StatefulSet: set,
    PodMonitor: podMonitor,
    NetworkPolicy: networkPolicy,
    Ingress: ingress,
};

/** A service without the labels in its selector that pods get at run time. */
function withoutRunTimeLabels(object: RenderedObject, labels: readonly string[]): RenderedObject {
    const selector: unknown = object.kind === "Service" ? object.object["spec"].selector : undefined;
    if (selector === undefined || selector === null) {
        return object;
    }
    const kept = Object.entries(selector).filter(([key]) => !labels.includes(key));
    const spec = { ...object.object["spec"], selector: Object.fromEntries(kept) };
    return { ...object, object: { ...object.object, spec } };
}

/** Selectors, ports and governing services that do not lead where they should. */
export function strayingSelectors(objects: readonly RenderedObject[], atRunTime: RunTime): readonly string[] {
    const pods = podsOf(objects);
    return objects
        .filter((object) => !atRunTime.selectorless.includes(called(object)))
        .flatMap((object) => {
            const check = CHECKS[object.kind];
            const problems = check?.(withoutRunTimeLabels(object, atRunTime.labels), pods, objects) ?? [];
            return problems.map((problem) => `${called(object)}: ${problem}`);
        });
}

/** Objects that have kind, namespace and name in common with another. */
export function duplicates(objects: readonly RenderedObject[]): readonly string[] {
    const keys = objects.map((object) => `${object.apiVersion} ${called(object)}`);
    return keys.filter((key, i) => keys.indexOf(key) !== i);
}

/** Pods that select nodes of a pool that there is not. */
export function strayingPods(objects: readonly RenderedObject[], pools: ReadonlySet<string>): readonly string[] {
    return podsOf(objects).flatMap(({ owner, spec }) => {
        const pool: string | undefined = spec["nodeSelector"]?.workload;
        return pool === undefined || pools.has(pool) ? [] : [`${called(owner)}: there is no pool ${pool}`];
    });
}
