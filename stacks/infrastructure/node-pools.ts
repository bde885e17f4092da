import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { POOL_LABEL } from "../../components/support/naming.ts";
import { rolePolicy } from "./identity.ts";
import { amiType } from "./instance-types.ts";
import type { Statement } from "./policy.ts";
import type { Pool, Taint } from "./pools.ts";

/** What a {@link NodePool} is made of. */
export interface NodePoolArgs {
    readonly clusterName: string;
    /** Kubernetes' minor version; nodes follow the control plane. */
    readonly version: string;
    /** Release of EKS's image of Amazon Linux 2023 that they boot: `1.35.7-20260827`, or `latest`. */
    readonly amiRelease: string;
    /** One that managed groups scale. */
    readonly pool: Pool;
    /** Private subnets by zone; each gets a group of its own. */
    readonly subnets: ReadonlyMap<string, pulumi.Output<string>>;
    readonly roleArn: pulumi.Input<string>;
    /** What has to be there before a node starts, and until the last one is gone. */
    readonly needs: pulumi.Resource[];
}

/** Root volume of Amazon Linux 2023. */
const ROOT_DEVICE = "/dev/xvda";

/** Effects as EKS writes them. */
const EFFECTS: Readonly<Record<Taint["effect"], string>> = { NoSchedule: "NO_SCHEDULE", NoExecute: "NO_EXECUTE" };

const EC2_TRUST = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** What kubelet and image pulls need. The CNI has a role of its own. */
const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/**
 * A role for nodes, with its policies attached.
 *
 * @param statements what nodes may do beside them
 * @returns the role's ARN, known when the policies are there, so that no node starts without them
 */
export function nodeRole(
    name: string,
    statements: readonly Statement[],
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const role = new iam.Role(name, { assumeRolePolicy: EC2_TRUST, tags: { Name: name } }, opts);
    const attached = NODE_POLICIES.map(
        (policy) =>
            new iam.RolePolicyAttachment(
                `${name}-${policy}`,
                { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
                { parent: role },
            ),
    );
    const own = rolePolicy(name, role.name, statements, { parent: role });
    const ready = pulumi.all([...attached.map((attachment) => attachment.id), ...own]);
    return pulumi.all([role.arn, ready]).apply(([arn]) => arn);
}

/**
 * Managed nodes of one purpose: one group in each zone, so that a volume, which stays in its zone, always finds a node
 * there, and scaling one zone never moves nodes out of another. Nothing scales a group but the configuration's `typical`.
 */
export class NodePool extends pulumi.ComponentResource {
    constructor(name: string, args: NodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:NodePool", name, {}, opts);
        const template = this.#launchTemplate(name, args);
        for (const [zone, subnetId] of args.subnets) {
            this.#nodeGroup(`${name}-${zone}`, subnetId, template, args);
        }
        this.registerOutputs({});
    }

    #launchTemplate(name: string, args: NodePoolArgs): ec2.LaunchTemplate {
        const tags = { Name: name, [POOL_LABEL]: args.pool.name };
        return new ec2.LaunchTemplate(
            name,
            {
                updateDefaultVersion: true,
                // One hop: programs of the node reach its credentials, pods in a network of their own do not.
                metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1, httpEndpoint: "enabled" },
                blockDeviceMappings: [
                    {
                        deviceName: ROOT_DEVICE,
                        ebs: {
                            volumeType: "gp3",
                            volumeSize: args.pool.diskGiB,
                            encrypted: "true",
                            deleteOnTermination: "true",
                        },
                    },
                ],
                tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
                tags,
            },
            { parent: this },
        );
    }

    #nodeGroup(name: string, subnetId: pulumi.Input<string>, template: ec2.LaunchTemplate, args: NodePoolArgs): void {
        const { pool, subnets } = args;
        const instanceTypes = pool.instanceTypes.map((type) => type.name);
        const share = (all: number): number => all / subnets.size;
        new eks.NodeGroup(
            name,
            {
                clusterName: args.clusterName,
                version: args.version,
                ...(args.amiRelease === "latest" ? {} : { releaseVersion: args.amiRelease }),
                nodeRoleArn: args.roleArn,
                subnetIds: [subnetId],
                amiType: amiType(instanceTypes),
                capacityType: "ON_DEMAND",
                instanceTypes,
                launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
                scalingConfig: {
                    minSize: share(pool.nodes.min),
                    desiredSize: share(pool.nodes.typical),
                    maxSize: share(pool.nodes.max),
                },
                updateConfig: { maxUnavailable: 1 },
                nodeRepairConfig: { enabled: true },
                labels: pool.labels,
                taints: [...pool.taints, ...pool.startupTaints].map((taint) => ({
                    ...taint,
                    effect: EFFECTS[taint.effect],
                })),
                tags: { Name: name },
            },
            { parent: this, dependsOn: args.needs },
        );
    }
}
