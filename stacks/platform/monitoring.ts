import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { gibibytes } from "../../components/values/quantity.ts";
import type { EksConfig } from "../config.ts";
import type { StorageNames } from "../infrastructure/storage-classes.ts";
import type { AlertTargets } from "./alerting-config.ts";
import { CHARTS } from "./charts.ts";
import { grafanaUrl } from "./monitoring/grafana.ts";
import { monitoringValues } from "./monitoring-values.ts";
import { release } from "./release.ts";

/** What {@link Monitoring} is made of. */
export interface MonitoringArgs {
    /** The namespace that it is released to. */
    readonly namespace: pulumi.Input<string>;
    readonly monitoring: EksConfig["monitoring"];
    readonly storage: StorageNames;
    /** Where Alertmanager sends alerts, as service account {@link ALERTMANAGER}. */
    readonly alerts: AlertTargets;
    /** Where Grafana finds logs; undefined for nowhere. */
    readonly lokiUrl?: string;
    /**
     * Domain under which Grafana has a name, on the shared load balancer.
     * @default it is reached inside of the cluster alone
     */
    readonly domain?: string;
    /** What has to be there before: Alertmanager's access, priority classes. */
    readonly needs: readonly pulumi.Resource[];
}

/** Name of Alertmanager's service account. */
export const ALERTMANAGER = "alertmanager";

/** Name of the Helm release, which the chart's own rules and monitors carry in their label `release`. */
const RELEASE = "kube-prometheus-stack";

/** Rules and monitors that carry these are picked up, from every namespace. */
export const MONITORING_LABELS = { release: RELEASE } as const;

/** Seconds for a first installation: images, volumes, and both replicas of everything. */
const TIMEOUT = 900;

const PASSWORD_LENGTH = 32;

/** Prometheus, Alertmanager, Grafana and the operator, whose custom resources everything else's alerts are. */
export class Monitoring extends pulumi.ComponentResource {
    /** Brings the custom resource definitions; what makes such resources waits for it. */
    readonly release: k8s.helm.v3.Release;

    constructor(name: string, args: MonitoringArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:Monitoring", name, {}, opts);
        const admin = this.#grafanaAdmin(name, args.namespace);
        this.release = release(
            name,
            {
                release: RELEASE,
                chart: CHARTS.kubePrometheusStack,
                namespace: args.namespace,
                timeout: TIMEOUT,
                values: monitoringValues({
                    labels: MONITORING_LABELS,
                    storageGiB: gibibytes(args.monitoring.storage),
                    retentionDays: args.monitoring.retentionDays,
                    storage: args.storage,
                    grafanaAdminSecret: admin.metadata.name,
                    alerts: args.alerts,
                    alertmanagerAccount: ALERTMANAGER,
                    ...(args.lokiUrl === undefined ? {} : { lokiUrl: args.lokiUrl }),
                    ...(args.domain === undefined ? {} : { grafanaUrl: grafanaUrl(args.domain) }),
                }),
            },
            { parent: this, dependsOn: [...args.needs] },
        );
        this.registerOutputs({});
    }

    /** The chart would make a new password with every change. */
    #grafanaAdmin(name: string, namespace: pulumi.Input<string>): k8s.core.v1.Secret {
        const password = new RandomPassword(
            `${name}-grafana`,
            { length: PASSWORD_LENGTH, special: false },
            {
                parent: this,
            },
        );
        return new k8s.core.v1.Secret(
            `${name}-grafana-admin`,
            {
                metadata: { name: "grafana-admin", namespace },
                stringData: { "admin-user": "admin", "admin-password": password.result },
            },
            { parent: this },
        );
    }
}
