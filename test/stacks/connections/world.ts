import type { Inputs } from "../../support/mocks.ts";
import { matches, type Pods, podsOf, portsOf } from "../rendered/pods.ts";
import type { RenderedObject, RenderedStack } from "../rendered/stack.ts";
import { CHARTS, type ChartPod, RUN_TIME_ENDPOINTS, RUN_TIME_LABELS } from "./assumptions.ts";
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

function ofChart(namespace: string, { name, labels }: ChartPod): Pod {
    return { kind: "pod", name: `${namespace}/${name}`, namespace, labels, hostNetwork: false, ports: [] };
}

/** Names of the charts that a stack installs. */
export function chartsOf({ resources }: RenderedStack): readonly string[] {
    return resources.flatMap(({ inputs }) => (typeof inputs["chart"] === "string" ? [inputs["chart"]] : []));
}

/** What a stack consists of, its charts' pods included. */
export function worldOf(stack: RenderedStack): World {
    const charts = chartsOf(stack);
    return {
        objects: stack.objects,
        pods: podsOf(stack.objects).map(rendered),
        chartPods: Object.entries(CHARTS)
            .filter(([chart]) => charts.includes(chart))
            .flatMap(([, { namespace, pods }]) => pods.map((pod) => ofChart(namespace, pod))),
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
export function podsBehind({ pods }: World, { namespace, name, object }: RenderedObject): readonly Pod[] {
    const { selector } = object["spec"];
    const candidates = pods.filter((pod) => pod.namespace === namespace);
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
export function serviceOf({ objects }: World, host: string, namespace: string): RenderedObject | undefined {
    const [, inCluster] = /^(.+)\.svc(?:\.cluster\.local)?$/.exec(host) ?? [];
    const parts = (inCluster ?? host).split(".");
    const at = (name: string | undefined, where: string | undefined): RenderedObject | undefined =>
        objects.find((o) => o.kind === "Service" && o.name === name && o.namespace === where);
    // The resolver adds the own namespace to a shorter name.
    const found = at(parts.at(-2), parts.at(-1)) ?? (inCluster === undefined ? at(parts.at(-1), namespace) : undefined);
    if (found === undefined && inCluster !== undefined) {
        throw new Error(`there is no service ${host}`);
    }
    return found;
}
