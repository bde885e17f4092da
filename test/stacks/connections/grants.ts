import { called } from "../rendered/pods.ts";
import type { Connection } from "./findings.ts";
import {
    allowed,
    type Grant,
    grantsOf,
    type Pod,
    permits,
    type Rules,
    type Source,
    type Target,
} from "./network-policy.ts";

/** A connection as one line. */
export function line(from: Source, { pod, port, protocol }: Target): string {
    return `${from.name} → ${pod.name}:${port}${protocol === "TCP" ? "" : `/${protocol}`}`;
}

function target({ to, port, protocol }: Connection): Target {
    return { pod: to, port, protocol };
}

/** Connections that are needed and refused. */
export function refused(rules: Rules, connections: readonly Connection[]): readonly string[] {
    return connections
        .filter((connection) => !allowed(rules, connection.from, target(connection)))
        .map((connection) => `${line(connection.from, target(connection))} (${connection.why})`);
}

/**
 * Whether a grant is to the very pods that its policy is about. It need not be used: replicas of one workload run one
 * program with one identity and the same secrets, so that none gains anything by reaching another.
 */
function ownGroup({ policy, peer }: Grant): boolean {
    const { podSelector } = policy.object["spec"];
    return peer?.namespaceSelector === undefined && JSON.stringify(peer?.podSelector) === JSON.stringify(podSelector);
}

/** Grants to others than a workload's own replicas that no needed connection uses. */
export function idleGrants(rules: Rules, connections: readonly Connection[]): readonly string[] {
    return rules.policies
        .flatMap(grantsOf)
        .filter((grant) => !ownGroup(grant))
        .filter((grant) => !connections.some((one) => permits(rules, grant, one.from, target(one))))
        .map(({ policy, peer, port }) => `${called(policy)}: ${JSON.stringify({ peer, port })}`);
}

/** Connections between pods, at ports that they declare, that are let in and that nobody needs. */
export function unneeded(
    rules: Rules,
    connections: readonly Connection[],
    sources: readonly Pod[],
    pods: readonly Pod[],
): readonly string[] {
    const needed = new Set(connections.map((connection) => line(connection.from, target(connection))));
    return pods.flatMap((pod) =>
        pod.ports.flatMap(({ number: port, protocol }) =>
            sources
                .filter((from) => from.name !== pod.name && allowed(rules, from, { pod, port, protocol }))
                .map((from) => line(from, { pod, port, protocol }))
                .filter((text) => !needed.has(text)),
        ),
    );
}
