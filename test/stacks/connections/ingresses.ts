import type { Inputs } from "../../support/mocks.ts";
import { called } from "../rendered/pods.ts";
import type { RenderedObject, RenderedStack } from "../rendered/stack.ts";
import type { Connection, Findings } from "./findings.ts";
import { privateAddresses } from "./private-addresses.ts";
import { arrivals, type World } from "./world.ts";

const ALB = "alb.ingress.kubernetes.io";

/** What has to be so for the load balancer to connect to the pods themselves, from the private subnets, at one port. */
const UNDERSTOOD: readonly (readonly [annotation: string, values: readonly unknown[]])[] = [
    [`${ALB}/target-type`, ["ip"]],
    [`${ALB}/scheme`, ["internal"]],
    [`${ALB}/healthcheck-port`, [undefined, "traffic-port"]],
];

function backendsOf({ object }: RenderedObject): readonly Inputs[] {
    const { rules = [], defaultBackend } = object["spec"] ?? {};
    const paths: readonly Inputs[] = rules.flatMap((rule: Inputs) => rule["http"]?.paths ?? []);
    return [...paths.map(({ backend }) => backend), ...(defaultBackend === undefined ? [] : [defaultBackend])];
}

/** Pods behind a backend, each with its port; empty if its service, or the service's port, is none. */
function targetsOf(world: World, namespace: string, { name, port }: Inputs): ReturnType<typeof arrivals> {
    const service = [...world.objects, ...world.chartServices].find(
        (one) => one.kind === "Service" && one.namespace === namespace && one.name === name,
    );
    const ports: readonly Inputs[] = service?.object["spec"].ports ?? [];
    const entry = ports.find((one) =>
        port.name === undefined ? one["port"] === port.number : one["name"] === port.name,
    );
    return service === undefined || entry === undefined ? [] : arrivals(world, service, entry["port"]);
}

/** The load balancer that is made of Ingresses, which connects and asks for health from its own addresses. */
export function ofIngresses(world: World, stack: RenderedStack): readonly Findings[] {
    return world.objects
        .filter(({ kind }) => kind === "Ingress")
        .map((ingress): Findings => {
            const why = called(ingress);
            const annotations = ingress.object["metadata"].annotations ?? {};
            const problems = UNDERSTOOD.filter(([key, values]) => !values.includes(annotations[key])).map(
                ([key]) => `${why}: with ${key}=${annotations[key]} its connections are not derived`,
            );
            const from = privateAddresses(stack, "the load balancer");
            const backends = backendsOf(ingress);
            const connections = backends.flatMap(({ service }): readonly Connection[] => {
                const targets = targetsOf(world, ingress.namespace, service);
                if (targets.length === 0 || targets.some(({ port }) => port === undefined)) {
                    problems.push(`${why} names ${JSON.stringify(service)}, where nothing listens`);
                }
                return targets.flatMap(({ pod, port }) =>
                    port === undefined
                        ? []
                        : from.map((source) => ({ from: source, to: pod, port, protocol: "TCP", why })),
                );
            });
            return { connections, problems: [...problems, ...(backends.length === 0 ? [`${why} leads nowhere`] : [])] };
        });
}
