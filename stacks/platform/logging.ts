import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterFacts, resolveClusterFacts } from "../../components/cluster-facts.ts";
import { NodeAgent } from "../../components/node-agent.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { dependencyList } from "../../components/support/children.ts";
import { workloadLabels } from "../../components/support/naming.ts";
import { duration } from "../../components/values/duration.ts";
import type { StackConfig } from "../config.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import type { LogStream } from "../infrastructure/log-groups.ts";
import { deliveryAlerts } from "./logging/alerts.ts";
import {
    DELIVERY_GRACE_SECONDS,
    HTTP_PORT,
    LOG_DIRECTORY,
    type LokiAddress,
    NODE_NAME,
    type PipelineArgs,
    pipeline,
    STATE_DIRECTORY,
} from "./logging/pipeline.ts";

/** A log group that is there. */
interface LogGroupFacts {
    readonly name: pulumi.Input<string>;
    readonly arn: pulumi.Input<string>;
}

/** Where the logs go. */
type LogDestination =
    | {
          readonly kind: "cloudwatch";
          readonly region: string;
          readonly groups: Readonly<Record<LogStream, LogGroupFacts>>;
          /** The cluster that the collector runs in, which its role trusts. */
          readonly cluster: { readonly name: string; readonly arn: pulumi.Input<string> };
          /**
           * Where they go as well, for searching.
           * @default nowhere
           */
          readonly loki?: LokiAddress;
      }
    /** Nowhere else: the collectors write all that they read to their own output. `kubectl logs` shows a whole node. */
    | { readonly kind: "stdout" };

/** What {@link Logging} is made of. */
export interface LoggingArgs {
    readonly config: StackConfig["fluentBit"];
    readonly cluster: ClusterFacts;
    /** Namespace that allows privileged pods; has to be there before. */
    readonly namespace: string;
    readonly destination: LogDestination;
}

const NAME = "fluent-bit";
const SYSTEM = "logging";
const CONFIG_FILE = "/fluent-bit/etc/pipeline.yaml";
/** The pause in which the agent still collects what other pods say as they stop, and the same again to spare. */
const STOP_SECONDS = DELIVERY_GRACE_SECONDS + 2 * 10;

const ROOT_REASON =
    "Log files and journals of the node belong to root and are readable by root alone; it reads them as their owner, " +
    "without any capability";

/** What goes into the pipeline. Names of groups are part of a text, so it is known when they are. */
function pipelineArgs({ config, destination }: LoggingArgs): pulumi.Output<PipelineArgs> {
    const { memory } = config.resources;
    if (destination.kind === "stdout") {
        return pulumi.output({ memory, destination: { kind: "stdout", collector: NAME } });
    }
    const { region, groups, loki } = destination;
    return pulumi.all([groups.application.name, groups.dataplane.name, groups.host.name]).apply(
        ([application, dataplane, host]): PipelineArgs => ({
            memory,
            destination: {
                kind: "cloudwatch",
                region,
                groups: { application, dataplane, host },
                ...(loki === undefined ? {} : { loki }),
            },
        }),
    );
}

/**
 * Fluent Bit on every node: the logs of all pods, and the journal with kubelet's and containerd's, to CloudWatch or to
 * its own output.
 *
 * What can be lost (`worstLoss` has the figures, from the buffer's own settings):
 * - nothing by a restart or an update of the collector: positions and undelivered records are on the node's disk, and
 *   what was being delivered when it was killed comes twice at worst;
 * - with a node that is drained or reclaimed on two minutes' notice: nothing while CloudWatch answers, since the
 *   collector needs at most 50 seconds from the signal to stop; otherwise what is in the buffer;
 * - with a node that dies at once: the last 5 seconds, 5 MB of a busy node, and what is in the buffer: nothing while
 *   CloudWatch answers, 2.5 GB at worst;
 * - in an outage of Loki: nothing of what has to be kept, which is in CloudWatch;
 * - in an outage of CloudWatch: the oldest records beyond 2 GB of pods' logs and 256 MB each of the rest, a node: after
 *   half an hour on a busy one;
 * - of a container that writes faster than the collector reads: what is unread 30 seconds after its log was rotated;
 * - of a container that is created and deleted within 5 seconds: everything.
 */
export class Logging extends pulumi.ComponentResource {
    /** Labels that select the collectors' pods. */
    readonly selectorLabels: Readonly<Record<string, string>>;

    constructor(name: string, args: LoggingArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:platform:Logging", name, {}, opts);
        // The SDK takes the nested list as it is.
        const after = dependencyList(opts.dependsOn);
        // A pod that starts before its association exists never gets credentials.
        const agent = this.#agent(args, [...after, ...this.#access(args)]);
        this.#alerts(args, after);
        this.selectorLabels = agent.selectorLabels;
        this.registerOutputs({});
    }

    #access({ destination, namespace }: LoggingArgs): pulumi.Resource[] {
        if (destination.kind === "stdout") {
            return [];
        }
        const { groups, cluster } = destination;
        const identity = new PodIdentity(
            NAME,
            {
                clusterName: cluster.name,
                clusterArn: cluster.arn,
                namespace,
                serviceAccount: NAME,
                statements: [
                    {
                        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
                        resources: Object.values(groups).map(({ arn }) => pulumi.interpolate`${arn}:*`),
                    },
                ],
            },
            { parent: this },
        );
        return [identity];
    }

    #agent(args: LoggingArgs, dependsOn: pulumi.Input<pulumi.Resource>[]): NodeAgent {
        const { config, cluster, namespace } = args;
        return new NodeAgent(
            NAME,
            {
                namespace,
                system: SYSTEM,
                cluster,
                image: config.image,
                // Not by the image's entry point, which reads a file of its own and loads plugins that nothing here uses.
                command: ["/fluent-bit/bin/fluent-bit", "--config", CONFIG_FILE],
                env: { [NODE_NAME]: { field: "spec.nodeName" } },
                configFiles: { [CONFIG_FILE]: pipelineArgs(args).apply(pipeline) },
                hostPaths: {
                    [LOG_DIRECTORY]: { path: LOG_DIRECTORY },
                    [STATE_DIRECTORY]: { path: STATE_DIRECTORY, access: "write", type: "DirectoryOrCreate" },
                },
                resources: config.resources,
                security: { exceptions: { rootUser: ROOT_REASON } },
                // Metadata of a record's pod; Fluent Bit asks for one pod at a time and remembers it.
                apiAccess: { clusterRules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
                ports: { http: HTTP_PORT },
                metrics: { port: "http", path: "/api/v2/metrics/prometheus" },
                health: {
                    ready: { kind: "http", path: "/api/v1/health", port: "http" },
                    // A destination that refuses records is not mended by a restart.
                    alive: { kind: "http", path: "/api/v1/uptime", port: "http" },
                    startUp: "1 minute",
                },
                shutdown: { gracePeriod: duration(STOP_SECONDS) },
            },
            { parent: this, dependsOn },
        );
    }

    #alerts({ cluster, namespace }: LoggingArgs, after: readonly pulumi.Input<pulumi.Resource>[]): void {
        const { labels, dependsOn } = resolveClusterFacts(cluster).monitoring;
        const name = `${NAME}-delivery`;
        const group = deliveryAlerts({ name: NAME, namespace, system: SYSTEM, containers: [NAME] });
        new k8s.apiextensions.CustomResource(
            name,
            {
                ...PROMETHEUS_RULE,
                spec: prometheusRuleSpec([group]),
                metadata: { name, namespace, labels: { ...workloadLabels(NAME, SYSTEM), ...labels } },
            },
            { parent: this, dependsOn: [...after, ...dependsOn] },
        );
    }
}
