import type { Inputs } from "../../support/mocks.ts";
import { matches, type Pods, podsOf, portsOf } from "../rendered/pods.ts";
import { objectOf, type RenderedObject, type RenderedStack, revealed } from "../rendered/stack.ts";
import { RUN_TIME_ENDPOINTS, RUN_TIME_LABELS } from "./assumptions.ts";
import { CHARTS, type ChartPod } from "./charts.ts";
import type { Pod } from "./network-policy.ts";

/** A pod of a stack with the template that it is made from. */
interface RenderedPod extends Pod {
    readonly template: Pods;
    /** Whether a controller owns it; a pod that a program makes by itself has nobody. */
    readonly owned: boolean;
}

/** Pods and services of a stack, to look connections up in. */
export interface World {
    readonly objects: readonly RenderedObject[];
    readonly pods: readonly RenderedPod[];
    /** Of charts, whose objects the program does not render. */
    readonly chartPods: readonly Pod[];
    /** Of charts as well, those of them that others name. */
    readonly chartServices: readonly RenderedObject[];
}

/** A chart as a stack installs it. */
interface InstalledChart {
    readonly chart: string;
    readonly namespace: unknown;
    readonly values: unknown;
}

const NAME_LABEL = "app.kubernetes.io/name";

function rendered(template: Pods): RenderedPod {
    const { owner, labels, spec } = template;
    return {
        kind: "pod",
        name: `${owner.namespace}/${String(labels[NAME_LABEL])}`,
        namespace: owner.namespace,
        labels,
        hostNetwork: spec["hostNetwork"] === true,
        ports: portsOf(template).map((port) => ({
            ...(port["name"] === undefined ? {} : { name: port["name"] }),
            number: port["containerPort"],
            protocol: port["protocol"] ?? "TCP",
        })),
        template,
        owned: owner.kind !== "Pod",
    };
}

function ofChart(namespace: string, { name, labels, ports }: ChartPod): Pod {
    return { kind: "pod", name: `${namespace}/${name}`, namespace, labels, hostNetwork: false, ports };
}

/** The charts that a stack installs, by name; that of an image registry has it at the end of its address. */
export function chartsOf({ resources }: RenderedStack): readonly InstalledChart[] {
    return resources.flatMap(({ inputs }) => {
        const { chart, namespace, values } = inputs;
        return typeof chart === "string"
            ? [{ chart: chart.split("/").at(-1) ?? "", namespace, values: revealed(values) }]
            : [];
    });
}

/**
 * The services of a chart.
 *
 * @throws {Error} for one of a pod or a port that the chart does not have
 */
function servicesOf(chart: string): readonly RenderedObject[] {
    const { namespace = "", pods = [], services = {} } = CHARTS[chart] ?? {};
    return Object.entries(services).map(([name, service]) => {
        const pod = pods.find((one) => one.name === service.pod);
        const port = pod?.ports.find((one) => one.name === service.port);
        if (pod === undefined || port === undefined) {
            throw new Error(`the service ${name} of ${chart} has no pods with such a port`);
        }
        const ports = [{ name: service.as ?? service.port, port: port.number, targetPort: port.number }];
        const spec = { selector: pod.labels, ports };
        return objectOf({ apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec }, name);
    });
}

/** What a stack consists of, its charts' pods included. */
export function worldOf(stack: RenderedStack): World {
    const charts = chartsOf(stack).map(({ chart }) => chart);
    return {
        objects: stack.objects,
        pods: podsOf(stack.objects).map(rendered),
        chartPods: Object.entries(CHARTS)
            .filter(([chart]) => charts.includes(chart))
            .flatMap(([, { namespace, pods }]) => pods.map((pod) => ofChart(namespace, pod))),
        chartServices: charts.flatMap(servicesOf),
    };
}

/**
 * The one pod of a name.
 *
 * @throws {Error} if there is none
 */
export function podNamed({ pods, chartPods }: World, name: string): Pod {
    const found = [...pods, ...chartPods].find((pod) => pod.name === name);
    if (found === undefined) {
        throw new Error(`there is no pod ${name}`);
    }
    return found;
}

/** The number of a port of a pod that is given by name or number; undefined where it has none of that name. */
export function portNumber(pod: Pod, port: unknown): number | undefined {
    return typeof port === "number" ? port : pod.ports.find(({ name }) => name === port)?.number;
}

/** The pods behind a service: those that its selector means, or those that a program points it at. */
export function podsBehind({ pods, chartPods }: World, behind: RenderedObject): readonly Pod[] {
    const { namespace, name, object } = behind;
    const { selector } = object["spec"];
    const candidates = [...pods, ...chartPods].filter((pod) => pod.namespace === namespace);
    if (selector === undefined) {
        const endpoints = RUN_TIME_ENDPOINTS.find(({ service }) => service === `${namespace}/${name}`);
        return candidates.filter((pod) => pod.name === endpoints?.pods);
    }
    const kept = Object.entries(selector).filter(([key]) => !RUN_TIME_LABELS.includes(key));
    return candidates.filter((pod) => matches({ matchLabels: Object.fromEntries(kept) }, pod.labels));
}

/** Where a connection to a service arrives: pods, and the port on each. */
export function arrivals(
    world: World,
    service: RenderedObject,
    port: number,
): readonly { readonly pod: Pod; readonly port: number | undefined }[] {
    const { clusterIP, ports = [] } = service.object["spec"];
    const entry: Inputs | undefined = ports.find((one: Inputs) => one["port"] === port);
    return podsBehind(world, service).map((pod) => {
        // A headless service is the pods' own addresses: nothing translates the port.
        const arrival = clusterIP === "None" ? port : portNumber(pod, entry?.["targetPort"] ?? entry?.["port"]);
        return { pod, port: arrival };
    });
}

/**
 * The service that a host means, seen from a namespace; undefined where it means none.
 *
 * @throws {Error} if it is written as one of the cluster, and there is none
 */
export function serviceOf(world: World, host: string, namespace: string): RenderedObject | undefined {
    const [, inCluster] = /^(.+)\.svc(?:\.cluster\.local)?$/.exec(host) ?? [];
    const parts = (inCluster ?? host).split(".");
    const at = (name: string | undefined, where: string | undefined): RenderedObject | undefined =>
        [...world.objects, ...world.chartServices].find(
            (o) => o.kind === "Service" && o.name === name && o.namespace === where,
        );
    // The resolver adds the own namespace to a shorter name.
    const found = at(parts.at(-2), parts.at(-1)) ?? (inCluster === undefined ? at(parts.at(-1), namespace) : undefined);
    if (found === undefined && inCluster !== undefined) {
        throw new Error(`there is no service ${host}`);
    }
    return found;
}

/** What the charts of a stack bring, as far as it is known here, as objects: their pods, and services that others name. */
export function chartObjects(stack: RenderedStack): readonly RenderedObject[] {
    const { chartPods, chartServices } = worldOf(stack);
    const pods = chartPods.map(({ name, namespace, labels, ports }) => {
        const containers = [{ ports: ports.map((port) => ({ name: port.name, containerPort: port.number })) }];
        return objectOf({ kind: "Pod", metadata: { name, namespace, labels }, spec: { containers } }, name);
    });
    return [...pods, ...chartServices];
}
