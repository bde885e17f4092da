import type { Inputs } from "../../support/mocks.ts";
import { objectOf, type RenderedObject } from "./stack.ts";

const LABELS = { app: "db" };

const TEMPLATE = {
    metadata: { labels: LABELS },
    spec: {
        serviceAccountName: "db",
        priorityClassName: "system-cluster-critical",
        nodeSelector: { workload: "infra" },
        initContainers: [{ name: "proxy", ports: [{ name: "admin", containerPort: 81 }] }],
        containers: [
            {
                name: "db",
                env: [
                    { name: "USER", valueFrom: { secretKeyRef: { name: "login", key: "user" } } },
                    { name: "MODE", valueFrom: { configMapKeyRef: { name: "files", key: "mode" } } },
                    { name: "EXTRA", valueFrom: { secretKeyRef: { name: "none", key: "none", optional: true } } },
                ],
                envFrom: [{ secretRef: { name: "login" } }],
                ports: [{ name: "sql", containerPort: 5432 }],
                volumeMounts: [{ name: "files", mountPath: "/etc/a", subPath: "a.conf" }],
            },
        ],
        volumes: [
            { name: "files", configMap: { name: "files" } },
            { name: "login", secret: { secretName: "login", items: [{ key: "user", path: "user" }] } },
            { name: "all", projected: { sources: [{ secret: { name: "login" } }] } },
        ],
    },
};

const named = (apiVersion: string, kind: string, name: string, rest: Inputs, namespace = "data"): Inputs => ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace === "" ? {} : { namespace }) },
    ...rest,
});

/** A small stack in which everything leads somewhere. */
const SAMPLE: readonly Inputs[] = [
    named("v1", "Namespace", "data", {}, ""),
    named("storage.k8s.io/v1", "StorageClass", "gp3", {}, ""),
    named("v1", "ServiceAccount", "db", {}),
    named("v1", "Secret", "login", { stringData: { user: "u" } }),
    named("v1", "ConfigMap", "files", { data: { mode: "m", "a.conf": "text" } }),
    named("v1", "PersistentVolumeClaim", "data-db-1", { spec: { storageClassName: "gp3" } }),
    named("v1", "Service", "db", {
        spec: { selector: LABELS, ports: [{ port: 5432, targetPort: "sql" }, { port: 81 }] },
    }),
    named("v1", "Service", "db-headless", { spec: { selector: { ...LABELS, role: "any" }, clusterIP: "None" } }),
    named("apps/v1", "StatefulSet", "db", {
        spec: {
            replicas: 1,
            ordinals: { start: 1 },
            serviceName: "db-headless",
            selector: { matchLabels: LABELS },
            volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "gp3" } }],
            template: TEMPLATE,
        },
    }),
    named("policy/v1", "PodDisruptionBudget", "db", { spec: { selector: { matchLabels: LABELS } } }),
    named("rbac.authorization.k8s.io/v1", "Role", "db", {}),
    named("rbac.authorization.k8s.io/v1", "RoleBinding", "db", {
        roleRef: { kind: "Role", name: "db" },
        subjects: [{ kind: "ServiceAccount", name: "db", namespace: "data" }],
    }),
    named("networking.k8s.io/v1", "NetworkPolicy", "db", {
        spec: {
            podSelector: { matchLabels: LABELS },
            ingress: [{ from: [{ podSelector: { matchLabels: LABELS } }] }],
        },
    }),
    named("networking.k8s.io/v1", "Ingress", "db", {
        spec: { rules: [{ http: { paths: [{ backend: { service: { name: "db", port: { number: 81 } } } }] } }] },
    }),
    named("monitoring.coreos.com/v1", "PodMonitor", "db", {
        spec: { selector: { matchLabels: LABELS }, podMetricsEndpoints: [{ port: "admin" }] },
    }),
    named("keda.sh/v1alpha1", "ScaledObject", "db", {
        spec: {
            scaleTargetRef: { kind: "StatefulSet", name: "db" },
            triggers: [{ type: "kafka", authenticationRef: { name: "db" } }],
        },
    }),
    named("keda.sh/v1alpha1", "TriggerAuthentication", "db", {
        spec: { secretTargetRef: [{ parameter: "username", name: "login", key: "user" }] },
    }),
];

/** Changes objects of the sample in place. `of` finds one by kind and name. */
export type Change = (of: (kind: string, name?: string) => Inputs, all: Inputs[]) => void;

/** Objects of a sample, changed. */
export function changed(objects: readonly object[], change: Change): readonly RenderedObject[] {
    const all = structuredClone(objects) as Inputs[];
    change((kind, name) => {
        const found = all.find((o) => o["kind"] === kind && (name === undefined || o["metadata"].name === name));
        if (found === undefined) {
            throw new Error(`the sample has no ${kind} ${name ?? ""}`);
        }
        return found;
    }, all);
    return all.map((object) => objectOf(object, "unnamed"));
}

/** The sample, changed. */
export function sample(change: Change = () => undefined): readonly RenderedObject[] {
    return changed(SAMPLE, change);
}

/** The main container of a set. */
export function main(set: Inputs): Inputs {
    return set["spec"].template.spec.containers[0];
}
