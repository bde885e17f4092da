import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../config.ts";
import type { EksFoundation } from "../infrastructure/eks.ts";
import { Alerting } from "./alerting.ts";
import { Autoscaling } from "./autoscaling.ts";
import { addonAlerts, releaseAlerts } from "./controller-alerts.ts";
import { ExternalSecrets } from "./external-secrets.ts";
import { LoadBalancing } from "./load-balancing.ts";
import { Loki } from "./loki.ts";
import { exposeGrafana } from "./monitoring/grafana.ts";
import { ALERTMANAGER, MONITORING_LABELS, Monitoring } from "./monitoring.ts";
import type { ChartNamespace, Namespaces } from "./namespaces.ts";
import { NodeProvisioning } from "./node-provisioning.ts";
import { SparkOperator } from "./spark-operator.ts";
import { VerticalAutoscaler } from "./vertical-autoscaler.ts";

/** What {@link EksReleases} stand on. */
export interface EksReleasesArgs {
    readonly config: EksConfig;
    readonly foundation: EksFoundation;
    readonly namespaces: Namespaces;
    /** What pods name, and so has to be there before. */
    readonly priorityClasses: readonly pulumi.Resource[];
}

/** Namespace whose SparkApplications the operator runs. */
const JOBS = "batch";

/** Namespaces of the charts, and of the systems that only a stack on AWS has, that a configuration asks for. */
export function chartNamespaces(config: EksConfig): readonly ChartNamespace[] {
    return [
        "monitoring",
        "keda",
        "karpenter",
        "spark-operator",
        ...(config.loki === undefined ? [] : ["loki" as const]),
        ...(config.ingress === undefined ? [] : ["ingress" as const]),
        ...(config.externalSecrets === undefined ? [] : ["external-secrets" as const]),
        ...(config.verticalAutoscaler === undefined ? [] : ["vertical-autoscaler" as const]),
        ...(config.jupyterhub === undefined ? [] : ["jupyterhub" as const]),
        ...(config.flink === undefined ? [] : ["flink" as const]),
        ...([config.metabase, config.superset, config.redash, config.zeppelin].every((tool) => tool === undefined)
            ? []
            : ["bi" as const]),
    ];
}

/** Every chart that a configuration asks for, with the alerts of its controllers. */
export class EksReleases {
    readonly monitoring: Monitoring;
    readonly autoscaling: Autoscaling;
    readonly sparkOperator: SparkOperator;
    readonly loki: Loki | undefined;
    readonly loadBalancing: LoadBalancing | undefined;
    readonly verticalAutoscaler: VerticalAutoscaler | undefined;

    readonly #args: EksReleasesArgs;

    constructor(args: EksReleasesArgs) {
        this.#args = args;
        const { config } = args;
        this.monitoring = this.#monitoring();
        this.#alertsOf("monitoring", "monitoring", this.monitoring);
        addonAlerts("monitoring", MONITORING_LABELS, { ...this.#into("monitoring"), parent: this.monitoring });
        this.autoscaling = this.#autoscaling();
        this.#nodeProvisioning();
        this.sparkOperator = this.#sparkOperator();
        this.loki = config.loki && this.#loki(config.loki);
        this.loadBalancing = config.ingress && this.#loadBalancing(config.ingress);
        this.verticalAutoscaler = config.verticalAutoscaler && this.#verticalAutoscaler(config.verticalAutoscaler);
        if (config.externalSecrets !== undefined) {
            this.#externalSecrets(config.externalSecrets);
        }
    }

    /** Options of what goes into a chart's namespace, once monitors and rules can be made. */
    #into(namespace: ChartNamespace): pulumi.ComponentResourceOptions {
        const { foundation, namespaces, priorityClasses } = this.#args;
        return {
            provider: foundation.provider,
            dependsOn: [namespaces.get(namespace), this.monitoring.release, ...priorityClasses],
        };
    }

    #alertsOf(release: string, namespace: ChartNamespace, parent: pulumi.Resource): void {
        releaseAlerts(release, MONITORING_LABELS, { ...this.#into(namespace), parent });
    }

    #monitoring(): Monitoring {
        const { config, foundation, namespaces, priorityClasses } = this.#args;
        const { provider, clusterName, clusterArn, storage } = foundation;
        const { account, region } = config;
        const alerting = new Alerting(
            "alerting",
            {
                clusterName,
                clusterArn,
                site: { account, region },
                namespace: "monitoring",
                serviceAccount: ALERTMANAGER,
                emails: config.alerting.emails,
                protect: config.environment === "prod",
            },
            // Alertmanager's role is bound to its account in a cluster that has to be there.
            { dependsOn: [namespaces.get("monitoring")] },
        );
        return new Monitoring(
            "monitoring",
            {
                namespace: namespaces.get("monitoring").metadata.name,
                monitoring: config.monitoring,
                storage,
                alerts: alerting.targets,
                ...(config.loki === undefined ? {} : { lokiUrl: `http://${Loki.address.host}:${Loki.address.port}` }),
                ...(config.ingress === undefined ? {} : { domain: config.ingress.domain }),
                needs: [alerting, ...priorityClasses],
            },
            { provider },
        );
    }

    #autoscaling(): Autoscaling {
        const { foundation, namespaces } = this.#args;
        const made = new Autoscaling(
            "autoscaling",
            {
                namespace: namespaces.get("keda").metadata.name,
                clusterName: foundation.clusterName,
                monitoringLabels: MONITORING_LABELS,
                monitoring: this.monitoring.release,
            },
            { provider: foundation.provider },
        );
        this.#alertsOf("autoscaling", "keda", made);
        return made;
    }

    #nodeProvisioning(): void {
        const { config, foundation } = this.#args;
        const made = new NodeProvisioning(
            "node-provisioning",
            {
                pools: config.pools,
                nodeUpdates: config.nodeUpdates,
                access: foundation.karpenter,
                monitoringLabels: MONITORING_LABELS,
            },
            this.#into("karpenter"),
        );
        this.#alertsOf("node-provisioning", "karpenter", made);
    }

    #sparkOperator(): SparkOperator {
        const { namespaces } = this.#args;
        const { dependsOn, ...opts } = this.#into("spark-operator");
        const made = new SparkOperator(
            "spark-operator",
            {
                namespace: namespaces.get("spark-operator").metadata.name,
                jobNamespaces: [JOBS],
                monitoringLabels: MONITORING_LABELS,
            },
            { ...opts, dependsOn: [...(dependsOn as k8s.core.v1.Namespace[]), namespaces.get(JOBS)] },
        );
        this.#alertsOf("spark-operator", "spark-operator", made);
        return made;
    }

    #loki(config: NonNullable<EksConfig["loki"]>): Loki {
        const { clusterName, clusterArn, aws, storage } = this.#args.foundation;
        const made = new Loki(
            "loki",
            {
                config,
                clusterName,
                clusterArn,
                bucket: aws.buckets.loki,
                storageClass: storage.stateful,
                monitoringLabels: MONITORING_LABELS,
            },
            this.#into("loki"),
        );
        this.#alertsOf("loki", "loki", made);
        return made;
    }

    #loadBalancing(ingress: NonNullable<EksConfig["ingress"]>): LoadBalancing {
        const { config, foundation } = this.#args;
        const { clusterName, clusterArn, vpcId, privateCidrs } = foundation;
        const made = new LoadBalancing(
            "load-balancing",
            {
                ingress,
                clusterName,
                clusterArn,
                vpcId,
                privateCidrs,
                site: { account: config.account, region: config.region },
                namespace: "ingress",
                monitoringLabels: MONITORING_LABELS,
            },
            this.#into("ingress"),
        );
        this.#alertsOf("aws-load-balancer-controller", "ingress", made);
        this.#alertsOf("external-dns", "ingress", made);
        exposeGrafana(
            { namespace: "monitoring", domain: ingress.domain, loadBalancer: made.facts },
            { ...this.#into("monitoring"), parent: this.monitoring },
        );
        return made;
    }

    #externalSecrets(config: NonNullable<EksConfig["externalSecrets"]>): void {
        const { clusterName, clusterArn } = this.#args.foundation;
        const made = new ExternalSecrets(
            "external-secrets",
            {
                config,
                clusterName,
                clusterArn,
                region: this.#args.config.region,
                namespace: "external-secrets",
                monitoringLabels: MONITORING_LABELS,
            },
            this.#into("external-secrets"),
        );
        this.#alertsOf("external-secrets", "external-secrets", made);
    }

    #verticalAutoscaler(config: NonNullable<EksConfig["verticalAutoscaler"]>): VerticalAutoscaler {
        const made = new VerticalAutoscaler(
            "vertical-autoscaler",
            { config, namespace: "vertical-autoscaler", monitoringLabels: MONITORING_LABELS },
            this.#into("vertical-autoscaler"),
        );
        this.#alertsOf("vertical-autoscaler", "vertical-autoscaler", made);
        return made;
    }
}
