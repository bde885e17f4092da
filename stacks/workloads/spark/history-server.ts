import * as pulumi from "@pulumi/pulumi";
import { StatelessService } from "../../../components/stateless-service.ts";
import { dependencyList } from "../../../components/support/children.ts";
import { serviceAddress } from "../../../components/support/naming.ts";
import type { EksConfig } from "../../config.ts";
import type { AwsFacts } from "../../infrastructure/aws-facts.ts";
import { PodIdentity } from "../../infrastructure/identity.ts";
import { placed, type WorkloadContext } from "../context.ts";
import { SPARK_SYSTEM } from "./application-pods.ts";
import { heapMebibytes, LOCAL_DIRECTORY, SETTINGS_FILE, sparkSurroundings } from "./runtime.ts";
import { historySettings, historyStatements, settingsFile } from "./storage.ts";

/** Where the pages are. Source: Spark, "Monitoring", `spark.history.ui.port`. */
const HISTORY_PORT = 18_080;

/** Arguments of a {@link SparkHistoryServer}. */
export interface SparkHistoryServerArgs {
    readonly config: NonNullable<EksConfig["sparkHistoryServer"]>;
    readonly context: WorkloadContext;
    /** The buckets, one of which has the event logs. */
    readonly aws: AwsFacts;
    /** Has to be there before. */
    readonly namespace: string;
}

/**
 * The pages of applications that have ended, made of the event logs in `spark-events`: a Deployment, whose replicas each
 * read the bucket for themselves and keep what they have read on scratch space. They may read and nothing else.
 *
 * Nobody has to log in: whoever reaches the load balancer, which is internal, sees which settings an application had. Spark
 * blackens values whose keys look like a secret (`spark.redaction.regex`).
 *
 * Spark's own image lacks the libraries for S3: `docs/images/spark/Dockerfile` makes one that has them.
 */
export class SparkHistoryServer extends pulumi.ComponentResource {
    /** DNS name of the pages, from inside of the cluster. */
    readonly address: string;

    /** @throws {ArgumentError} if the memory leaves Spark too small a heap to start */
    constructor(name: string, args: SparkHistoryServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:SparkHistoryServer", name, {}, opts);
        const { config, context, aws, namespace } = args;
        const { clusterName, clusterArn } = aws;
        const statements = historyStatements(aws);
        const identity = new PodIdentity(
            name,
            { clusterName, clusterArn, namespace, serviceAccount: name, statements },
            { parent: this },
        );
        const heap = heapMebibytes("sparkHistoryServer.resources", config.resources, "jvm");
        const { env, scratch, security } = sparkSurroundings(config.resources);
        new StatelessService(
            name,
            {
                ...placed(context),
                namespace,
                system: SPARK_SYSTEM,
                image: config.image,
                // By tini, as every program of the image: the virtual machine does not pass on what happens to its children.
                command: [
                    "/usr/bin/tini",
                    "--",
                    "/opt/spark/bin/spark-class",
                    "org.apache.spark.deploy.history.HistoryServer",
                ],
                env: { ...env, SPARK_DAEMON_MEMORY: `${heap}m` },
                configFiles: {
                    [SETTINGS_FILE]: settingsFile({
                        ...historySettings(aws),
                        "spark.history.ui.port": String(HISTORY_PORT),
                        // What is shown again is not read again.
                        "spark.history.store.path": `${LOCAL_DIRECTORY}/history`,
                        // Each look is a list of the whole bucket.
                        "spark.history.fs.update.interval": "1m",
                    }),
                },
                scratch,
                security,
                resources: config.resources,
                replicas: config.replicas,
                ports: { http: HISTORY_PORT },
                health: {
                    ready: { kind: "http", path: "/api/v1/version", port: "http" },
                    startUp: "3 minutes",
                },
                ...(context.domain === undefined ? {} : { ingress: { host: `spark-history.${context.domain}` } }),
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), identity] },
        );
        this.address = serviceAddress(name, namespace);
        this.registerOutputs({ address: this.address });
    }
}
