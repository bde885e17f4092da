import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { POOL_LABEL } from "../../components/support/naming.ts";
import type { EksConfig } from "../config.ts";
import { amiType } from "./instance-types.ts";

/** What a {@link NodePool} is made of. */
export interface NodePoolArgs {
    readonly clusterName: string;
    /** Kubernetes' minor version; nodes follow the control plane. */
    readonly version: string;
    /** Name of the pool: the value of the label by which workloads choose it. */
    readonly pool: string;
    readonly nodes: EksConfig["pools"]["infra"];
    /** Private subnets by zone; each gets a group of its own. */
    readonly subnets: ReadonlyMap<string, pulumi.Output<string>>;
    readonly roleArn: pulumi.Input<string>;
    /** What has to be there before a node starts, and until the last one is gone. */
    readonly needs: pulumi.Resource[];
}

/** Root volume of Amazon Linux 2023. */
const ROOT_DEVICE = "/dev/xvda";

/**
 * Keeps pods off a new node until the CSI driver's agent has said how many volumes it takes; the agent removes it
 * (aws-ebs-csi-driver, "Node Startup Taint").
 */
const STARTUP_TAINT = { key: "ebs.csi.aws.com/agent-not-ready", value: "true", effect: "NO_EXECUTE" };

const EC2_TRUST = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** What kubelet and image pulls need. The CNI has a role of its own. */
const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/**
 * The role of all managed nodes, with its policies attached.
 *
 * @returns the role's ARN, known when the policies are attached, so that no node starts without them
 */
export function nodeRole(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    const role = new iam.Role(name, { assumeRolePolicy: EC2_TRUST, tags: { Name: name } }, opts);
    const attached = NODE_POLICIES.map(
        (policy) =>
            new iam.RolePolicyAttachment(
                `${name}-${policy}`,
                { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
                { parent: role },
            ),
    );
    return pulumi.all([role.arn, pulumi.all(attached.map((attachment) => attachment.id))]).apply(([arn]) => arn);
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
        const tags = { Name: name, [POOL_LABEL]: args.pool };
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
                            volumeSize: args.nodes.diskSize,
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
        const { nodes, subnets } = args;
        const share = (all: number): number => all / subnets.size;
        new eks.NodeGroup(
            name,
            {
                clusterName: args.clusterName,
                version: args.version,
                nodeRoleArn: args.roleArn,
                subnetIds: [subnetId],
                amiType: amiType(nodes.instanceTypes),
                capacityType: "ON_DEMAND",
                instanceTypes: nodes.instanceTypes,
                launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
                scalingConfig: {
                    minSize: share(nodes.min),
                    desiredSize: share(nodes.typical),
                    maxSize: share(nodes.max),
                },
                updateConfig: { maxUnavailable: 1 },
                nodeRepairConfig: { enabled: true },
                labels: { [POOL_LABEL]: args.pool },
                taints: [STARTUP_TAINT],
                tags: { Name: name },
            },
            { parent: this, dependsOn: args.needs },
        );
    }
}
