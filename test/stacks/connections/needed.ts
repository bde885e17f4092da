import { isRecord } from "../../../tools/plan/project-config.ts";
import type { Inputs } from "../../support/mocks.ts";
import { called, containersOf } from "../rendered/pods.ts";
import type { RenderedStack } from "../rendered/stack.ts";
import { addressesIn, hostsWithoutPort } from "./addresses.ts";
import { API_SERVER, type Edge, NAMED_ONLY } from "./assumptions.ts";
import { CHARTS, KEDA_OPERATOR, PROMETHEUS } from "./charts.ts";
import type { Connection, Findings } from "./findings.ts";
import { ofIngresses } from "./ingresses.ts";
import type { Pod, Source } from "./network-policy.ts";
import { privateAddresses } from "./private-addresses.ts";
import { sparkConnections } from "./spark.ts";
import { textsBefore, textsIn } from "./texts.ts";
import { arrivals, chartsOf, podNamed, podsBehind, portNumber, serviceOf, type World } from "./world.ts";

/** Kinds that would mean connections of their own. A stack that has one has to be read here first. */
const UNREAD = new Set([
    "APIService",
    "MutatingWebhookConfiguration",
    "Probe",
    "ScrapeConfig",
    "ServiceMonitor",
    "ValidatingWebhookConfiguration",
]);

/** How a pod is spoken to at a port: by TCP, but for a port that it has for UDP. */
function protocolAt({ ports }: Pod, port: number): Connection["protocol"] {
    return ports.find(({ number }) => number === port)?.protocol ?? "TCP";
}

/** Connections of somebody who has these texts before him. */
function byText(world: World, from: Pod, texts: readonly string[], why: string): Findings {
    const problems = hostsWithoutPort(texts).map((host) => `${why} names ${host} without a port`);
    const named = NAMED_ONLY.filter(({ pods }) => pods.includes(from.name));
    const silent = new Set(named.map(({ address }) => address));
    const connections = addressesIn(texts).flatMap(({ host, port }): readonly Connection[] => {
        const address = `${host}:${port}`;
        try {
            const meant = silent.has(address) ? undefined : serviceOf(world, host, from.namespace);
            // Another name for something outside of the cluster: what leaves it is not refused.
            const service = meant?.object["spec"].type === "ExternalName" ? undefined : meant;
            const found = service === undefined ? [] : arrivals(world, service, port);
            if (service !== undefined && (found.length === 0 || found.some((one) => one.port === undefined))) {
                problems.push(`${why} names ${address}, where nothing listens`);
            }
            return found.flatMap(({ pod, port: arrival }) =>
                arrival === undefined
                    ? []
                    : [{ from, to: pod, port: arrival, protocol: protocolAt(pod, arrival), why: `${why}: ${address}` }],
            );
        } catch (error) {
            problems.push(`${why} names ${address}: ${error instanceof Error ? error.message : String(error)}`);
            return [];
        }
    });
    return { connections, problems };
}

function ofPods(world: World): readonly Findings[] {
    return world.pods.map((pod) => {
        const texts = textsBefore(pod.template, world.objects);
        return byText(world, pod, texts, called(pod.template.owner));
    });
}

/** The kubelet asks each container, from the node that it is on. */
function ofProbes({ pods }: World): readonly Findings[] {
    return pods.flatMap((pod) =>
        containersOf(pod.template).flatMap((container) =>
            ["startupProbe", "livenessProbe", "readinessProbe"].map((probe): Findings => {
                const { httpGet, tcpSocket, grpc } = container[probe] ?? {};
                const asked = (httpGet ?? tcpSocket ?? grpc)?.port;
                const why = `${called(pod.template.owner)}, ${probe}`;
                const port = portNumber(pod, asked);
                if (port === undefined) {
                    return { connections: [], problems: asked === undefined ? [] : [`${why}: no port ${asked}`] };
                }
                const from = { kind: "kubelet", name: "the kubelet" } as const;
                return { connections: [{ from, to: pod, port, protocol: "TCP", why }], problems: [] };
            }),
        ),
    );
}

/** Replicas with an identity find each other by their governing service. */
function ofGroups(world: World): readonly Findings[] {
    return world.objects
        .filter(({ kind }) => kind === "StatefulSet")
        .map((set) => {
            const { serviceName } = set.object["spec"];
            const governing = world.objects.find(
                ({ kind, namespace, name }) =>
                    kind === "Service" && namespace === set.namespace && name === serviceName,
            );
            const ports: readonly Inputs[] = governing?.object["spec"].ports ?? [];
            const pods = governing === undefined ? [] : podsBehind(world, governing);
            const connections = pods.flatMap((pod) =>
                ports.map(
                    ({ port, protocol }): Connection => ({
                        from: pod,
                        to: pod,
                        port,
                        protocol: protocol ?? "TCP",
                        why: `${called(set)}, its replicas among each other`,
                    }),
                ),
            );
            return { connections, problems: [] };
        });
}

/** Prometheus, where the stack installs it and where the cluster has it already. */
function ofMonitors(world: World): readonly Findings[] {
    const { namespace = "", pods = [] } = CHARTS["kube-prometheus-stack"] ?? {};
    const labels = pods.find(({ name }) => name === PROMETHEUS)?.labels ?? {};
    const from: Pod = {
        kind: "pod",
        name: `${namespace}/${PROMETHEUS}`,
        namespace,
        labels,
        hostNetwork: false,
        ports: [],
    };
    return world.objects
        .filter(({ kind }) => kind === "PodMonitor")
        .map((monitor) => {
            const { selector, podMetricsEndpoints } = monitor.object["spec"];
            const found = podsBehind(world, { ...monitor, object: { spec: { selector: selector.matchLabels } } });
            const endpoints = found.flatMap((pod) =>
                podMetricsEndpoints.map((endpoint: Inputs) => [pod, endpoint["port"]] as const),
            );
            return {
                connections: endpoints.flatMap(([to, name]): readonly Connection[] => {
                    const port = portNumber(to, name);
                    return port === undefined ? [] : [{ from, to, port, protocol: "TCP", why: called(monitor) }];
                }),
                problems: endpoints.length === 0 ? [`${called(monitor)} scrapes nothing`] : [],
            };
        });
}

/** KEDA asks for what it scales on. */
function ofScaling(world: World): readonly Findings[] {
    return world.objects
        .filter(({ kind }) => kind === "ScaledObject")
        .map((scaled) => {
            const from = podNamed(world, `${KEDA_OPERATOR.namespace}/${KEDA_OPERATOR.name}`);
            return byText(world, from, textsIn(scaled.object["spec"].triggers), called(scaled));
        });
}

/** What is at a path in values: keys joined by dots. */
function valueAt(values: unknown, path: string): unknown {
    return path.split(".").reduce((inner, key) => (isRecord(inner) ? inner[key] : undefined), values);
}

/** A chart's own connections, as far as its values switch them on, and those to addresses in its values. */
function ofCharts(world: World, stack: RenderedStack): readonly Findings[] {
    const apiServer = privateAddresses(stack, API_SERVER);
    return chartsOf(stack).flatMap(({ chart, namespace, values }): readonly Findings[] => {
        const facts = CHARTS[chart];
        if (facts === undefined || facts.namespace !== namespace) {
            const problem =
                facts === undefined
                    ? "nobody says which connections it needs"
                    : `it is described in ${facts.namespace}, and released to ${String(namespace)}`;
            return [{ connections: [], problems: [`the chart ${chart}: ${problem}`] }];
        }
        const edges = facts.edges.filter(({ when }) => when === undefined || valueAt(values, when) === true);
        const readers = facts.readers ?? [];
        return [
            ...ofEdges(world, edges, apiServer),
            ...readers.map((reader) => {
                const texts = textsIn(valueAt(values, reader.values));
                return byText(world, podNamed(world, reader.pod), texts, `${reader.values} of ${chart}`);
            }),
        ];
    });
}

/** Spark's own, and those to addresses in its settings. */
function ofSpark(world: World): readonly Findings[] {
    const { connections, readers } = sparkConnections(world);
    return [
        { connections, problems: [] },
        ...readers.map(({ pod, settings, why }) => byText(world, pod, textsIn(settings), why)),
    ];
}

function ofEdges(world: World, edges: readonly Edge[], apiServer: readonly Source[]): readonly Findings[] {
    return edges.map(({ from, to, port, protocol, why }) => {
        const sources = from === API_SERVER ? apiServer : [podNamed(world, from)];
        const arrival = { to: podNamed(world, to), port, protocol: protocol ?? "TCP", why } as const;
        const listens = arrival.to.ports.some((own) => own.number === port && own.protocol === arrival.protocol);
        return {
            connections: sources.map((source) => ({ from: source, ...arrival })),
            problems: listens ? [] : [`${from} connects to ${to}:${port} (${why}), where nothing listens`],
        };
    });
}

/**
 * Every connection that a stack's systems need, and whatever of it could not be understood.
 *
 * @param edges those that nothing in the stack tells of
 */
export function neededConnections(world: World, stack: RenderedStack, edges: readonly Edge[] = []): Findings {
    const unread = world.objects.filter(({ kind }) => UNREAD.has(kind));
    const findings = [
        ...ofPods(world),
        ...ofProbes(world),
        ...ofGroups(world),
        ...ofMonitors(world),
        ...ofScaling(world),
        ...ofSpark(world),
        ...ofEdges(world, edges, []),
        ...ofIngresses(world, stack),
        ...ofCharts(world, stack),
    ];
    return {
        connections: findings.flatMap(({ connections }) => connections),
        problems: [
            ...unread.map((object) => `${called(object)}: its connections are not derived`),
            ...findings.flatMap(({ problems }) => problems),
        ],
    };
}
