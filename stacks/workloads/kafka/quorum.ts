import { replicaAddress } from "../../../components/ordered-stateful-service.ts";
import { kafkaUuid } from "./identifiers.ts";

/** Port of the controllers. */
export const CONTROLLER_PORT = 9093;

/**
 * Controllers that the quorum begins with, whatever its size is later. Fixed for good: a controller that is formatted
 * again after the quorum has grown must not be told of another beginning.
 */
const INITIAL_CONTROLLERS = 3;

/** Where the controllers are. */
export interface ControllerGroup {
    /** Name of their component. */
    readonly name: string;
    readonly namespace: string;
    readonly replicas: number;
    /** What the identifiers of their directories are made from. */
    readonly seed: string;
}

function addressOf(group: ControllerGroup, ordinal: number): string {
    return `${replicaAddress(group.name, group.namespace, ordinal)}:${CONTROLLER_PORT}`;
}

/** The value of `controller.quorum.bootstrap.servers`: every controller, so that any one that answers will do. */
export function quorumBootstrapServers(group: ControllerGroup): string {
    return Array.from({ length: group.replicas }, (_, ordinal) => addressOf(group, ordinal)).join(",");
}

/** Ordinals of the controllers that the quorum begins with. */
export function initialControllers(): readonly number[] {
    return Array.from({ length: INITIAL_CONTROLLERS }, (_, ordinal) => ordinal);
}

/**
 * The value of `kafka-storage.sh format --initial-controllers`, the same on each of them: `ID@HOST:PORT:DIRECTORY`.
 * The directories' identifiers are made from the seed, so that each controller knows those of the others before any of
 * them runs. Source: KIP-853, "Bootstrapping with multiple voters".
 */
export function initialQuorum(group: ControllerGroup): string {
    return initialControllers()
        .map((ordinal) => `${ordinal}@${addressOf(group, ordinal)}:${kafkaUuid(`${group.seed}/controller-${ordinal}`)}`)
        .join(",");
}
