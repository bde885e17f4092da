import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { selectorLabels, workloadLabels } from "../../../components/support/naming.ts";
import { replicaService } from "./names.ts";
import { POSTGRESQL_PORT, ROLE_LABEL } from "./patroni.ts";

/** The leader's Service: without a selector, so that Patroni alone decides where it leads. */
export function leaderService(name: string, namespace: string): k8s.core.v1.ServiceArgs {
    return {
        metadata: {
            name,
            namespace,
            labels: workloadLabels(name, name),
            // Its endpoints come with the first leader, and the provider would wait for them.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            type: "ClusterIP",
            // The name is the one that Spilo gives the port in the endpoints.
            ports: [{ name: "postgresql", port: POSTGRESQL_PORT, targetPort: POSTGRESQL_PORT, protocol: "TCP" }],
        },
    };
}

/** What Patroni's sample manifest declares beside the leader's Service. */
export function patroniServices(
    name: string,
    namespace: string,
    options: pulumi.CustomResourceOptions,
): k8s.core.v1.Service[] {
    const service = (
        serviceName: string,
        spec: k8s.types.input.core.v1.ServiceSpec,
        annotations: Record<string, string> = {},
    ): k8s.core.v1.Service =>
        new k8s.core.v1.Service(
            serviceName,
            {
                metadata: { name: serviceName, namespace, labels: workloadLabels(name, name), annotations },
                spec,
            },
            options,
        );
    return [
        service(
            replicaService(name),
            {
                type: "ClusterIP",
                selector: { ...selectorLabels(name), [ROLE_LABEL]: "replica" },
                ports: [{ name: "postgresql", port: POSTGRESQL_PORT, targetPort: "postgresql", protocol: "TCP" }],
            },
            // It is made before the replicas are, which the provider would wait for.
            { "pulumi.com/skipAwait": "true" },
        ),
        // Patroni keeps state in the endpoints of these names; the endpoints controller removes those without a Service.
        ...["config", "sync"].map((state) => service(`${name}-${state}`, { clusterIP: "None" })),
    ];
}
