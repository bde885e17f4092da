import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AlertGroup } from "../alerts/subject.ts";
import { type ResolvedClusterFacts, resolveClusterFacts } from "../cluster-facts.ts";
import { PROMETHEUS_RULE, podMonitor, prometheusRuleSpec } from "../specs/monitoring.ts";
import { networkPolicy } from "../specs/network-policy.ts";
import { clusterRole, namespaceRole, serviceAccount } from "../specs/rbac.ts";
import { recommendation } from "../specs/recommendation.ts";
import { clientService } from "../specs/service.ts";
import { configFileKey, configFilesName } from "../specs/volumes.ts";
import type { ServingArgs, Transform, WorkloadArgs } from "../workload-args.ts";
import { workloadLabels } from "./naming.ts";

/** Changes to the children that every component has. */
export interface CommonTransforms {
    readonly serviceAccount?: Transform<k8s.core.v1.ServiceAccountArgs>;
    readonly configMap?: Transform<k8s.core.v1.ConfigMapArgs>;
    readonly prometheusRule?: Transform<k8s.apiextensions.CustomResourceArgs>;
}

/** Changes to the children that everything has that runs for good. */
export interface ServingTransforms extends CommonTransforms {
    readonly networkPolicy?: Transform<k8s.networking.v1.NetworkPolicyArgs>;
    readonly podMonitor?: Transform<k8s.apiextensions.CustomResourceArgs>;
}

/** Applies a transform, if there is one. */
export function transformed<T>(args: T, transform: Transform<T> | undefined): T {
    return transform === undefined ? args : transform(args);
}

/** A component's dependencies, which hold for its children, as a list. The SDK takes a nested one as it is. */
export function dependencyList(
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
): pulumi.Input<pulumi.Resource>[] {
    return dependsOn === undefined ? [] : [dependsOn as pulumi.Input<pulumi.Resource>];
}

/** Registers the children that components have in common, under one parent and behind its dependencies. */
export class Children {
    readonly cluster: ResolvedClusterFacts;
    private readonly parent: pulumi.ComponentResource;
    private readonly name: string;
    private readonly args: WorkloadArgs;
    private readonly dependencies: pulumi.Input<pulumi.Resource>[];

    constructor(
        parent: pulumi.ComponentResource,
        name: string,
        args: WorkloadArgs,
        dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
    ) {
        this.parent = parent;
        this.name = name;
        this.args = args;
        this.cluster = resolveClusterFacts(args.cluster);
        this.dependencies = dependencyList(dependsOn);
    }

    /** Options of a child: its parent, the component's dependencies, and its own. */
    options(...dependsOn: pulumi.Input<pulumi.Resource>[]): pulumi.CustomResourceOptions {
        const all = [...this.dependencies, ...dependsOn];
        return { parent: this.parent, ...(all.length === 0 ? {} : { dependsOn: all }) };
    }

    /** The service account, with a role where the workload uses the Kubernetes API. */
    serviceAccount(transform?: Transform<k8s.core.v1.ServiceAccountArgs>): k8s.core.v1.ServiceAccount {
        const { name, args } = this;
        const account = new k8s.core.v1.ServiceAccount(
            name,
            transformed(serviceAccount(name, args), transform),
            this.options(),
        );
        const { rules = [], clusterRules = [] } = args.apiAccess ?? {};
        if (rules.length > 0) {
            const { role, binding } = namespaceRole(name, args, rules);
            const made = new k8s.rbac.v1.Role(name, role, this.options());
            new k8s.rbac.v1.RoleBinding(name, binding, this.options(account, made));
        }
        if (clusterRules.length > 0) {
            const { role, binding } = clusterRole(name, args, clusterRules);
            const made = new k8s.rbac.v1.ClusterRole(name, role, this.options());
            new k8s.rbac.v1.ClusterRoleBinding(name, binding, this.options(account, made));
        }
        return account;
    }

    /**
     * The ConfigMap of `configFiles`.
     *
     * @returns what the controller waits for, and the hash that rolls its pods; nothing without files
     */
    configFiles(transform?: Transform<k8s.core.v1.ConfigMapArgs>): {
        readonly resources: readonly pulumi.Resource[];
        readonly hash?: pulumi.Input<string>;
    } {
        const { name, args } = this;
        const { configFiles } = args;
        if (configFiles === undefined || Object.keys(configFiles).length === 0) {
            return { resources: [] };
        }
        const data = Object.fromEntries(
            Object.entries(configFiles).map(([path, content]) => [configFileKey(path), content]),
        );
        const configMap = new k8s.core.v1.ConfigMap(
            name,
            transformed(
                {
                    metadata: {
                        name: configFilesName(name),
                        namespace: args.namespace,
                        labels: workloadLabels(name, args.system),
                    },
                    data,
                },
                transform,
            ),
            this.options(),
        );
        return { resources: [configMap], hash: contentHash(data) };
    }

    /** The Service by which clients reach any ready pod; none without ports. */
    clientService(args: ServingArgs, transform?: Transform<k8s.core.v1.ServiceArgs>): void {
        if (Object.keys(args.ports ?? {}).length > 0) {
            new k8s.core.v1.Service(this.name, transformed(clientService(this.name, args), transform), this.options());
        }
    }

    /** The NetworkPolicy of something that serves. */
    networkPolicy(
        args: ServingArgs,
        transform: Transform<k8s.networking.v1.NetworkPolicyArgs> | undefined,
        ingressPort?: string,
    ): k8s.networking.v1.NetworkPolicy {
        const source = ingressPort === undefined ? args : { ...args, ingressPort };
        return new k8s.networking.v1.NetworkPolicy(
            this.name,
            transformed(networkPolicy(this.name, source, this.cluster), transform),
            this.options(),
        );
    }

    /** The PodMonitor of something that has metrics. */
    podMonitor(args: ServingArgs, transform?: Transform<k8s.apiextensions.CustomResourceArgs>): void {
        if (args.metrics !== undefined) {
            this.monitoringObject(podMonitor(this.name, args.metrics), transform);
        }
    }

    /** The PrometheusRule with a workload's alerts. */
    prometheusRule(
        groups: pulumi.Input<readonly AlertGroup[]>,
        transform?: Transform<k8s.apiextensions.CustomResourceArgs>,
    ): void {
        const spec = pulumi.output(groups).apply(prometheusRuleSpec);
        this.monitoringObject({ ...PROMETHEUS_RULE, spec }, transform);
    }

    /** The VerticalPodAutoscaler that recommends requests; none where nobody would read it. */
    recommendation(kind: "Deployment" | "StatefulSet" | "DaemonSet"): void {
        const { recommender } = this.cluster;
        if (recommender !== undefined) {
            this.customResource(recommendation(this.name, kind), {}, recommender);
        }
    }

    /** A custom resource of an operator, in the workload's namespace. */
    customResource(
        object: { readonly apiVersion: string; readonly kind: string; readonly spec?: unknown },
        labels: Readonly<Record<string, string>>,
        dependsOn: readonly pulumi.Input<pulumi.Resource>[],
        transform?: Transform<k8s.apiextensions.CustomResourceArgs>,
    ): k8s.apiextensions.CustomResource {
        const metadata = {
            name: this.name,
            namespace: this.args.namespace,
            labels: { ...workloadLabels(this.name, this.args.system), ...labels },
        };
        return new k8s.apiextensions.CustomResource(
            this.name,
            transformed({ ...object, metadata }, transform),
            this.options(...dependsOn),
        );
    }

    private monitoringObject(
        object: { readonly apiVersion: string; readonly kind: string; readonly spec?: unknown },
        transform?: Transform<k8s.apiextensions.CustomResourceArgs>,
    ): void {
        const { labels, dependsOn } = this.cluster.monitoring;
        this.customResource(object, labels, dependsOn, transform);
    }
}

/** Characters of a hash that tell two contents apart. */
const HASH_LENGTH = 16;

/** A hash of content that may not be known yet; known at once where every part is a plain value. */
export function contentHash(content: object): pulumi.Output<string> {
    return pulumi
        .jsonStringify(content)
        .apply((text) => createHash("sha256").update(text).digest("hex").slice(0, HASH_LENGTH));
}
