import * as kms from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type KeyUse, keyPolicy, type Site } from "./key-policy.ts";

/** What {@link Keys} are made of. */
export interface KeysArgs {
    /** The stack's name, which the keys' aliases begin with. */
    readonly name: string;
    readonly site: Site;
    /** Beginnings of the names of the log groups that the key for logs is for. */
    readonly logGroups: readonly string[];
    /** Whether a database of RDS needs one. */
    readonly databases: boolean;
    /** Whether Pulumi refuses to delete the keys: without them, what they encrypted is gone. */
    readonly protect: boolean;
}

/** Days in which a key's deletion can be taken back; the longest that KMS allows. */
const DELETION_DAYS = 30;

/** What a key is made of. */
export interface KeyArgs {
    readonly alias: string;
    readonly description: string;
    /** @default KMS's own: the account's policies decide */
    readonly policy?: string;
    readonly protect: boolean;
    /**
     * Whether it outlives the stack, because something does that is encrypted with it.
     * @default false
     */
    readonly keep?: boolean;
}

/** A key that is rotated every year, with an alias. */
export function key(name: string, args: KeyArgs, parent: pulumi.Resource): kms.Key {
    const { alias, description, policy, protect, keep } = args;
    const made = new kms.Key(
        name,
        {
            description,
            enableKeyRotation: true,
            deletionWindowInDays: DELETION_DAYS,
            ...(policy === undefined ? {} : { policy }),
            tags: { Name: alias },
        },
        { parent, protect, retainOnDelete: keep ?? false },
    );
    // A key that is kept gives up its alias, which the next one gets.
    const options = { parent: made, protect: false, retainOnDelete: false };
    new kms.Alias(name, { name: `alias/${alias}`, targetKeyId: made.keyId }, options);
    return made;
}

/**
 * The stack's own keys, beside the one that encrypts the cluster's Secrets: one for each kind of store, because each kind
 * is reached through another service, and a key's policy names the service. Fewer would let a role that decrypts objects
 * decrypt volumes as well. More, one a bucket or database, would cost a dollar a month each and separate nothing that the
 * statements of roles do not: they are tied to one bucket by the encryption context, to one database by its secret.
 *
 * None for nodes' root volumes, queues and cached images: they hold scratch data, notices and copies of public images,
 * and AWS's own keys encrypt them.
 */
export class Keys extends pulumi.ComponentResource {
    /** EBS volumes of claims. */
    readonly volumes: pulumi.Output<string>;
    /** Objects in buckets. */
    readonly buckets: pulumi.Output<string>;
    /** Log groups. */
    readonly logs: pulumi.Output<string>;
    /** RDS: storage, backups, performance data, and the secret with the administrator's password. */
    readonly databases: pulumi.Output<string> | undefined;

    constructor(name: string, args: KeysArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:Keys", name, {}, opts);
        const made = (purpose: string, description: string, use: KeyUse): pulumi.Output<string> =>
            key(
                `${name}-${purpose}`,
                {
                    alias: `${args.name}/${purpose}`,
                    description: `${description} of ${args.name}`,
                    policy: keyPolicy(use, args.site),
                    protect: args.protect,
                    // Volumes of claims, log groups, and snapshots of databases are there when the stack is gone.
                    keep: true,
                },
                this,
            ).arn;
        this.volumes = made("volumes", "Volumes", { via: ["ec2"], grants: true });
        this.buckets = made("buckets", "Objects", { via: ["s3"], grants: false });
        this.logs = made("logs", "Logs", { logGroups: args.logGroups });
        this.databases = args.databases
            ? made("databases", "Databases", { via: ["rds", "secretsmanager"], grants: true })
            : undefined;
        this.registerOutputs({});
    }
}
