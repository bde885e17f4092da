import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerFacts } from "../../../components/cluster-facts.ts";
import { ingress } from "../../../components/specs/ingress.ts";
import { dependencyList } from "../../../components/support/children.ts";
import { selectorLabels, serviceAddress, workloadLabels } from "../../../components/support/naming.ts";

/** What {@link exposeGrafana} is made with. */
interface GrafanaIngressArgs {
    /** Grafana's own; has to be there before. */
    readonly namespace: string;
    /** Domain under which Grafana has its name. */
    readonly domain: string;
    /** The shared load balancer, which comes to the pods from addresses of its own. */
    readonly loadBalancer: LoadBalancerFacts;
}

/** Name under the domain, of what makes it known there, and in the label `app.kubernetes.io/name` of the chart's pods. */
const GRAFANA = "grafana";

/**
 * The Service and its port as kube-prometheus-stack makes them, and where the pods listen. Sources: kube-prometheus-stack
 * 88.5.3, `grafana.service.portName`; its grafana 12.11.1, `grafana.fullname` (the release's name and the chart's) and
 * `service.targetPort`.
 */
const SERVICE = { name: "kube-prometheus-stack-grafana", port: "http-web", podPort: 3000 } as const;

/** Answers without a login; 503 while its database does not. Source: Grafana, "Health API". */
const HEALTH_PATH = "/api/health";

/** Value of the label `app.kubernetes.io/part-of`. */
const SYSTEM = "platform";

/** The address that browsers know Grafana by. */
export function grafanaUrl(domain: string): string {
    return `https://${GRAFANA}.${domain}`;
}

/** Where Grafana is: its name under the domain; without one the DNS name of its Service, from inside of the cluster. */
export function grafanaAddress(namespace: string, domain: string | undefined): string {
    return domain === undefined ? serviceAddress(SERVICE.name, namespace) : grafanaUrl(domain);
}

/**
 * Gives Grafana a name on the shared load balancer, as every user interface has one, and lets the balancer in to its port.
 * By a policy of Grafana's own: what the namespace lets in holds for all of its pods, Prometheus and Alertmanager among them,
 * which ask nobody who they are.
 */
export function exposeGrafana(
    { namespace, domain, loadBalancer }: GrafanaIngressArgs,
    opts: pulumi.CustomResourceOptions,
): void {
    new k8s.networking.v1.NetworkPolicy(
        GRAFANA,
        {
            metadata: { name: GRAFANA, namespace, labels: workloadLabels(GRAFANA, SYSTEM) },
            spec: {
                podSelector: { matchLabels: selectorLabels(GRAFANA) },
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: loadBalancer.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
                        ports: [{ port: SERVICE.podPort, protocol: "TCP" }],
                    },
                ],
            },
        },
        opts,
    );
    const route = { host: `${GRAFANA}.${domain}`, port: SERVICE.port, healthPath: HEALTH_PATH };
    new k8s.networking.v1.Ingress(GRAFANA, ingress(SERVICE.name, { namespace, system: SYSTEM }, route, loadBalancer), {
        ...opts,
        dependsOn: [...dependencyList(opts.dependsOn), ...(loadBalancer.dependsOn ?? [])],
    });
}
