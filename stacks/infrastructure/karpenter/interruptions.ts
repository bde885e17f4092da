import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../policy.ts";

/** What AWS gives notice of, by the name of its rule. */
const NOTICES = {
    "spot-interruption": { source: "aws.ec2", detailType: "EC2 Spot Instance Interruption Warning" },
    rebalance: { source: "aws.ec2", detailType: "EC2 Instance Rebalance Recommendation" },
    "state-change": { source: "aws.ec2", detailType: "EC2 Instance State-change Notification" },
    /** Retirement and maintenance of machines among them. */
    "scheduled-change": { source: "aws.health", detailType: "AWS Health Event" },
} as const;

/** Nobody acts on an older notice: a spot instance is gone two minutes after it. */
const RETENTION_SECONDS = 300;

/** The queue's policy: EventBridge sends what the rules match; nobody does anything without TLS. */
export function queuePolicy(queueArn: string, ruleArns: readonly string[]): readonly PolicyStatement[] {
    return [
        {
            Sid: "Notices",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queueArn,
            Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
        },
        {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: queueArn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
    ];
}

/**
 * The queue through which Karpenter learns that a machine is about to go, so that its pods leave before. Encrypted with
 * SQS's own key: a notice holds the id of an instance, and EventBridge would need a key policy for another.
 *
 * Source: Karpenter, v1.14, "Reference", "CloudFormation", "Interruption Handling".
 */
export class InterruptionQueue extends pulumi.ComponentResource {
    readonly queue: sqs.Queue;
    /** What has to be there before a notice arrives. */
    readonly wiring: readonly pulumi.Resource[];

    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:InterruptionQueue", name, {}, opts);
        this.queue = new sqs.Queue(
            name,
            {
                name,
                messageRetentionSeconds: RETENTION_SECONDS,
                sqsManagedSseEnabled: true,
                tags: { Name: name },
            },
            { parent: this },
        );
        const rules = Object.entries(NOTICES).map(([notice, { source, detailType }]) => {
            const ruleName = `${name}-${notice}`;
            return new cloudwatch.EventRule(
                ruleName,
                {
                    name: ruleName,
                    description: `${detailType}, to Karpenter`,
                    eventPattern: JSON.stringify({ source: [source], "detail-type": [detailType] }),
                    tags: { Name: ruleName },
                },
                { parent: this },
            );
        });
        const policy = new sqs.QueuePolicy(
            name,
            {
                queueUrl: this.queue.url,
                policy: pulumi.jsonStringify({
                    Version: "2012-10-17",
                    Statement: pulumi
                        .all([this.queue.arn, pulumi.all(rules.map((rule) => rule.arn))])
                        .apply(([queueArn, ruleArns]) => queuePolicy(queueArn, ruleArns)),
                }),
            },
            { parent: this.queue },
        );
        const targets = rules.map(
            (rule, index) =>
                new cloudwatch.EventTarget(
                    `${name}-${Object.keys(NOTICES)[index]}`,
                    { rule: rule.name, arn: this.queue.arn },
                    { parent: rule, dependsOn: [policy] },
                ),
        );
        this.wiring = targets;
        this.registerOutputs({});
    }
}
