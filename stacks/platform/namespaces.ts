import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Pod Security Standards: what pods of a namespace may ask for. */
type SecurityLevel = "restricted" | "privileged";

/** Whom a namespace's pods let in beside what their own policies name. */
interface OpenPorts {
    readonly ports: readonly number[];
    /** The API server, which calls webhooks and extension servers from the private subnets; or all pods of a namespace. */
    readonly from: "api-server" | "monitoring" | "node-agents";
}

interface NamespaceSpec {
    readonly level: SecurityLevel;
    /** Whether its deletion would take data along: it is kept when the stack goes, and taken over when it comes back. */
    readonly stateful: boolean;
    /** Whether the pods come from charts, which bring no policies: then they let each other in, and these. */
    readonly chart?: readonly OpenPorts[];
}

/** Namespaces of systems, by the key that the program knows them by. */
const WORKLOADS = {
    airflow: { level: "restricted", stateful: false },
    /** Task pods, and those that tasks start: whoever may start pods in a namespace may read its Secrets. */
    "airflow-tasks": { level: "restricted", stateful: false },
    data: { level: "restricted", stateful: true },
    kafka: { level: "restricted", stateful: true },
    batch: { level: "restricted", stateful: false },
    /** Log collector and node exporter read the node's own directories, which no other level allows. */
    "node-agents": { level: "privileged", stateful: false },
} as const satisfies Readonly<Record<string, NamespaceSpec>>;

/** Namespaces of charts, and of systems that only a stack on AWS has; a cluster that is there already has its own. */
const CHARTS = {
    /** 10250 is the webhook of the Prometheus operator. */
    monitoring: { level: "restricted", stateful: true, chart: [{ ports: [10_250], from: "api-server" }] },
    /** 6443 is KEDA's metrics server, 9443 its webhooks, 8080 the metrics. */
    keda: {
        level: "restricted",
        stateful: false,
        chart: [
            { ports: [6443, 9443], from: "api-server" },
            { ports: [8080], from: "monitoring" },
        ],
    },
    /** 8080 are the metrics; Karpenter has no webhooks. */
    karpenter: { level: "restricted", stateful: false, chart: [{ ports: [8080], from: "monitoring" }] },
    /** 3100 is Loki's API: collectors write to it, Grafana reads from it, Prometheus scrapes it. */
    loki: {
        level: "restricted",
        stateful: true,
        chart: [
            { ports: [3100], from: "node-agents" },
            { ports: [3100], from: "monitoring" },
        ],
    },
    /** 9443 is the load-balancer controller's webhook, 8080 its metrics, 7979 those of external-dns. */
    ingress: {
        level: "restricted",
        stateful: false,
        chart: [
            { ports: [9443], from: "api-server" },
            { ports: [8080, 7979], from: "monitoring" },
        ],
    },
    /** 9443 is the webhook, 8080 the metrics of both programs. */
    "spark-operator": {
        level: "restricted",
        stateful: false,
        chart: [
            { ports: [9443], from: "api-server" },
            { ports: [8080], from: "monitoring" },
        ],
    },
    /** 10250 is the webhook, 8080 the metrics of all three programs. */
    "external-secrets": {
        level: "restricted",
        stateful: false,
        chart: [
            { ports: [10_250], from: "api-server" },
            { ports: [8080], from: "monitoring" },
        ],
    },
    /** Flink's own: its job managers read and write the ConfigMaps of the namespace. */
    flink: { level: "restricted", stateful: false },
    /** Tools to look at data with; what they keep is in databases, but for Zeppelin's volume. */
    bi: { level: "restricted", stateful: true },
    /** Users' homes are in it. The program has a policy for each of the chart's parts: notebooks do not reach each other. */
    jupyterhub: { level: "restricted", stateful: true },
    /** 8942 is where the recommender shows its metrics. */
    "vertical-autoscaler": {
        level: "restricted",
        stateful: false,
        chart: [{ ports: [8942], from: "monitoring" }],
    },
} as const satisfies Readonly<Record<string, NamespaceSpec>>;

/** Name of a namespace that systems run in. */
export type WorkloadNamespace = keyof typeof WORKLOADS;

/** Name of a namespace that charts are released to, or that only a stack on AWS has. */
export type ChartNamespace = keyof typeof CHARTS;

/** What {@link Namespaces} are made of. */
export interface NamespacesArgs {
    /** For namespaces with data, which may be there already: it takes over what is. */
    readonly claimProvider: pulumi.ProviderResource;
    /** Whether those with data are protected against deletion. */
    readonly protect: boolean;
    /**
     * Where charts are released to as well, and ranges that the API server calls them from.
     * @default only the systems' namespaces are made
     */
    readonly charts?: { readonly namespaces: readonly ChartNamespace[]; readonly apiServerCidrs: readonly string[] };
}

/** Every update under the same manager; taken over, each would otherwise be written under a random one. */
const FIELD_MANAGER = "dataplatform-namespaces";

/** The label that Kubernetes itself puts on every namespace. */
const NAME_LABEL = "kubernetes.io/metadata.name";

type IngressRule = k8s.types.input.networking.v1.NetworkPolicyIngressRule;

/** Namespaces in which nothing is let in unless a policy says so, and no pod asks for more than the level allows. */
export class Namespaces extends pulumi.ComponentResource {
    readonly #byName: ReadonlyMap<string, k8s.core.v1.Namespace>;
    readonly #provider: pulumi.ProviderResource;

    constructor(
        name: string,
        args: NamespacesArgs,
        opts: pulumi.ComponentResourceOptions & { readonly provider: pulumi.ProviderResource },
    ) {
        super("dataplatform:platform:Namespaces", name, {}, opts);
        this.#provider = opts.provider;
        const cidrs = args.charts?.apiServerCidrs ?? [];
        const charts = (args.charts?.namespaces ?? []).map((key) => [key, CHARTS[key]] as const);
        const specs: Readonly<Record<string, NamespaceSpec>> = { ...WORKLOADS, ...Object.fromEntries(charts) };
        this.#byName = new Map(
            Object.entries(specs).map(([key, spec]) => {
                const namespace = this.#namespace(key, spec, args);
                this.#denyIngress(key, namespace);
                if (spec.chart) {
                    this.#openChart(key, spec.chart, cidrs, namespace);
                }
                return [key, namespace];
            }),
        );
        this.registerOutputs({});
    }

    /**
     * A namespace, for what goes into it to wait for.
     *
     * @throws {RangeError} for a chart's one that was not asked for
     */
    get(name: WorkloadNamespace | ChartNamespace): k8s.core.v1.Namespace {
        const namespace = this.#byName.get(name);
        if (namespace === undefined) {
            throw new RangeError(`the namespace ${name} is not made here`);
        }
        return namespace;
    }

    #namespace(
        name: string,
        { level, stateful }: NamespaceSpec,
        { protect, claimProvider }: NamespacesArgs,
    ): k8s.core.v1.Namespace {
        return new k8s.core.v1.Namespace(
            name,
            {
                metadata: {
                    name,
                    labels: {
                        "pod-security.kubernetes.io/enforce": level,
                        "pod-security.kubernetes.io/warn": level,
                        "app.kubernetes.io/managed-by": "pulumi",
                    },
                    ...(stateful ? { annotations: { "pulumi.com/patchFieldManager": FIELD_MANAGER } } : {}),
                },
            },
            {
                parent: this,
                protect: protect && stateful,
                ...(stateful ? { provider: claimProvider, retainOnDelete: true } : {}),
            },
        );
    }

    #denyIngress(namespace: string, parent: k8s.core.v1.Namespace): void {
        new k8s.networking.v1.NetworkPolicy(
            `${namespace}-default-deny-ingress`,
            {
                metadata: { name: "default-deny-ingress", namespace },
                spec: { podSelector: {}, policyTypes: ["Ingress"] },
            },
            // What a namespace with data has by its options would be inherited.
            { parent, protect: false, retainOnDelete: false, provider: this.#provider },
        );
    }

    #openChart(
        namespace: string,
        open: readonly OpenPorts[],
        apiServerCidrs: readonly string[],
        parent: k8s.core.v1.Namespace,
    ): void {
        const ingress = open.map(
            ({ ports, from }): IngressRule => ({
                from:
                    from === "api-server"
                        ? apiServerCidrs.map((cidr) => ({ ipBlock: { cidr } }))
                        : [{ namespaceSelector: { matchLabels: { [NAME_LABEL]: from } } }],
                ports: ports.map((port) => ({ port, protocol: "TCP" })),
            }),
        );
        new k8s.networking.v1.NetworkPolicy(
            `${namespace}-allow-chart`,
            {
                metadata: { name: "allow-chart", namespace },
                spec: {
                    podSelector: {},
                    policyTypes: ["Ingress"],
                    ingress: [{ from: [{ podSelector: {} }] }, ...ingress],
                },
            },
            { parent, protect: false, retainOnDelete: false, provider: this.#provider },
        );
    }
}
