import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { resolveClusterFacts } from "../../../components/cluster-facts.ts";
import { PROMETHEUS_RULE, podMonitor, prometheusRuleSpec } from "../../../components/specs/monitoring.ts";
import { networkPolicy } from "../../../components/specs/network-policy.ts";
import { namespaceRole, serviceAccount } from "../../../components/specs/rbac.ts";
import { dependencyList } from "../../../components/support/children.ts";
import { workloadLabels } from "../../../components/support/naming.ts";
import { type Duration, seconds } from "../../../components/values/duration.ts";
import type { Peer, Port } from "../../../components/workload-args.ts";
import type { EksConfig } from "../../config.ts";
import { PodIdentity } from "../../infrastructure/identity.ts";
import { APPLICATION_LABEL } from "../../platform/spark-operator-values.ts";
import type { WorkloadContext } from "../context.ts";
import { applicationAlerts } from "./application-alerts.ts";
import { roleName, SPARK_SYSTEM } from "./application-pods.ts";
import { METRICS_PATHS, type Shuffle, SPARK_PORTS, UI_PORT_NAME } from "./application-settings.ts";
import { applicationSpec, RETRY_INTERVAL } from "./application-spec.ts";
import { checkApplication } from "./check-application.ts";
import { nodeFilling, type SparkNodes } from "./nodes.ts";
import { driverStatements, executorStatements } from "./storage.ts";

/** An application, as configured. */
type ApplicationConfig = NonNullable<EksConfig["sparkApplications"]>[string];

/** Arguments of a {@link SparkApplication}. */
export interface SparkApplicationArgs {
    readonly config: Omit<ApplicationConfig, "shuffle">;
    readonly context: WorkloadContext;
    /** One that the operator looks after; has to be there before. */
    readonly namespace: string;
    /** What is left for pods on the nodes of the pools. */
    readonly nodes: SparkNodes;
    readonly shuffle: Shuffle;
}

/**
 * What a driver does with the API server: its executors, and what they need. Source: Spark operator's chart, spark/rbac.yaml.
 *
 * RBAC knows no pods of one's own. Whoever may start pods in a namespace may run as every service account of it and mount
 * every Secret and ConfigMap, so that a driver can act as every other: with the roles in AWS of all applications and jobs of
 * the namespace, and on all of their pods. The namespace is the border, as with Airflow's tasks (`task-namespace.ts`).
 */
const DRIVER_RULES = [
    {
        apiGroups: [""],
        resources: ["pods", "configmaps", "persistentvolumeclaims", "services"],
        verbs: ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
    },
];

const BETWEEN_SCRAPES: Duration = "30 seconds";

/**
 * A Spark application whose driver and executors are pods of their own: a SparkApplication for the operator, service
 * accounts with the rights that each role uses in cluster and buckets, network policies, metrics and alerts.
 *
 * Those rights keep honest programs apart, not hostile ones: a driver starts pods, and so may run as every service account of
 * its namespace and reach what any of them reaches. Executors may not. Applications that must not trust each other want a
 * stack each.
 *
 * It runs once for each version of its arguments: a changed one stops the run that there is and starts another. The driver
 * is on demand, where nobody moves it; executors are on spot nodes, follow the work between `min` and `max`, and when
 * their node goes they take their blocks to others, or to the bucket `spark-shuffle`. The event log goes to
 * `spark-events`.
 *
 * Spark's own image lacks the libraries for S3. One that has them, and the application (`docs/images/spark/Dockerfile`):
 *
 * ```dockerfile
 * FROM ghcr.io/acme/spark:4.2.0-hadoop-aws-3.5.0
 * COPY report.py /opt/spark/jobs/
 * ```
 *
 * @example
 * ```ts
 * new SparkApplication("daily-report", {
 *     config: {
 *         image: "ghcr.io/acme/reports:2.3.0",
 *         sparkVersion: "4.2.0",
 *         application: "local:///opt/spark/jobs/report.py",
 *         arguments: ["--day", "2026-11-20"],
 *         driverResources: { cpu: "1", memory: "4Gi" },
 *         executors: { min: 0, max: 20 },
 *         deadline: "2 hours",
 *         retries: 2,
 *     },
 *     context,
 *     namespace: "batch",
 *     nodes: sparkNodes(config),
 *     shuffle: { kind: "tracking" },
 * });
 * ```
 */
export class SparkApplication extends pulumi.ComponentResource {
    readonly #name: string;
    readonly #args: SparkApplicationArgs;
    readonly #dependencies: pulumi.Input<pulumi.Resource>[];

    /**
     * @throws {ArgumentError} if a name, number or duration is none, if no node is large enough, or if the memory leaves
     *   Spark too small a heap to start
     */
    constructor(name: string, args: SparkApplicationArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { config, context, namespace, nodes, shuffle } = args;
        const executorResources = config.executorResources ?? nodeFilling(nodes);
        checkApplication(name, { ...config, executorResources }, nodes);
        super("dataplatform:system:SparkApplication", name, {}, opts);
        this.#name = name;
        this.#args = args;
        this.#dependencies = dependencyList(opts.dependsOn);

        const before = [...this.#accounts(), ...this.#identities(), ...this.#policies()];
        new k8s.apiextensions.CustomResource(
            name,
            {
                apiVersion: "sparkoperator.k8s.io/v1beta2",
                kind: "SparkApplication",
                metadata: {
                    name,
                    namespace,
                    labels: { ...workloadLabels(name, SPARK_SYSTEM), [APPLICATION_LABEL]: name },
                },
                spec: applicationSpec({
                    name,
                    namespace,
                    context,
                    config: { ...config, executorResources },
                    nodes,
                    shuffle,
                }),
            },
            this.#options(before),
        );
        this.#monitoring();
        this.registerOutputs({});
    }

    #options(more: readonly pulumi.Resource[] = []): pulumi.CustomResourceOptions {
        return { parent: this, dependsOn: [...this.#dependencies, ...more] };
    }

    /** One for each role: only a driver starts pods. */
    #accounts(): pulumi.Resource[] {
        const owner = { namespace: this.#args.namespace, system: SPARK_SYSTEM };
        const accounts = (["driver", "executor"] as const).map((role) => {
            const account = roleName(this.#name, role);
            return new k8s.core.v1.ServiceAccount(account, serviceAccount(account, owner), this.#options());
        });
        const driver = roleName(this.#name, "driver");
        const { role, binding } = namespaceRole(driver, owner, DRIVER_RULES);
        const made = new k8s.rbac.v1.Role(driver, role, this.#options());
        return [...accounts, new k8s.rbac.v1.RoleBinding(driver, binding, this.#options([...accounts, made]))];
    }

    #identities(): pulumi.Resource[] {
        const { context, namespace, config } = this.#args;
        const { aws } = context;
        if (aws === undefined) {
            return [];
        }
        const { clusterName, clusterArn } = aws;
        const data = config.dataBuckets ?? [];
        const statements = { driver: driverStatements(aws, data), executor: executorStatements(aws, data) };
        return (["driver", "executor"] as const).map((role) => {
            const account = roleName(this.#name, role);
            return new PodIdentity(
                account,
                { clusterName, clusterArn, namespace, serviceAccount: account, statements: statements[role] },
                { parent: this },
            );
        });
    }

    #policies(): pulumi.Resource[] {
        const { context, namespace, shuffle } = this.#args;
        const cluster = resolveClusterFacts(context.cluster);
        const driver = roleName(this.#name, "driver");
        const executor = roleName(this.#name, "executor");
        const { driver: rpc, blocks, ui, lifecycle } = SPARK_PORTS;
        const policy = (
            name: string,
            ports: Readonly<Record<string, Port>>,
            allowFrom: readonly Peer[],
            metrics?: string,
        ) =>
            new k8s.networking.v1.NetworkPolicy(
                name,
                networkPolicy(
                    name,
                    {
                        namespace,
                        system: SPARK_SYSTEM,
                        ports,
                        allowFrom,
                        ...(metrics === undefined ? {} : { metrics: { port: metrics } }),
                    },
                    cluster,
                ),
                this.#options(),
            );
        const lifecyclePort = shuffle.kind === "celeborn" ? { lifecycle } : {};
        return [
            policy(
                driver,
                { driver: rpc, blocks, ...lifecyclePort, [UI_PORT_NAME]: ui },
                [{ workload: executor, ports: ["driver", "blocks", ...Object.keys(lifecyclePort)] }],
                UI_PORT_NAME,
            ),
            // Its own group is let in: executors fetch from each other what was shuffled.
            policy(executor, { blocks }, [{ workload: driver }]),
        ];
    }

    #monitoring(): void {
        const { context, namespace, config } = this.#args;
        const { monitoring } = resolveClusterFacts(context.cluster);
        const name = this.#name;
        const driver = roleName(name, "driver");
        const object = (
            child: string,
            owner: string,
            { apiVersion, kind, spec }: { readonly apiVersion: string; readonly kind: string; readonly spec?: unknown },
        ) =>
            new k8s.apiextensions.CustomResource(
                child,
                {
                    apiVersion,
                    kind,
                    metadata: {
                        name: owner,
                        namespace,
                        labels: { ...workloadLabels(owner, SPARK_SYSTEM), ...monitoring.labels },
                    },
                    spec,
                },
                { parent: this, dependsOn: [...this.#dependencies, ...monitoring.dependsOn] },
            );
        const [own, executors] = [METRICS_PATHS.driver, METRICS_PATHS.executors].map((path) =>
            podMonitor(driver, { port: UI_PORT_NAME, path, every: BETWEEN_SCRAPES }),
        );
        if (own?.spec !== undefined) {
            const podMetricsEndpoints = [own, executors].flatMap((one) => one?.spec?.podMetricsEndpoints ?? []);
            object(driver, driver, { ...own, spec: { ...own.spec, podMetricsEndpoints } });
        }
        const subject = {
            name,
            namespace,
            system: SPARK_SYSTEM,
            containers: [],
            deadlineSeconds: seconds(config.deadline),
            retrySeconds: config.retries === 0 ? 0 : seconds(RETRY_INTERVAL),
        };
        object(name, name, { ...PROMETHEUS_RULE, spec: prometheusRuleSpec([applicationAlerts(subject)]) });
    }
}
