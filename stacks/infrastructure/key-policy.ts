import type { PolicyStatement } from "./policy.ts";

/** The account and region that a stack's resources are in. */
export interface Site {
    /** Twelve digits. */
    readonly account: string;
    /** `eu-central-1`. */
    readonly region: string;
}

/** Who may encrypt and decrypt with a key. */
export type KeyUse =
    /**
     * Whoever's own policy names the key, and only while one of these services asks on their behalf: the short names of
     * `kms:ViaService`, `s3`. What is encrypted cannot be decrypted past the service, not even by an administrator.
     */
    | {
          readonly via: readonly string[];
          /** Whether the services hand the key on to themselves, as EC2 does for a volume that stays attached. */
          readonly grants: boolean;
      }
    /** CloudWatch Logs, for log groups whose names begin with one of these. */
    | { readonly logGroups: readonly string[] };

/**
 * What keeps a key in order, without one right to encrypt, to decrypt, or to give such rights to oneself by a grant.
 * Source: AWS KMS developer guide, "Default key policy", "Allows key administrators to administer the KMS key".
 */
const ADMINISTRATION = [
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
].map((action) => `kms:${action}`);

const CRYPTOGRAPHY = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/** In a key's own policy, this is the key. */
const THIS_KEY = "*";

function uses(use: KeyUse, { account, region }: Site): PolicyStatement[] {
    const principal = { AWS: accountRoot(account) };
    if ("logGroups" in use) {
        return [
            {
                Sid: "CloudWatchLogs",
                Effect: "Allow",
                Principal: { Service: `logs.${region}.amazonaws.com` },
                Action: CRYPTOGRAPHY,
                Resource: THIS_KEY,
                Condition: {
                    ArnLike: {
                        "kms:EncryptionContext:aws:logs:arn": use.logGroups.map(
                            (prefix) => `arn:aws:logs:${region}:${account}:log-group:${prefix}*`,
                        ),
                    },
                },
            },
        ];
    }
    const through = { "kms:ViaService": use.via.map((service) => `${service}.${region}.amazonaws.com`) };
    const cryptography: PolicyStatement = {
        Sid: "UseThroughServices",
        Effect: "Allow",
        Principal: principal,
        Action: CRYPTOGRAPHY,
        Resource: THIS_KEY,
        Condition: { StringEquals: through },
    };
    const grants: PolicyStatement = {
        Sid: "GrantsToServices",
        Effect: "Allow",
        Principal: principal,
        Action: ["kms:CreateGrant"],
        Resource: THIS_KEY,
        Condition: { StringEquals: through, Bool: { "kms:GrantIsForAWSResource": "true" } },
    };
    return use.grants ? [cryptography, grants] : [cryptography];
}

function accountRoot(account: string): string {
    return `arn:aws:iam::${account}:root`;
}

/**
 * The policy of a key: the account's policies say who administers it and who uses it, the latter through services alone.
 *
 * Source: AWS KMS developer guide, "kms:ViaService", "kms:GrantIsForAWSResource"; CloudWatch Logs user guide, "Encrypt log
 * data in CloudWatch Logs using AWS Key Management Service".
 */
export function keyPolicy(use: KeyUse, site: Site): string {
    const administration: PolicyStatement = {
        Sid: "Administration",
        Effect: "Allow",
        Principal: { AWS: accountRoot(site.account) },
        Action: ADMINISTRATION,
        Resource: THIS_KEY,
    };
    return JSON.stringify({ Version: "2012-10-17", Statement: [administration, ...uses(use, site)] });
}
