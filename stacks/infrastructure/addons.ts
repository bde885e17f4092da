import * as eks from "@pulumi/aws/eks/index.js";
import * as pulumi from "@pulumi/pulumi";
import { NODE_LOSS_TOLERATION } from "../../components/values/recovery-budget.ts";
import { podRole } from "./identity.ts";
import type { Statement } from "./policy.ts";
import { AGENT_NOT_READY } from "./pools.ts";

/** What {@link Addons} are made of. */
export interface AddonsArgs {
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    /** The key of volumes, which the driver that makes them has to hand on to EC2. */
    readonly volumeKeyArn: pulumi.Input<string>;
}

/** Where an add-on belongs, and what it waits for. */
export interface AddonOptions {
    /** The cluster. */
    readonly parent: pulumi.Resource;
    readonly dependsOn: pulumi.Resource[];
}

/**
 * An add-on, and the managed policy for its service account.
 *
 * Its version is the one that EKS has as default for the cluster's minor when the add-on is made, and stays that. To
 * raise it, also after the cluster's minor: `aws eks describe-addon-versions --addon-name NAME --kubernetes-version MINOR`
 * lists the versions, `aws eks update-addon --cluster-name CLUSTER --addon-name NAME --addon-version VERSION
 * --resolve-conflicts PRESERVE` installs one, and `npx pulumi up --refresh` takes it over into the state.
 */
interface AddonSpec {
    readonly addonName: string;
    /** As the add-on's own schema has it (`aws eks describe-addon-configuration`). */
    readonly configuration?: Readonly<Record<string, unknown>>;
    readonly access?: {
        readonly serviceAccount: string;
        readonly policyArn: string;
        /** Whether it makes encrypted volumes. */
        readonly encrypts?: true;
    };
}

/** Away from a lost node as fast as what they serve; EKS's defaults wait 300 s, or are the cluster's. */
const TOLERATIONS = [
    { key: "CriticalAddonsOnly", operator: "Exists" },
    ...["not-ready", "unreachable"].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: NODE_LOSS_TOLERATION,
    })),
];

/** Over zones and hosts, as far as there are any. */
function spread(labels: Readonly<Record<string, string>>): object[] {
    return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labels },
    }));
}

/**
 * What a node needs to become ready; there before the first one. The agent hands the CNI its credentials, so it is
 * first among them.
 */
const IDENTITY_AGENT: AddonSpec = { addonName: "eks-pod-identity-agent" };
const NODE_ADDONS: readonly AddonSpec[] = [
    {
        addonName: "vpc-cni",
        configuration: { enableNetworkPolicy: "true" },
        access: { serviceAccount: "aws-node", policyArn: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" },
    },
    { addonName: "kube-proxy" },
];

/**
 * Attachment slots of a node that volumes of pods cannot have. Nodes answer metadata requests over one hop, which the
 * driver's agent is beyond, so it asks Kubernetes and takes one network interface and one volume for granted
 * (aws-ebs-csi-driver, "Kubernetes Metadata"). Where interfaces and volumes share 28 slots (m6i), its own count has the
 * first interface already (27, `volume_limits.go`); left are the root volume and the other three interfaces that a
 * 2xlarge can have (EC2 user guide, "Maximum IP addresses per network interface"). Larger nodes can have more of them;
 * types that count volumes alone (m7i: 32) lose three.
 */
export const RESERVED_ATTACHMENTS = 1 + 3;

/**
 * Brings the custom resource definitions of snapshots; there before the driver, which looks for them when it is installed
 * (aws-ebs-csi-driver, "Installation"). EKS runs it twice, with a leader.
 *
 * It uses no volumes and starts before the driver's agent, which takes the taint off that new nodes have: without the
 * toleration the one would wait for the other.
 */
const SNAPSHOT_CONTROLLER: AddonSpec = {
    addonName: "snapshot-controller",
    configuration: { tolerations: [...TOLERATIONS, { key: AGENT_NOT_READY.key, operator: "Exists" }] },
};

/** What needs nodes to run on. */
const CLUSTER_ADDONS: readonly AddonSpec[] = [
    {
        addonName: "coredns",
        configuration: {
            replicaCount: 2,
            tolerations: TOLERATIONS,
            topologySpreadConstraints: spread({ "k8s-app": "kube-dns" }),
        },
    },
    {
        addonName: "aws-ebs-csi-driver",
        configuration: {
            controller: {
                replicaCount: 2,
                tolerations: TOLERATIONS,
                topologySpreadConstraints: spread({ app: "ebs-csi-controller" }),
            },
            // A node without the driver's agent cannot take volumes, whatever its taints.
            node: { tolerateAllTaints: true, reservedVolumeAttachments: RESERVED_ATTACHMENTS },
        },
        access: {
            serviceAccount: "ebs-csi-controller-sa",
            policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
            encrypts: true,
        },
    },
    {
        addonName: "metrics-server",
        configuration: {
            replicas: 2,
            tolerations: TOLERATIONS,
            topologySpreadConstraints: spread({ "app.kubernetes.io/name": "metrics-server" }),
        },
    },
    { addonName: "eks-node-monitoring-agent" },
];

/**
 * What making and attaching volumes with a key takes. Source: EKS user guide, "Amazon EBS CSI driver IAM role", the policy
 * for a custom KMS key.
 */
function volumeKeyStatements(keyArn: pulumi.Input<string>): Statement[] {
    return [
        {
            actions: ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
            resources: [keyArn],
            conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
        {
            actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            resources: [keyArn],
        },
    ];
}

/** EKS's own namespace for its add-ons. */
export const ADDON_NAMESPACE = "kube-system";

function addon({ addonName, configuration, access }: AddonSpec, args: AddonsArgs, opts: AddonOptions): eks.Addon {
    const name = `${args.clusterName}-${addonName}`;
    const associations =
        access === undefined
            ? []
            : [
                  {
                      serviceAccount: access.serviceAccount,
                      roleArn: podRole(
                          name,
                          { ...access, clusterArn: args.clusterArn, namespace: ADDON_NAMESPACE },
                          access.policyArn,
                          { parent: opts.parent },
                          access.encrypts === true ? volumeKeyStatements(args.volumeKeyArn) : [],
                      ),
                  },
              ];
    return new eks.Addon(
        name,
        {
            clusterName: args.clusterName,
            addonName,
            // What the program says wins, also over what somebody changed by hand.
            resolveConflictsOnCreate: "OVERWRITE",
            resolveConflictsOnUpdate: "OVERWRITE",
            ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
            ...(associations.length === 0 ? {} : { podIdentityAssociations: associations }),
            tags: { Name: name },
        },
        opts,
    );
}

/**
 * Add-ons that nodes need to become ready.
 */
export function nodeAddons(args: AddonsArgs, opts: AddonOptions): eks.Addon[] {
    const agent = addon(IDENTITY_AGENT, args, opts);
    return [agent, ...NODE_ADDONS.map((spec) => addon(spec, args, { ...opts, dependsOn: [agent] }))];
}

/**
 * Add-ons that run on nodes.
 *
 * @param opts.dependsOn the nodes
 */
export function clusterAddons(args: AddonsArgs, opts: AddonOptions): eks.Addon[] {
    const snapshots = addon(SNAPSHOT_CONTROLLER, args, opts);
    const after = { ...opts, dependsOn: [...opts.dependsOn, snapshots] };
    return [snapshots, ...CLUSTER_ADDONS.map((spec) => addon(spec, args, after))];
}
