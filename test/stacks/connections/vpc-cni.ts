import { called } from "../rendered/pods.ts";
import { grantsOf, isPeer, type Pod, type Rules, type Source } from "./network-policy.ts";
import { podsBehind, portNumber, type World } from "./world.ts";

/**
 * Combinations of port and protocol that all policies together may open to one range of addresses.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html, "Considerations"
 */
export const MAX_COMBINATIONS = 24;

/**
 * Services that the VPC CNI would not match with policies: it sees connections after translation, so a service's port
 * has to be the container's, and a named one has to be called the same on both sides.
 */
export function mistranslatedServices(world: World): readonly string[] {
    return [...world.objects, ...world.chartServices]
        .filter(({ kind }) => kind === "Service")
        .flatMap((service) => {
            const { clusterIP, ports = [] } = service.object["spec"];
            // Without an address of its own nothing is translated.
            const pods = clusterIP === "None" ? [] : podsBehind(world, service);
            return pods.flatMap((pod) =>
                ports.flatMap(({ name, port, targetPort = port }: Readonly<Record<string, unknown>>) => [
                    ...(portNumber(pod, targetPort) === port
                        ? []
                        : [
                              `${called(service)}: port ${String(port)} is ${portNumber(pod, targetPort)} of ${pod.name}`,
                          ]),
                    ...(typeof targetPort === "string" && targetPort !== name
                        ? [`${called(service)}: port ${String(name)} is called ${targetPort} by ${pod.name}`]
                        : []),
                ]),
            );
        });
}

/** Sources to which more combinations of port and protocol are open than the VPC CNI takes for one of them. */
export function crowdedSources(rules: Rules, sources: readonly Source[], most = MAX_COMBINATIONS): readonly string[] {
    const grants = rules.policies.flatMap(grantsOf);
    return sources.flatMap((source) => {
        const open = grants
            .filter((grant) => isPeer(rules, grant, source))
            .map(
                ({ port }) =>
                    `${port?.protocol ?? (port ? "TCP" : "any")} ${port?.port ?? "any"}-${port?.endPort ?? ""}`,
            );
        const { size } = new Set(open);
        return size > most
            ? [`${source.name}: ${size} combinations of port and protocol, and ${most} are allowed`]
            : [];
    });
}

/** Pods that the VPC CNI keeps nobody from: without an owner, or on the node's own address. */
export function unprotectedPods({ pods }: World): readonly Pod[] {
    return pods.filter(({ owned, hostNetwork }) => !owned || hostNetwork);
}
