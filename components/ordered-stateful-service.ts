import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { statefulSetAlerts } from "./alerts/stateful-set.ts";
import { claim, claimName, type VolumeArgs } from "./specs/claim.ts";
import { disruptionBudget } from "./specs/disruption-budget.ts";
import { podTemplate } from "./specs/pod.ts";
import { governingService, governingServiceName } from "./specs/service.ts";
import { type StatefulSetUpdate, statefulSet } from "./specs/stateful-set.ts";
import { type Failover, rolloutSubject, servingOutputs } from "./support/availability.ts";
import { Children, type ServingTransforms, transformed } from "./support/children.ts";
import { claimGuard } from "./support/claim-guard.ts";
import { serviceAddress } from "./support/naming.ts";
import { planOrdered } from "./support/ordered-plan.ts";
import type { Duration } from "./values/duration.ts";
import type { Availability, ServingArgs, Transform } from "./workload-args.ts";

/** Sizes of a group that decides by majority: odd, since an even one survives no more than the odd one below it. */
export type QuorumSize = 3 | 5 | 7;

/** How many replicas there are, and whether they decide by majority. */
type Members =
    | {
          /** The group works while more than half of it does: one of 3 may be away, two of 5. */
          readonly quorum: "majority";
          readonly replicas: QuorumSize;
      }
    | {
          readonly quorum?: never;
          readonly replicas: number;
      };

/** Arguments of an {@link OrderedStatefulService}. */
export type OrderedStatefulServiceArgs = ServingArgs &
    Members & {
        /** One EBS volume per replica and name. They outlive everything: see {@link OrderedStatefulService}. */
        readonly volumes?: Readonly<Record<string, VolumeArgs>>;
        /**
         * The provider that claims are made through; it has `upsertExistingObjects`, so that a claim that is there already
         * is taken over. One for the whole stack; needed with `volumes`.
         */
        readonly claimProvider?: pulumi.ProviderResource;
        /**
         * The first ordinal. Immutable in effect: another one means other names and other volumes.
         * @default 0
         */
        readonly start?: number;
        /**
         * `ordered`: one by one, each waits for the one before. `parallel`: all at once, for what cannot become ready before
         * it has seen its peers. Cannot be changed later without replacing the StatefulSet. Updates go one by one in both.
         * @default "ordered"
         */
        readonly order?: "ordered" | "parallel";
        /**
         * Whether pods that are not ready have a DNS name, too.
         * @default true for `parallel`, false for `ordered`
         */
        readonly publishNotReadyAddresses?: boolean;
        /**
         * All replicas, or as a canary only the ordinals from `partition` on.
         * @default { kind: "rolling" }
         */
        readonly update?: StatefulSetUpdate;
        /** @default "10 seconds" */
        readonly minReady?: Duration;
        /**
         * How the others go on without one.
         * @default { kind: "survivors" }
         */
        readonly failover?: Failover;
        /**
         * Replicas below which it does not serve, and somebody is called.
         * @default the majority with a quorum, else 1
         */
        readonly minAvailable?: number;
        /** What is promised when a node or a zone is lost; a promise that the sum does not keep is an error. */
        readonly availability?: Availability;
        readonly transform?: OrderedStatefulServiceTransforms;
    };

/** Changes to the children, one function each. */
export interface OrderedStatefulServiceTransforms extends ServingTransforms {
    readonly statefulSet?: Transform<k8s.apps.v1.StatefulSetArgs>;
    readonly governingService?: Transform<k8s.core.v1.ServiceArgs>;
    readonly clientService?: Transform<k8s.core.v1.ServiceArgs>;
    readonly podDisruptionBudget?: Transform<k8s.policy.v1.PodDisruptionBudgetArgs>;
    readonly persistentVolumeClaim?: Transform<k8s.core.v1.PersistentVolumeClaimArgs>;
}

/**
 * Something whose replicas have a number, a name and a volume of their own: a StatefulSet, with its claims, governing and
 * client service, service account, disruption budget, network policy, PodMonitor and alerts.
 *
 * Claims are declared by the program, not by the StatefulSet's template: a larger `size` grows the volumes while the pods
 * run. They are kept when replicas are taken away, when the StatefulSet is replaced and when the stack is destroyed; the
 * next `up` takes them over again. With volumes, pods are kept as well when the StatefulSet goes, so that a replacement
 * adopts them running; after removing the component, delete them: `kubectl delete pod -l app.kubernetes.io/name=NAME`.
 *
 * They go with their namespace, so that one has to be kept as well (`retainOnDelete`). A smaller size or another class is
 * refused with a sentence that says what to do.
 *
 * @example
 * ```ts
 * const zookeeper = new OrderedStatefulService("zookeeper", {
 *     namespace: "kafka",
 *     system: "zookeeper",
 *     image: "zookeeper:3.9.4",
 *     quorum: "majority",
 *     replicas: 3,
 *     order: "parallel",
 *     volumes: { data: { mountPath: "/data", size: "20Gi", storageClass: "gp3-retain" } },
 *     claimProvider,
 *     ports: { client: 2181, follower: 2888, election: 3888 },
 *     resources: { cpu: "250m", memory: "1Gi" },
 *     health: { ready: { kind: "tcp", port: "client" }, startUp: "60 seconds" },
 *     security: { user: 1000, volumeGroup: 1000 },
 *     availability: { downtimeBudget: "2 minutes" },
 * });
 * ```
 */
export class OrderedStatefulService extends pulumi.ComponentResource {
    /** DNS name of the client service, any ready replica; undefined without ports. */
    readonly address: string | undefined;
    /** DNS names of the replicas, by ordinal from the first on. */
    readonly replicaAddresses: readonly string[];
    /** Port numbers by name. */
    readonly ports: Readonly<Record<string, number>>;
    readonly serviceAccountName: pulumi.Output<string>;
    /** Labels that select the pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;
    readonly statefulSet: k8s.apps.v1.StatefulSet;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: OrderedStatefulServiceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const plan = planOrdered(name, args);
        super("dataplatform:workload:OrderedStatefulService", name, plan.summary, opts);
        const { transform = {} } = args;
        const children = new Children(this, name, args, opts.dependsOn);

        const account = children.serviceAccount(transform.serviceAccount);
        const config = children.configFiles(transform.configMap);
        children.networkPolicy(args, transform.networkPolicy);
        new k8s.policy.v1.PodDisruptionBudget(
            name,
            transformed(disruptionBudget(name, args, plan.maxUnavailable), transform.podDisruptionBudget),
            children.options(),
        );
        const governing = new k8s.core.v1.Service(
            governingServiceName(name),
            transformed(governingService(name, args, plan.publishNotReady), transform.governingService),
            children.options(),
        );
        children.clientService(args, transform.clientService);
        const claims = this.registerClaims(name, args, plan.ordinals, children);
        const template = podTemplate(args, {
            name,
            serviceAccount: account.metadata.name,
            spread: {
                zones: children.cluster.zones > 0 ? (plan.hasVolumes ? "required" : "preferred") : "none",
                // Volumes pin their pods: while only one zone has nodes yet, the others wait for theirs.
                ...(plan.hasVolumes && children.cluster.zones > 0 && plan.replicas <= children.cluster.zones
                    ? { minDomains: children.cluster.zones }
                    : {}),
                hosts: children.cluster.zones > 0 && args.quorum !== undefined ? "required" : "preferred",
                perRevision: false,
            },
            extra: {
                volumes: [],
                mounts: Object.entries(args.volumes ?? {}).map(([volume, v]) => ({
                    name: volume,
                    mountPath: v.mountPath,
                })),
            },
            ...(config.hash === undefined ? {} : { configHash: config.hash }),
        });
        this.statefulSet = new k8s.apps.v1.StatefulSet(
            name,
            transformed(
                statefulSet(name, { ...args, ...plan, volumes: args.volumes ?? {}, template }),
                transform.statefulSet,
            ),
            {
                ...children.options(governing, ...claims, ...config.resources),
                // Immutable, and only there for the controller to find the claims by.
                ignoreChanges: ["spec.volumeClaimTemplates"],
            },
        );
        children.recommendation("StatefulSet");
        children.podMonitor(args, transform.podMonitor);
        children.prometheusRule(
            [
                statefulSetAlerts({
                    ...rolloutSubject(name, args, plan.replicaSeconds, args.availability),
                    claims: plan.claimNames,
                    ordered: plan.order === "ordered",
                    minAvailable: plan.minAvailable,
                    partition: plan.update.kind === "canary" ? plan.update.partition - plan.start : 0,
                }),
            ],
            transform.prometheusRule,
        );

        const reached = servingOutputs(name, args);
        this.address = reached.address;
        this.replicaAddresses = plan.ordinals.map((ordinal) => replicaAddress(name, args.namespace, ordinal));
        this.ports = reached.ports;
        this.serviceAccountName = account.metadata.name;
        this.selectorLabels = reached.selectorLabels;
        this.registerOutputs({
            ...(this.address === undefined ? {} : { address: this.address }),
            serviceAccountName: this.serviceAccountName,
        });
    }

    private registerClaims(
        name: string,
        args: OrderedStatefulServiceArgs,
        ordinals: readonly number[],
        children: Children,
    ): k8s.core.v1.PersistentVolumeClaim[] {
        const { claimProvider, volumes = {}, transform = {} } = args;
        if (claimProvider === undefined || Object.keys(volumes).length === 0) {
            return [];
        }
        const guard = claimGuard(name);
        return Object.entries(volumes).flatMap(([volume, v]) =>
            ordinals.map(
                (ordinal) =>
                    new k8s.core.v1.PersistentVolumeClaim(
                        claimName(volume, name, ordinal),
                        transformed(claim(name, args, volume, v, ordinal), transform.persistentVolumeClaim),
                        {
                            ...children.options(),
                            provider: claimProvider,
                            retainOnDelete: true,
                            // A class cannot change; the guard says so before the API server would.
                            ignoreChanges: ["spec.storageClassName"],
                            hooks: { beforeUpdate: [guard] },
                        },
                    ),
            ),
        );
    }
}

/** The DNS name of one replica, also before its component is made: for peers that name each other. */
export function replicaAddress(name: string, namespace: string, ordinal: number): string {
    return `${name}-${ordinal}.${serviceAddress(governingServiceName(name), namespace)}`;
}
