import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { resolveClusterFacts } from "../../../components/cluster-facts.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../../components/specs/monitoring.ts";
import { StatelessService } from "../../../components/stateless-service.ts";
import { dependencyList } from "../../../components/support/children.ts";
import { workloadLabels } from "../../../components/support/naming.ts";
import type { Resources } from "../../../components/workload-args.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { archiveAlerts } from "./archive-alerts.ts";
import { MAINTENANCE_DATABASE, type ServiceRole } from "./service-roles.ts";

const ROLE: ServiceRole = "monitoring";
const PORT = 9187;
/** `nobody` in the image. */
const USER = 65_534;

/** Arguments of {@link DatabaseExporter}. */
export interface DatabaseExporterArgs {
    readonly config: { readonly image: string; readonly resources: Resources };
    readonly context: WorkloadContext;
    readonly namespace: string;
    /** Name of the database's component, whose leader it asks. */
    readonly database: string;
    /** `HOST:PORT` of the leader. */
    readonly address: string;
    /** Secret with the role's `password`. */
    readonly secret: string;
}

/**
 * PostgreSQL's own figures for Prometheus, as the leader has them, and the alerts on the archive. Beside the database and
 * not in its pods, which shall not wait for an exporter's image. One: while its node is lost nothing else is.
 */
export class DatabaseExporter extends pulumi.ComponentResource {
    constructor(name: string, args: DatabaseExporterArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:DatabaseExporter", name, {}, opts);
        const { config, context, namespace, database } = args;
        const dependsOn = dependencyList(opts.dependsOn);
        new StatelessService(
            name,
            {
                ...placed(context),
                namespace,
                system: database,
                image: config.image,
                replicas: 1,
                env: {
                    // The server's certificate is its own.
                    DATA_SOURCE_URI: `${args.address}/${MAINTENANCE_DATABASE}?sslmode=require`,
                    DATA_SOURCE_USER: ROLE,
                    DATA_SOURCE_PASS: { secret: args.secret, key: "password" },
                },
                resources: config.resources,
                ports: { metrics: PORT },
                // It answers while the database is away, too: it is ready to be asked.
                health: { ready: { kind: "http", path: "/", port: "metrics" }, startUp: "30 seconds" },
                metrics: { port: "metrics" },
                security: { user: USER, group: USER },
            },
            { parent: this, dependsOn },
        );
        const { labels, dependsOn: monitoring } = resolveClusterFacts(context.cluster).monitoring;
        const rules = `${database}-archive`;
        const subject = { name: database, namespace, system: database, containers: [database] };
        new k8s.apiextensions.CustomResource(
            rules,
            {
                ...PROMETHEUS_RULE,
                metadata: { name: rules, namespace, labels: { ...workloadLabels(database, database), ...labels } },
                spec: prometheusRuleSpec([archiveAlerts(subject, name)]),
            },
            { parent: this, dependsOn: [...dependsOn, ...monitoring] },
        );
        this.registerOutputs({});
    }
}
