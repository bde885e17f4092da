import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";

/** What {@link Logs} is made of. */
export interface LogsArgs {
    /** Name of the cluster, which the groups' names contain. */
    readonly clusterName: string;
    /** Days for which events are kept; one of the numbers that CloudWatch takes. */
    readonly retentionDays: number;
    /** Whether the groups are protected against deletion, by Pulumi and by CloudWatch. */
    readonly protect: boolean;
}

/**
 * Streams of a cluster's logs, as Container Insights names them: of pods, of the hosts' journals, and of the programs
 * that make a node one (kubelet, CNI, CSI, proxy).
 */
export type LogStream = "application" | "host" | "dataplane";

/**
 * The log groups of a cluster. They are here before whatever writes to them, because a group that a writer creates
 * keeps its events for ever.
 *
 * They outlive the stack. One that is made again finds them in its way (`ResourceAlreadyExistsException`) until it has
 * taken them over, each by `npx pulumi import aws:cloudwatch/logGroup:LogGroup NAME GROUP`, where NAME is the resource's
 * name (`data-platform-prod-control-plane`) and GROUP the group's (`/aws/eks/data-platform-prod/cluster`).
 */
export class Logs extends pulumi.ComponentResource {
    /** Groups that the nodes' log collector writes to. */
    readonly groups: Readonly<Record<LogStream, cloudwatch.LogGroup>>;
    /** The group that EKS writes the control plane's logs to; the name is given. */
    readonly controlPlane: cloudwatch.LogGroup;

    constructor(name: string, args: LogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:Logs", name, {}, opts);
        const group = (suffix: string, groupName: string): cloudwatch.LogGroup =>
            new cloudwatch.LogGroup(
                `${name}-${suffix}`,
                {
                    name: groupName,
                    retentionInDays: args.retentionDays,
                    deletionProtectionEnabled: args.protect,
                    // Beside retainOnDelete, which policies are not shown.
                    skipDestroy: true,
                    tags: { Name: groupName },
                },
                { parent: this, protect: args.protect, retainOnDelete: true },
            );
        const stream = (key: LogStream) => group(key, `/aws/containerinsights/${args.clusterName}/${key}`);

        this.controlPlane = group("control-plane", `/aws/eks/${args.clusterName}/cluster`);
        this.groups = { application: stream("application"), host: stream("host"), dataplane: stream("dataplane") };
        this.registerOutputs({});
    }
}
