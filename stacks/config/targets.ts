import { z } from "zod";
import { ValueError } from "../../components/support/errors.ts";
import { parseBlock } from "../infrastructure/ipv4.ts";
import { accountIds, buckets, imageCache } from "./aws.ts";
import { databaseOfChoice, inClusterDatabase, rdsDatabase } from "./databases.ts";
import { count, matching, readable, refuse, roleArn, section, volumeSize } from "./fields.ts";
import { nodeUpdates, poolSections } from "./pools.ts";

/** AWS services that an interface endpoint can bring into the VPC and that something here talks to. */
const ENDPOINT_SERVICES = [
    "autoscaling",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "kms",
    "logs",
    "monitoring",
    "secretsmanager",
    "ssm",
    "sts",
] as const;

/** A prefix that takes in more than this is the world in pieces. */
const SHORTEST_ENDPOINT_PREFIX = 8;

const OLDEST_MINOR = 35;

const cidr = () => readable<string>(parseBlock);

/** Who may reach the API server from outside of the VPC. */
const endpointCidr = () =>
    readable<string>((text) => {
        if (parseBlock(text).prefix < SHORTEST_ENDPOINT_PREFIX) {
            throw new ValueError(
                text,
                "it opens the API server to the internet",
                "List the ranges of office, VPN and runners",
            );
        }
    });

const zone = () =>
    matching(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "it is no name of an availability zone", 'Write it like "eu-central-1a"');

const version = () =>
    readable<string>((text) => {
        const match = /^1\.(\d{2})$/.exec(text);
        if (!match) {
            throw new ValueError(text, "EKS names a version by its minor", 'Write it like "1.35", in quotes');
        }
        if (Number(match[1]) < OLDEST_MINOR) {
            throw new ValueError(
                text,
                "zone labels reach pods through the downward API from 1.35",
                `Use "1.${OLDEST_MINOR}" or later`,
            );
        }
    });

const unique = (values: readonly string[], sink: Parameters<typeof refuse>[0], what: string): void => {
    const twice = values.findIndex((value, index) => values.indexOf(value) !== index);
    if (twice >= 0) {
        refuse(sink, `the ${what} is listed twice`, "Remove it", [twice], values[twice]);
    }
};

/** Sections of a stack that makes its own cluster on EKS. */
export const eksSections = {
    target: z.literal("eks"),
    environment: z.enum(["prod", "staging"]),
    /** `aws:region`. */
    region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "it is no name of a region", 'Write it like "eu-central-1"'),
    /** `aws:allowedAccountIds`: the one account that the provider accepts, and that names and policies are made with. */
    account: accountIds(),
    network: section({
        cidr: cidr(),
        /** Names, so that a preview asks AWS nothing. A zone's place decides its addresses: only append. */
        zones: z
            .array(zone())
            .min(1)
            .max(6)
            .superRefine((zones, sink) => unique(zones, sink, "zone")),
        /** One gateway in each zone, or one for all: cheaper, and gone with its zone. */
        natGateways: z.enum(["per-zone", "single"]),
        /** Services reached without the NAT gateways, at a price per zone and hour. */
        interfaceEndpoints: z
            .array(z.enum(ENDPOINT_SERVICES))
            .superRefine((names, sink) => unique(names, sink, "service")),
    }),
    cluster: section({
        version: version(),
        /** Ranges that reach the API server from outside of the VPC. */
        endpointCidrs: z.array(endpointCidr()).min(1),
        /**
         * Roles with all rights in the cluster, beside the one that creates it: EKS gives that one its entry, and making
         * a second fails (`ResourceInUseException`). Who creates it is known only while deploying, so nothing checks this.
         */
        adminRoleArns: z
            .array(roleArn())
            .min(1)
            .superRefine((arns, sink) => unique(arns, sink, "role")),
        /** Role that previews with read-only rights. */
        previewRoleArn: roleArn().optional(),
        /** Whether EKS refuses to delete the cluster. */
        deletionProtection: z.boolean(),
    }).superRefine(({ adminRoleArns, previewRoleArn }, sink) => {
        if (previewRoleArn !== undefined && adminRoleArns.includes(previewRoleArn)) {
            refuse(
                sink,
                "it is already an administrator",
                "Preview with a role of its own",
                ["previewRoleArn"],
                previewRoleArn,
            );
        }
    }),
    pools: poolSections(),
    /** When nodes that Karpenter started are replaced though they work. */
    nodeUpdates: nodeUpdates(),
    /** Prometheus' own storage. */
    monitoring: section({
        /** Of each replica. */
        storage: volumeSize(),
        retentionDays: count(1, 3650),
    }),
    /** PostgreSQL for Airflow's metadata. */
    metadataDatabase: databaseOfChoice(),
    /** A database of RDS for Metabase. */
    metabaseDatabase: rdsDatabase().optional(),
    /** How long objects are kept. */
    buckets: buckets(),
    /** Public images through the account's own registry. */
    imageCache: imageCache().optional(),
};

/** Sections of a stack on a cluster that is there. */
export const kubeconfigSections = {
    target: z.literal("kubeconfig"),
    environment: z.literal("local"),
    /** Context of the kubeconfig. */
    context: z.string().min(1),
    /** A class of the cluster for all claims. */
    storageClass: z.string().min(1),
    /** PostgreSQL for Airflow's metadata. */
    metadataDatabase: inClusterDatabase(),
};
