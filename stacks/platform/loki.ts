import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dependencyList } from "../../components/support/children.ts";
import type { EksConfig } from "../config.ts";
import { bucketStatements } from "../infrastructure/bucket-access.ts";
import type { Bucket } from "../infrastructure/buckets.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import { CHARTS } from "./charts.ts";
import type { LokiAddress } from "./logging/pipeline.ts";
import { lokiValues } from "./loki-values.ts";
import { release } from "./release.ts";

/** What {@link Loki} is made of. */
export interface LokiArgs {
    readonly config: NonNullable<EksConfig["loki"]>;
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    /** Where everything ends up. */
    readonly bucket: Bucket;
    /** Class of the volumes for what is not yet there. */
    readonly storageClass: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

const NAME = "loki";

const NAMESPACE = "loki";
const PORT = 3100;

/** Three replicas and their volumes. */
const TIMEOUT = 900;

/** Loki, where logs are searched from Grafana. CloudWatch stays the place where they are kept for compliance. */
export class Loki extends pulumi.ComponentResource {
    /** Where Loki is, as the chart names its Service. */
    static readonly address: LokiAddress = { host: `${NAME}.${NAMESPACE}.svc`, port: PORT };
    readonly release: k8s.helm.v3.Release;

    constructor(name: string, args: LokiArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:Loki", name, {}, opts);
        const { config, bucket, clusterName, clusterArn } = args;
        const identity = new PodIdentity(
            NAME,
            {
                clusterName,
                clusterArn,
                namespace: NAMESPACE,
                serviceAccount: NAME,
                statements: bucketStatements(bucket, ["read", "write", "delete"]),
            },
            { parent: this },
        );
        this.release = release(
            name,
            {
                release: NAME,
                chart: CHARTS.loki,
                namespace: NAMESPACE,
                timeout: TIMEOUT,
                values: lokiValues({
                    monitoringLabels: args.monitoringLabels,
                    serviceAccount: NAME,
                    bucket: bucket.name,
                    region: bucket.region,
                    storage: config.storage,
                    storageClass: args.storageClass,
                    retentionDays: config.retentionDays,
                    resources: config.resources,
                }),
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), identity] },
        );
        this.registerOutputs({});
    }
}
