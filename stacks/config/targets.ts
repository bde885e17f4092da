import { z } from "zod";
import { ValueError } from "../../components/support/errors.ts";
import { parseBlock } from "../infrastructure/ipv4.ts";
import { accountIds, buckets, imageCache } from "./aws.ts";
import { jupyterhub, metabase, redash, superset, zeppelin } from "./bi.ts";
import { databaseOfChoice, inClusterDatabase, rdsDatabase } from "./databases.ts";
import { count, documented, matching, readable, refuse, roleArn, section, volumeSize } from "./fields.ts";
import { flink } from "./flink.ts";
import { retentionDays } from "./logging.ts";
import { nodeUpdates, poolSections } from "./pools.ts";
import { sparkSections } from "./spark.ts";

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

const cidr = () =>
    documented(readable<string>(parseBlock), { constraint: "a range of IPv4 addresses with its prefix" });

/** Who may reach the API server from outside of the VPC. */
const endpointCidr = () => {
    const schema = readable<string>((text) => {
        if (parseBlock(text).prefix < SHORTEST_ENDPOINT_PREFIX) {
            throw new ValueError(
                text,
                "it opens the API server to the internet",
                "List the ranges of office, VPN and runners",
            );
        }
    });
    return documented(schema, { constraint: `a range with a prefix of ${SHORTEST_ENDPOINT_PREFIX} or longer` });
};

const zone = () =>
    matching(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "it is no name of an availability zone", 'Write it like "eu-central-1a"');

const version = () => {
    const schema = readable<string>((text) => {
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
    return documented(schema, { constraint: `1.${OLDEST_MINOR} or later, in quotes` });
};

const unique = (values: readonly string[], sink: Parameters<typeof refuse>[0], what: string): void => {
    const twice = values.findIndex((value, index) => values.indexOf(value) !== index);
    if (twice >= 0) {
        refuse(sink, `the ${what} is listed twice`, "Remove it", [twice], values[twice]);
    }
};

/** Sections of a stack that makes its own cluster on EKS. */
export const eksSections = {
    /** What the stack runs on: here, a cluster of its own. */
    target: z.literal("eks"),
    /** Production keeps what cannot be made again, and is held to what has been promised. */
    environment: z.enum(["prod", "staging"]),
    /** The region that everything is made in, as the provider's own setting. */
    region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "it is no name of a region", 'Write it like "eu-central-1"'),
    /** The one account that the provider accepts, and that names and policies are made with. */
    account: accountIds(),
    network: section({
        /** Addresses of the VPC; subnets are cut out of it, and a change makes everything anew. */
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
        /** Kubernetes' minor version, of control plane and nodes. */
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
    /** How long logs are kept. */
    logs: section({ retentionDays: retentionDays() }),
    /** Prometheus' own storage. */
    monitoring: section({
        /** Of each replica. */
        storage: volumeSize(),
        /** Days that metrics are kept, as far as the storage holds them. */
        retentionDays: count(1, 3650),
    }),
    /** PostgreSQL for Airflow's metadata. */
    metadataDatabase: databaseOfChoice(),
    /** A server of RDS for the databases of Metabase and of the other tools to look at data with. */
    metabaseDatabase: rdsDatabase().optional(),
    /**
     * Metabase, on that server.
     * @default none
     */
    metabase: metabase().optional(),
    /**
     * Superset, on that server.
     * @default none
     */
    superset: superset().optional(),
    /**
     * Redash, on that server.
     * @default none
     */
    redash: redash().optional(),
    /**
     * Zeppelin, on a volume of its own.
     * @default none
     */
    zeppelin: zeppelin().optional(),
    /**
     * JupyterHub, on that server, with the users' notebooks in the pool of jobs.
     * @default none
     */
    jupyterhub: jupyterhub().optional(),
    /**
     * Flink, for the team's streaming jobs.
     * @default none
     */
    flink: flink().optional(),
    /** How long objects are kept. */
    buckets: buckets(),
    /** Public images through the account's own registry. */
    imageCache: imageCache().optional(),
    ...sparkSections,
};

/** Sections of a stack on a cluster that is there. */
export const kubeconfigSections = {
    /** What the stack runs on: here, a cluster that is there. */
    target: z.literal("kubeconfig"),
    /** Nothing is kept for good. */
    environment: z.literal("local"),
    /** Context of the kubeconfig. */
    context: z.string().min(1),
    /** A class of the cluster for all claims. */
    storageClass: z.string().min(1),
    /** PostgreSQL for Airflow's metadata. */
    metadataDatabase: inClusterDatabase(),
};
