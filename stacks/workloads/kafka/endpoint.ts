import type { ExternalKafkaConfig } from "../../config.ts";
import { CLIENT_PORT } from "./server-properties.ts";

/** How clients and brokers are sure of each other. */
export type KafkaSecurity = ExternalKafkaConfig["security"];

/** How a connection to brokers is made and recognised. */
export interface KafkaConnection {
    /** Ports of the brokers' listeners. */
    readonly ports: readonly number[];
    readonly security: KafkaSecurity;
}

/** Where brokers are, and how to connect. */
export interface KafkaEndpoint extends KafkaConnection {
    /** `HOST:PORT` of brokers, separated by commas. */
    readonly bootstrapServers: string;
}

/** How the brokers of this program are reached: network policies decide who may. */
export const IN_CLUSTER: KafkaConnection = { ports: [CLIENT_PORT], security: { kind: "plaintext" } };

/** Brokers that somebody else runs. */
export function externalEndpoint({ bootstrapServers, security }: ExternalKafkaConfig): KafkaEndpoint {
    const ports = bootstrapServers.map((address) => Number(address.slice(address.lastIndexOf(":") + 1)));
    return { bootstrapServers: bootstrapServers.join(","), ports: [...new Set(ports)], security };
}
