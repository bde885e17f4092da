import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";

/** What log groups have in common. */
export interface LogGroupArgs {
    /** Days for which events are kept; one of the numbers that CloudWatch takes. */
    readonly retentionDays: number;
    /** Whether the groups are protected against deletion, by Pulumi and by CloudWatch. */
    readonly protect: boolean;
    /** The key that events are encrypted with; it has to be for groups of that name (see {@link logGroupPrefixes}). */
    readonly keyArn: pulumi.Input<string>;
}

/** What {@link Logs} is made of. */
export interface LogsArgs extends LogGroupArgs {
    /** Name of the cluster, which the groups' names contain. */
    readonly clusterName: string;
}

const CONTROL_PLANE = "/aws/eks/";
const CONTAINERS = "/aws/containerinsights/";
const DATABASES = "/aws/rds/instance/";

/** What the names of all log groups of a stack begin with: those of its cluster, and of its databases. */
export function logGroupPrefixes(name: string): string[] {
    return [`${CONTROL_PLANE}${name}/`, `${CONTAINERS}${name}/`, `${DATABASES}${name}-`];
}

/** The name of the group that RDS writes a database's log to; it is given. */
export function databaseLogGroup(identifier: string, log: string): string {
    return `${DATABASES}${identifier}/${log}`;
}

/** A log group that is there before whatever writes to it, and that outlives the stack. */
export function logGroup(
    name: string,
    groupName: string,
    { retentionDays, protect, keyArn }: LogGroupArgs,
    parent: pulumi.Resource,
): cloudwatch.LogGroup {
    return new cloudwatch.LogGroup(
        name,
        {
            name: groupName,
            retentionInDays: retentionDays,
            deletionProtectionEnabled: protect,
            kmsKeyId: keyArn,
            // Beside retainOnDelete, which policies are not shown.
            skipDestroy: true,
            tags: { Name: groupName },
        },
        { parent, protect, retainOnDelete: true },
    );
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
        const stream = (key: LogStream) =>
            logGroup(`${name}-${key}`, `${CONTAINERS}${args.clusterName}/${key}`, args, this);

        this.controlPlane = logGroup(
            `${name}-control-plane`,
            `${CONTROL_PLANE}${args.clusterName}/cluster`,
            args,
            this,
        );
        this.groups = { application: stream("application"), host: stream("host"), dataplane: stream("dataplane") };
        this.registerOutputs({});
    }
}
