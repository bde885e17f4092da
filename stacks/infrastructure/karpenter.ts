import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { PodIdentity } from "./identity.ts";
import { InterruptionQueue } from "./karpenter/interruptions.ts";
import { controllerStatements } from "./karpenter/statements.ts";
import type { Site } from "./key-policy.ts";
import { nodeRole } from "./node-pools.ts";
import type { Statement } from "./policy.ts";

/** What {@link KarpenterAccess} is made of. */
export interface KarpenterAccessArgs {
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    readonly site: Site;
    /** What the nodes may do in AWS beside what every node has to. */
    readonly nodeStatements: readonly Statement[];
    /** Private subnets that nodes start in. */
    readonly subnetIds: readonly pulumi.Input<string>[];
    /** The cluster's own, which EKS makes: nodes, control plane and pods reach each other by it. */
    readonly securityGroupId: pulumi.Input<string>;
}

/** Whom Karpenter's rights are for: the pods of its controller. */
export const KARPENTER = { namespace: "karpenter", serviceAccount: "karpenter" } as const;

/** The role's name out of its ARN, and so known when the ARN is. */
function roleName(arn: string): string {
    return arn.slice(arn.lastIndexOf("/") + 1);
}

/**
 * Everything of AWS that Karpenter works with: the identity of the nodes that it starts, its own rights, and the queue on
 * which it learns of interruptions. The controller itself and its pools are in the cluster (platform/node-provisioning.ts).
 */
export class KarpenterAccess extends pulumi.ComponentResource {
    readonly clusterName: string;
    readonly queueName: pulumi.Output<string>;
    /** Of the nodes. Karpenter would make one itself, given rights on all instance profiles of the account. */
    readonly instanceProfile: pulumi.Output<string>;
    readonly subnetIds: readonly pulumi.Input<string>[];
    readonly securityGroupId: pulumi.Input<string>;
    /** What has to be there before the controller starts, and until the last of its nodes is gone. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: KarpenterAccessArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:KarpenterAccess", name, {}, opts);
        const { clusterName, clusterArn, site } = args;
        const roleArn = nodeRole(`${name}-nodes`, args.nodeStatements, { parent: this });
        const profile = new iam.InstanceProfile(
            `${name}-nodes`,
            { role: roleArn.apply(roleName), tags: { Name: `${name}-nodes` } },
            { parent: this },
        );
        // For managed groups EKS makes it; without one a node cannot join.
        const entry = new eks.AccessEntry(
            `${name}-nodes`,
            { clusterName, principalArn: roleArn, type: "EC2_LINUX", tags: { Name: `${name}-nodes` } },
            { parent: this },
        );
        const interruptions = new InterruptionQueue(name, { parent: this });
        const identity = new PodIdentity(
            name,
            {
                ...KARPENTER,
                clusterName,
                clusterArn,
                statements: controllerStatements({
                    clusterName,
                    clusterArn,
                    site,
                    nodeRoleArn: roleArn,
                    instanceProfileArn: profile.arn,
                    queueArn: interruptions.queue.arn,
                    subnetIds: args.subnetIds,
                    securityGroupId: args.securityGroupId,
                }),
            },
            { parent: this },
        );
        this.clusterName = clusterName;
        this.queueName = interruptions.queue.name;
        this.instanceProfile = profile.name;
        this.subnetIds = args.subnetIds;
        this.securityGroupId = args.securityGroupId;
        this.ready = [entry, identity, ...interruptions.wiring];
        this.registerOutputs({});
    }
}
