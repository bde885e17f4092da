import type { PolicyStatement } from "./policy.ts";

/** The oldest version of TLS that is taken. */
const OLDEST_TLS = "1.2";

/** The ARN of a bucket. */
export function bucketArn(bucket: string): string {
    return `arn:aws:s3:::${bucket}`;
}

/**
 * The policy of a bucket. It refuses and allows nothing: who may do what is in the policies of the workloads' roles, and
 * nobody of another account has a say.
 *
 * Source: Amazon S3 user guide, "Security best practices for Amazon S3" (`aws:SecureTransport`), "Policy keys"
 * (`s3:TlsVersion`).
 */
export function bucketPolicy(bucket: string): string {
    const everything = {
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn(bucket), `${bucketArn(bucket)}/*`],
    } as const;
    const statements: readonly PolicyStatement[] = [
        {
            Sid: "EncryptedConnections",
            Effect: "Deny",
            ...everything,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
            Sid: "CurrentTls",
            Effect: "Deny",
            ...everything,
            Condition: { NumericLessThan: { "s3:TlsVersion": OLDEST_TLS } },
        },
    ];
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
