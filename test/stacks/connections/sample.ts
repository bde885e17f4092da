import type { Inputs } from "../../support/mocks.ts";
import { type Change, changed } from "../rendered/sample.ts";
import type { RenderedStack } from "../rendered/stack.ts";

const NAME = "app.kubernetes.io/name";

const named = (apiVersion: string, kind: string, name: string, rest: Inputs): Inputs => ({
    apiVersion,
    kind,
    metadata: { name, namespace: "shop" },
    ...rest,
});

const template = (name: string, container: Inputs, spec: Inputs = {}): Inputs => ({
    metadata: { labels: { [NAME]: name } },
    spec: { ...spec, containers: [{ name, image: "db:5432", ...container }] },
});

const policy = (name: string, from: Inputs, port: number): Inputs =>
    named("networking.k8s.io/v1", "NetworkPolicy", name, {
        spec: {
            podSelector: { matchLabels: { [NAME]: name } },
            policyTypes: ["Ingress"],
            ingress: [
                { from: [{ podSelector: { matchLabels: { [NAME]: name } } }] },
                { from: [from], ports: [{ port }] },
            ],
        },
    });

/** A web server that reads its database's address from a variable, and a database of three that are scraped. */
const SAMPLE: readonly Inputs[] = [
    named("apps/v1", "Deployment", "web", {
        spec: {
            template: template("web", {
                env: [{ name: "DATABASE", valueFrom: { secretKeyRef: { name: "login", key: "url" } } }],
                ports: [{ name: "http", containerPort: 8080 }],
                readinessProbe: { httpGet: { port: "http" } },
            }),
        },
    }),
    named("v1", "Secret", "login", {
        stringData: { url: "sql://me:pw@db.shop.svc.cluster.local:5432/x", other: "db:1" },
    }),
    named("apps/v1", "StatefulSet", "db", {
        spec: {
            serviceName: "db-headless",
            template: template("db", {
                ports: [
                    { name: "sql", containerPort: 5432 },
                    { name: "metrics", containerPort: 9187 },
                ],
            }),
        },
    }),
    named("v1", "Service", "db", {
        spec: { selector: { [NAME]: "db" }, ports: [{ name: "sql", port: 5432, targetPort: "sql" }] },
    }),
    named("v1", "Service", "db-headless", {
        spec: { clusterIP: "None", selector: { [NAME]: "db" }, ports: [{ name: "sql", port: 5432 }] },
    }),
    named("monitoring.coreos.com/v1", "PodMonitor", "db", {
        spec: { selector: { matchLabels: { [NAME]: "db" } }, podMetricsEndpoints: [{ port: "metrics" }] },
    }),
    policy("web", { ipBlock: { cidr: "10.0.0.0/8" } }, 8080),
    policy("db", { podSelector: { matchLabels: { [NAME]: "web" } } }, 5432),
];

/** The sample as a stack, changed. `of` finds an object by kind and name. */
export function sample(change: Change = () => undefined): RenderedStack {
    return { resources: [], objects: changed(SAMPLE, change) };
}

/** The main container of a controller. */
export function main(controller: Inputs): Inputs {
    return controller["spec"].template.spec.containers[0];
}
