import * as k8s from "@pulumi/kubernetes";
import { parseConfig } from "../../../../stacks/config.ts";
import { type Ingestion, ingestion } from "../../../../stacks/workloads/kafka/ingestion.ts";
import { type Collected, collect, ofType } from "../../../support/mocks.ts";
import { rawConfig } from "../../raw-config.ts";
import { POOLS } from "../pools.ts";

const RESOURCES = { cpu: "500m", memory: "1Gi" };
export const EXPORTER = { image: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1" };
export const LAG_EXPORTER = { image: "redpandadata/kminion:v2.3.5", replicas: 1, resources: RESOURCES };
export const CONNECT = { image: "apache/kafka:4.3.1", replicas: 2, resources: RESOURCES };
export const REGISTRY = {
    image: "quay.io/apicurio/apicurio-registry:3.3.1",
    replicas: 2,
    resources: RESOURCES,
};

/** What ingestion has made, and what it tells of itself. */
export interface Made {
    readonly resources: Collected[];
    readonly made: Ingestion | undefined;
}

/**
 * Ingestion of the local stack, which has nothing around Kafka.
 *
 * @param changes fields of its sections that differ
 * @param instead sections that stand in place of its own
 */
export async function makeIngestion(
    changes: Readonly<Record<string, object>> = {},
    instead: Readonly<Record<string, object>> = {},
): Promise<Made> {
    const raw: Record<string, string> = { ...rawConfig("local") };
    for (const [section, fields] of Object.entries(changes)) {
        const key = `data-platform:${section}`;
        raw[key] = JSON.stringify({ ...JSON.parse(raw[key] ?? "{}"), ...fields });
    }
    for (const [section, fields] of Object.entries(instead)) {
        raw[`data-platform:${section}`] = JSON.stringify(fields);
    }
    const config = parseConfig(raw, "data-platform");
    let made: Ingestion | undefined;
    const resources = await collect(() => {
        const context = {
            cluster: {},
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: undefined,
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
        } as const;
        made = ingestion({ config, context, clients: [], after: () => ({}) });
    });
    return { resources, made };
}

/** Names of the rules for Prometheus. */
export function rules(resources: readonly Collected[]): string[] {
    return ofType(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").map(({ name }) => name);
}
