import assert from "node:assert/strict";
import { type EksConfig, parseConfig } from "../../../stacks/config.ts";
import { clusterArn } from "../../../stacks/infrastructure/cluster.ts";
import { eksFoundation } from "../../../stacks/infrastructure/eks.ts";
import { COMPUTED, type Collected, collect, ofType, only } from "../../support/mocks.ts";
import { rawConfig } from "../raw-config.ts";

const ADDON = "aws:eks/addon:Addon";
const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const PROVIDER = "pulumi:providers:kubernetes";

function eksConfig(stack: "prod" | "staging"): EksConfig {
    const config = parseConfig(rawConfig(stack), "data-platform");
    assert.equal(config.target, "eks");
    return config;
}

function foundation(stack: "prod" | "staging"): Promise<Collected[]> {
    return collect(() => {
        eksFoundation(eksConfig(stack));
    });
}

describe("the foundation on EKS", () => {
    let prod: Collected[] = [];
    let staging: Collected[] = [];
    before(async () => {
        prod = await foundation("prod");
        staging = await foundation("staging");
    });

    const addon = (name: string): Collected => only(prod, ADDON, `data-platform-prod-${name}`);
    const cluster = (resources: readonly Collected[]): Collected => only(resources, "eks:index:Cluster");

    describe("control plane", () => {
        it("is reached from inside, and from the configured ranges", () => {
            const { inputs } = cluster(prod);
            assert.equal(inputs.endpointPrivateAccess, true);
            assert.deepEqual(inputs.publicAccessCidrs, eksConfig("prod").cluster.endpointCidrs);
            assert.equal(inputs.authenticationMode, "API");
        });

        it("lets administrators in, and previews look", () => {
            const policies = Object.values<{
                principalArn: string;
                accessPolicies: { cluster: { policyArn: string } };
            }>(cluster(prod).inputs.accessEntries).map((entry) => [
                entry.principalArn,
                entry.accessPolicies.cluster.policyArn.split("/").at(-1),
            ]);
            assert.deepEqual(policies, [
                ["arn:aws:iam::111122223333:role/data-platform-admin", "AmazonEKSClusterAdminPolicy"],
                ["arn:aws:iam::111122223333:role/data-platform-preview", "AmazonEKSAdminViewPolicy"],
            ]);
        });

        it("encrypts secrets with a key that rotates", () => {
            const key = only(prod, "aws:kms/key:Key", "data-platform-prod");
            assert.equal(key.inputs.enableKeyRotation, true);
            assert.deepEqual(cluster(prod).propertyDependencies["encryptionConfigKeyArn"], [key.urn]);
        });

        it("writes all its logs to a group that was there before", () => {
            assert.equal(cluster(prod).inputs.enabledClusterLogTypes.length, 5);
            const group = only(prod, "aws:cloudwatch/logGroup:LogGroup", "data-platform-prod-control-plane");
            assert.ok(cluster(prod).dependencies.includes(group.urn));
        });

        it("is protected in prod alone, as its key is", () => {
            assert.equal(cluster(prod).options.protect, true);
            assert.equal(cluster(prod).inputs.deletionProtection, true);
            assert.equal(only(prod, "aws:kms/key:Key", "data-platform-prod").options.protect, true);
            assert.equal(cluster(staging).options.protect, false);
            assert.equal(only(staging, "aws:kms/key:Key", "data-platform-staging").options.protect, false);
        });

        it("brings no nodes and no add-ons of its own", () => {
            const { inputs } = cluster(prod);
            assert.equal(inputs.skipDefaultNodeGroup, true);
            assert.equal(inputs.useDefaultVpcCni, true);
            assert.equal(inputs.bootstrapSelfManagedAddons, false);
            assert.equal(inputs.corednsAddonOptions.enabled, false);
            assert.equal(inputs.kubeProxyAddonOptions.enabled, false);
        });

        it("has an ARN that a sibling's tells", () => {
            assert.equal(
                clusterArn("arn:aws:kms:eu-central-1:111122223333:key/1234", "prod"),
                "arn:aws:eks:eu-central-1:111122223333:cluster/prod",
            );
        });
    });

    describe("nodes", () => {
        it("are in one group for each zone, which share their number evenly", () => {
            const groups = ofType(prod, NODE_GROUP);
            assert.deepEqual(
                groups.map((group) => group.name).toSorted(),
                ["a", "b", "c"].map((zone) => `data-platform-prod-infra-eu-central-1${zone}`),
            );
            for (const group of groups) {
                assert.deepEqual(group.inputs.scalingConfig, { minSize: 2, desiredSize: 3, maxSize: 5 });
                assert.equal(group.inputs.subnetIds.length, 1);
                assert.deepEqual(group.options.ignoreChanges, []);
            }
        });

        it("are known by their pool, and take pods when they can take volumes", () => {
            for (const { inputs } of ofType(prod, NODE_GROUP)) {
                assert.deepEqual(inputs.labels, { workload: "infra" });
                assert.deepEqual(inputs.taints, [
                    { key: "ebs.csi.aws.com/agent-not-ready", value: "true", effect: "NO_EXECUTE" },
                ]);
            }
        });

        it("are updated one at a time, repaired, and follow the control plane", () => {
            for (const { inputs } of ofType(prod, NODE_GROUP)) {
                assert.deepEqual(inputs.updateConfig, { maxUnavailable: 1 });
                assert.deepEqual(inputs.nodeRepairConfig, { enabled: true });
                assert.equal(inputs.version, eksConfig("prod").cluster.version);
                assert.equal(inputs.amiType, "AL2023_x86_64_STANDARD");
            }
        });

        it("keep their credentials from pods, and their disks encrypted", () => {
            const { inputs } = only(prod, "aws:ec2/launchTemplate:LaunchTemplate");
            assert.deepEqual(inputs.metadataOptions, {
                httpTokens: "required",
                httpPutResponseHopLimit: 1,
                httpEndpoint: "enabled",
            });
            assert.deepEqual(inputs.blockDeviceMappings[0].ebs, {
                volumeType: "gp3",
                volumeSize: 100,
                encrypted: "true",
                deleteOnTermination: "true",
            });
        });

        it("start when they can reach the internet and when the add-ons for nodes are there", () => {
            const [group] = ofType(prod, NODE_GROUP);
            for (const name of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
                assert.ok(group?.dependencies.includes(addon(name).urn), name);
            }
            for (const zone of eksConfig("prod").network.zones) {
                const route = only(prod, "aws:ec2/route:Route", `data-platform-prod-private-${zone}`);
                assert.ok(group?.dependencies.includes(route.urn), route.name);
            }
        });
    });

    describe("add-ons", () => {
        it("enforce network policies", () => {
            assert.equal(JSON.parse(addon("vpc-cni").inputs.configurationValues).enableNetworkPolicy, "true");
        });

        it("reach AWS by identities of their own", () => {
            for (const [name, serviceAccount] of [
                ["vpc-cni", "aws-node"],
                ["aws-ebs-csi-driver", "ebs-csi-controller-sa"],
            ] as const) {
                const [association] = addon(name).inputs.podIdentityAssociations;
                assert.equal(association.serviceAccount, serviceAccount);
                assert.equal(association.roleArn, COMPUTED);
            }
        });

        it("get a role when its policy is attached, not before", () => {
            for (const name of ["vpc-cni", "aws-ebs-csi-driver"]) {
                const attachment = only(
                    prod,
                    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                    `data-platform-prod-${name}`,
                );
                assert.ok(addon(name).propertyDependencies["podIdentityAssociations"]?.includes(attachment.urn), name);
            }
        });

        it("keep slots free for what the driver cannot count: the root volume and three interfaces", () => {
            const { node } = JSON.parse(addon("aws-ebs-csi-driver").inputs.configurationValues);
            assert.deepEqual(node, { tolerateAllTaints: true, reservedVolumeAttachments: 4 });
        });

        for (const name of ["coredns", "metrics-server", "aws-ebs-csi-driver"]) {
            it(`run ${name} twice, over zones, away from a lost node in 30 seconds`, () => {
                const values = JSON.parse(addon(name).inputs.configurationValues);
                const pods = values.controller ?? values;
                assert.equal(pods.replicaCount ?? pods.replicas, 2);
                assert.equal(pods.topologySpreadConstraints[0].topologyKey, "topology.kubernetes.io/zone");
                const seconds = pods.tolerations.map((one: { tolerationSeconds?: number }) => one.tolerationSeconds);
                assert.deepEqual(seconds, [undefined, 30, 30]);
            });
        }

        it("that run on nodes wait for them", () => {
            const group = ofType(prod, NODE_GROUP)[0]?.urn ?? "";
            assert.ok(addon("coredns").dependencies.includes(group));
        });
    });

    describe("providers", () => {
        it("apply on the server, and stay with the cluster when its kubeconfig changes", () => {
            for (const provider of ofType(prod, PROVIDER)) {
                assert.equal(provider.inputs.clusterIdentifier, "data-platform-prod");
                assert.equal(String(provider.inputs.enableServerSideApply), "true");
            }
        });

        it("are two, one of which takes over claims that exist", () => {
            const claims = only(prod, PROVIDER, "data-platform-prod-claims");
            const general = only(prod, PROVIDER, "data-platform-prod");
            assert.equal(String(claims.inputs.upsertExistingObjects), "true");
            assert.equal(general.inputs.upsertExistingObjects, undefined);
        });

        it("wait for what pods need to run", () => {
            const provider = only(prod, PROVIDER, "data-platform-prod");
            assert.ok(provider.dependencies.includes(addon("aws-ebs-csi-driver").urn));
            assert.ok(provider.dependencies.includes(addon("coredns").urn));
        });
    });

    describe("storage", () => {
        const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

        it("is encrypted, grows, and is bound where the pod is", () => {
            for (const { inputs } of ofType(prod, CLASS)) {
                assert.equal(inputs.provisioner, "ebs.csi.aws.com");
                assert.equal(inputs.parameters.encrypted, "true");
                assert.equal(inputs.volumeBindingMode, "WaitForFirstConsumer");
                assert.equal(inputs.allowVolumeExpansion, true);
            }
        });

        it("keeps stateful data, and is by default the class that does not", () => {
            const [retained, standard] = ["gp3-retain", "gp3"].map((name) => only(prod, CLASS, name).inputs);
            const isDefault = "storageclass.kubernetes.io/is-default-class";
            assert.deepEqual([retained?.reclaimPolicy, retained?.metadata.annotations[isDefault]], ["Retain", "false"]);
            assert.deepEqual([standard?.reclaimPolicy, standard?.metadata.annotations[isDefault]], ["Delete", "true"]);
        });

        it("has a class for throughput", () => {
            const attributes = only(prod, "kubernetes:storage.k8s.io/v1:VolumeAttributesClass");
            assert.equal(attributes.inputs.driverName, "ebs.csi.aws.com");
            assert.deepEqual(attributes.inputs.parameters, { type: "gp3", iops: "6000", throughput: "500" });
        });

        it("keeps that class, which claims that outlive the program do not let go, and takes it over again", () => {
            const { options, provider } = only(prod, "kubernetes:storage.k8s.io/v1:VolumeAttributesClass");
            assert.equal(options.retainOnDelete, true);
            const claims = only(prod, "pulumi:providers:kubernetes", "data-platform-prod-claims");
            assert.equal(claims.inputs.upsertExistingObjects, "true");
            assert.equal(provider, claims.urn);
        });
    });

    it("is smaller in staging", () => {
        assert.equal(ofType(staging, "aws:ec2/natGateway:NatGateway").length, 1);
        assert.deepEqual(ofType(staging, NODE_GROUP)[0]?.inputs.scalingConfig, {
            minSize: 1,
            desiredSize: 2,
            maxSize: 3,
        });
    });
});
