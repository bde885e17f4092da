import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { deploymentAlerts } from "./alerts/deployment.ts";
import { type Autoscaling, horizontalPodAutoscaler, scaledObject, triggerAuthentication } from "./specs/autoscaler.ts";
import { type DeploymentUpdate, deployment } from "./specs/deployment.ts";
import { disruptionBudget } from "./specs/disruption-budget.ts";
import { type IngressArgs, ingress } from "./specs/ingress.ts";
import { podTemplate } from "./specs/pod.ts";
import { replicaSeconds, rolloutSeconds, surgeWidth } from "./specs/rollout.ts";
import { type Failover, rolloutSubject, servingOutputs, servingRecovery } from "./support/availability.ts";
import { checkAutoscaling, checkIngress } from "./support/check-service.ts";
import { checkFailover, checkReplicas, checkServing, checkWorkload } from "./support/check-workload.ts";
import { Children, type ServingTransforms, transformed } from "./support/children.ts";
import { Problems } from "./support/errors.ts";
import { securityExceptions, type WorkloadSummary } from "./support/summary.ts";
import { type Duration, seconds } from "./values/duration.ts";
import type { Availability, ServingArgs, Transform } from "./workload-args.ts";

/** Seconds for which a new pod has to stay ready before the next one is replaced. */
const MIN_READY_SECONDS = 5;

/** Arguments of a {@link StatelessService}. There is no way to give it a volume claim: use OrderedStatefulService. */
export interface StatelessServiceArgs extends ServingArgs {
    /** A fixed number, or one that follows the load between `min` and `max`. */
    readonly replicas: number | Autoscaling;
    /**
     * How pods are replaced: `surge` starts a quarter more first; `inPlace` never has one more than asked, for what may
     * not run more often than its number (Airflow's schedulers).
     * @default "surge"
     */
    readonly update?: DeploymentUpdate;
    /**
     * For how long a new pod has to stay ready before the next one is replaced.
     * @default "5 seconds"
     */
    readonly minReady?: Duration;
    /**
     * How the others go on without one.
     * @default { kind: "survivors" }
     */
    readonly failover?: Failover;
    /** What is promised when a node or a zone is lost; a promise that the sum does not keep is an error. */
    readonly availability?: Availability;
    /** A host name behind the shared internal load balancer. */
    readonly ingress?: IngressArgs;
    readonly transform?: StatelessServiceTransforms;
}

/** Changes to the children, one function each. */
export interface StatelessServiceTransforms extends ServingTransforms {
    readonly deployment?: Transform<k8s.apps.v1.DeploymentArgs>;
    readonly service?: Transform<k8s.core.v1.ServiceArgs>;
    readonly podDisruptionBudget?: Transform<k8s.policy.v1.PodDisruptionBudgetArgs>;
    readonly horizontalPodAutoscaler?: Transform<k8s.autoscaling.v2.HorizontalPodAutoscalerArgs>;
    readonly scaledObject?: Transform<k8s.apiextensions.CustomResourceArgs>;
    readonly ingress?: Transform<k8s.networking.v1.IngressArgs>;
}

/**
 * Something that runs for good, keeps nothing, and whose replicas are interchangeable: a Deployment, with its service
 * account, Service, disruption budget, network policy, autoscaler, ingress, PodMonitor and alerts.
 *
 * @example
 * ```ts
 * const web = new StatelessService("web", {
 *     namespace: "apps",
 *     system: "shop",
 *     image: "ghcr.io/acme/web:1.4.2",
 *     replicas: { min: 2, max: 10, on: { kind: "cpu", percent: 70 } },
 *     ports: { http: 8080 },
 *     resources: { cpu: "250m", memory: "512Mi" },
 *     health: { ready: { kind: "http", path: "/healthz", port: "http" }, startUp: "30 seconds" },
 *     availability: { downtimeBudget: "2 minutes" },
 * });
 * export const address = web.address;
 * ```
 */
export class StatelessService extends pulumi.ComponentResource {
    /** DNS name of the Service; undefined without ports. */
    readonly address: string | undefined;
    /** Port numbers by name. */
    readonly ports: Readonly<Record<string, number>>;
    readonly serviceAccountName: pulumi.Output<string>;
    /** Labels that select the pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;
    readonly deployment: k8s.apps.v1.Deployment;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: StatelessServiceArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const plan = check(name, args);
        super("dataplatform:workload:StatelessService", name, plan.summary, opts);
        const { transform = {} } = args;
        const children = new Children(this, name, args, opts.dependsOn);

        const account = children.serviceAccount(transform.serviceAccount);
        const config = children.configFiles(transform.configMap);
        children.networkPolicy(args, transform.networkPolicy, plan.ingressPort);
        new k8s.policy.v1.PodDisruptionBudget(
            name,
            transformed(disruptionBudget(name, args, 1), transform.podDisruptionBudget),
            children.options(),
        );
        children.clientService(args, transform.service);
        const template = podTemplate(args, {
            name,
            serviceAccount: account.metadata.name,
            spread: {
                zones: children.cluster.zones > 0 ? "preferred" : "none",
                hosts: "preferred",
                perRevision: true,
            },
            ...(config.hash === undefined ? {} : { configHash: config.hash }),
        });
        this.deployment = new k8s.apps.v1.Deployment(
            name,
            transformed(deployment(name, { ...args, ...plan, template }), transform.deployment),
            {
                ...children.options(...config.resources),
                // The minimum is sent once: giving the field up under server-side apply would reset it to 1.
                ...(plan.scaling === undefined ? {} : { ignoreChanges: ["spec.replicas"] }),
            },
        );
        if (plan.scaling !== undefined) {
            this.registerAutoscaler(name, args, plan.scaling, children);
        }
        if (
            args.ingress !== undefined &&
            plan.ingressPort !== undefined &&
            children.cluster.loadBalancer !== undefined
        ) {
            const { ready } = args.health;
            const route = {
                host: args.ingress.host,
                port: plan.ingressPort,
                healthPath: ready.kind === "http" ? ready.path : "/",
            };
            new k8s.networking.v1.Ingress(
                name,
                transformed(ingress(name, args, route, children.cluster.loadBalancer), transform.ingress),
                children.options(...(children.cluster.loadBalancer.dependsOn ?? [])),
            );
        }
        children.recommendation("Deployment");
        children.podMonitor(args, transform.podMonitor);
        children.prometheusRule(
            [
                deploymentAlerts({
                    ...rolloutSubject(name, args, plan.replicaSeconds, args.availability),
                    ...(plan.scaling === undefined ? {} : { autoscaled: { max: plan.scaling.max } }),
                }),
            ],
            transform.prometheusRule,
        );

        const reached = servingOutputs(name, args);
        this.address = reached.address;
        this.ports = reached.ports;
        this.serviceAccountName = account.metadata.name;
        this.selectorLabels = reached.selectorLabels;
        this.registerOutputs({
            ...(this.address === undefined ? {} : { address: this.address }),
            serviceAccountName: this.serviceAccountName,
        });
    }

    private registerAutoscaler(
        name: string,
        args: StatelessServiceArgs,
        scaling: Autoscaling,
        children: Children,
    ): void {
        const { transform = {} } = args;
        const { on } = scaling;
        if (on.kind === "kafkaLag") {
            const { autoscaler } = children.cluster;
            const authentication = triggerAuthentication(on);
            const trusted =
                authentication === undefined ? [] : [children.customResource(authentication, {}, autoscaler)];
            children.customResource(
                scaledObject(name, scaling, on),
                {},
                [this.deployment, ...autoscaler, ...trusted],
                transform.scaledObject,
            );
            return;
        }
        new k8s.autoscaling.v2.HorizontalPodAutoscaler(
            name,
            transformed(horizontalPodAutoscaler(name, args, scaling, on), transform.horizontalPodAutoscaler),
            children.options(this.deployment),
        );
    }
}

/** What follows from the arguments alone, once they are found to be good. */
interface StatelessPlan {
    readonly replicas: number;
    readonly scaling: Autoscaling | undefined;
    readonly update: DeploymentUpdate;
    readonly minReadySeconds: number;
    readonly replicaSeconds: number;
    readonly rolloutSeconds: number;
    readonly ingressPort: string | undefined;
    readonly summary: WorkloadSummary;
}

function check(name: string, args: StatelessServiceArgs): StatelessPlan {
    const problems = new Problems();
    const subject = `StatelessService "${name}"`;
    checkWorkload(problems, name, args);
    checkServing(problems, args);
    const scaling = typeof args.replicas === "number" ? undefined : args.replicas;
    const replicas = typeof args.replicas === "number" ? args.replicas : args.replicas.min;
    checkReplicas(problems, scaling === undefined ? "replicas" : "replicas.min", replicas, 1);
    if (scaling !== undefined) {
        checkAutoscaling(problems, scaling);
    }
    const ingressPort = checkIngress(problems, args);
    const { minReady } = args;
    const minReadySeconds =
        minReady === undefined ? MIN_READY_SECONDS : problems.attempt("minReady", () => seconds(minReady));
    checkFailover(problems, args.failover, replicas);
    const recovery = servingRecovery(problems, args, {
        replicas,
        volume: false,
        ordered: false,
        ...(args.failover === undefined ? {} : { failover: args.failover }),
    });
    problems.throwIfAny(subject);
    const update = args.update ?? "surge";
    const atMost = scaling?.max ?? replicas;
    const perReplica = replicaSeconds(args.health, args.shutdown, minReadySeconds ?? MIN_READY_SECONDS);
    const exceptions = securityExceptions(args);
    return {
        replicas,
        scaling,
        update,
        minReadySeconds: minReadySeconds ?? MIN_READY_SECONDS,
        replicaSeconds: perReplica,
        rolloutSeconds: rolloutSeconds(atMost, update === "surge" ? surgeWidth(atMost) : 1, perReplica),
        ingressPort,
        summary: {
            controller: "Deployment",
            namespace: args.namespace,
            system: args.system,
            replicas: scaling === undefined ? replicas : `${scaling.min}–${scaling.max}`,
            ...(recovery === undefined ? {} : { recovery }),
            ...(exceptions.length === 0 ? {} : { exceptions }),
        },
    };
}
