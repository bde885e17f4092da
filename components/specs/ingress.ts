import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerFacts } from "../cluster-facts.ts";
import { workloadLabels } from "../support/naming.ts";

/** How a service is reached from outside of the cluster. */
export interface IngressArgs {
    /** The host name; external-dns makes the record. */
    readonly host: pulumi.Input<string>;
    /**
     * A name from `ports`.
     * @default the only port
     */
    readonly port?: string;
}

const ALB = "alb.ingress.kubernetes.io";

/**
 * The Ingress of a service behind the shared internal load balancer: TLS only, straight to the pods.
 * Source: AWS load-balancer controller, "Ingress annotations".
 */
export function ingress(
    name: string,
    args: { readonly namespace: string; readonly system: string },
    route: { readonly host: pulumi.Input<string>; readonly port: string; readonly healthPath: string },
    loadBalancer: LoadBalancerFacts,
): k8s.networking.v1.IngressArgs {
    return {
        metadata: {
            name,
            namespace: args.namespace,
            labels: workloadLabels(name, args.system),
            annotations: {
                [`${ALB}/group.name`]: loadBalancer.groupName,
                [`${ALB}/scheme`]: "internal",
                [`${ALB}/target-type`]: "ip",
                [`${ALB}/listen-ports`]: JSON.stringify([{ HTTPS: 443 }]),
                [`${ALB}/healthcheck-path`]: route.healthPath,
                ...(loadBalancer.certificateArn === undefined
                    ? {}
                    : { [`${ALB}/certificate-arn`]: loadBalancer.certificateArn }),
            },
        },
        spec: {
            ingressClassName: "alb",
            rules: [
                {
                    host: route.host,
                    http: {
                        paths: [
                            {
                                path: "/",
                                pathType: "Prefix",
                                backend: { service: { name, port: { name: route.port } } },
                            },
                        ],
                    },
                },
            ],
            ...(loadBalancer.certificateArn === undefined ? { tls: [{ hosts: [route.host] }] } : {}),
        },
    };
}
