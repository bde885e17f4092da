import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import type * as kms from "@pulumi/aws/kms/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { PodIdentity } from "../infrastructure/identity.ts";
import { keyPolicy, type Site } from "../infrastructure/key-policy.ts";
import { key } from "../infrastructure/keys.ts";
import type { AlertTargets } from "./alerting-config.ts";

/** What {@link Alerting} is made of. */
export interface AlertingArgs {
    /** Name of the cluster, which the topics' names begin with. */
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    readonly site: Site;
    /** Namespace and service account of Alertmanager. */
    readonly namespace: string;
    readonly serviceAccount: string;
    /** Who is told. Each has to confirm by the link in a first message. */
    readonly emails: readonly string[];
    readonly protect: boolean;
}

/** Seconds that a data point of the heartbeat covers: five beats, so that one that is lost does not matter. */
const PERIOD_SECONDS = 300;
/** Data points without a beat after which the alarm goes off. */
const SILENT_PERIODS = 2;

/** What may publish to the people's topic beside Alertmanager: alarms of this account alone. */
function alarmsOf({ account }: Site): object {
    return { StringEquals: { "aws:SourceAccount": account } };
}

/**
 * The key of the topics: for whoever may use it, through SNS, and for alarms. SNS's own (`alias/aws/sns`) has a policy that
 * lets no alarm in. Source: Amazon SNS developer guide, "Enable compatibility between event sources from AWS services and
 * encrypted topics".
 */
function topicKeyPolicy(site: Site): string {
    const throughSns = JSON.parse(keyPolicy({ via: ["sns"], grants: false }, site)) as { Statement: object[] };
    const alarms = {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: alarmsOf(site),
    };
    return JSON.stringify({ ...throughSns, Statement: [...throughSns.Statement, alarms] });
}

/**
 * The way out for alerts: topics that Alertmanager publishes to as itself, without a stored key, and an alarm outside of the
 * cluster that goes off when its heartbeat stops. Prometheus has an alert that always fires; as long as it arrives, rules
 * are evaluated, Alertmanager runs, and its way to AWS is open.
 *
 * The alarm needs no metric that says "broken": no data is what it waits for (`treatMissingData: breaching`). From the last
 * beat to the message it takes 10 to 16 minutes.
 */
export class Alerting extends pulumi.ComponentResource {
    readonly targets: AlertTargets;

    constructor(name: string, args: AlertingArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:platform:Alerting", name, {}, opts);
        const { site, clusterName, protect } = args;
        const encryption = key(
            `${name}-topics`,
            {
                alias: `${clusterName}/alerts`,
                description: `Alerts of ${clusterName}`,
                policy: topicKeyPolicy(site),
                protect,
            },
            this,
        );
        const alerts = this.#topic(`${clusterName}-alerts`, encryption, args, true);
        const heartbeat = this.#topic(`${clusterName}-heartbeat`, encryption, args, false);
        args.emails.forEach((endpoint) => {
            new sns.TopicSubscription(
                `${name}-${endpoint}`,
                { topic: alerts.arn, protocol: "email", endpoint },
                { parent: alerts },
            );
        });
        this.#alarm(`${clusterName}-heartbeat`, alerts, heartbeat);
        new PodIdentity(
            `${name}-alertmanager`,
            {
                clusterName,
                clusterArn: args.clusterArn,
                namespace: args.namespace,
                serviceAccount: args.serviceAccount,
                statements: [
                    { actions: ["sns:Publish"], resources: [alerts.arn, heartbeat.arn] },
                    { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryption.arn] },
                ],
            },
            { parent: this },
        );
        this.targets = { region: site.region, alertsTopic: alerts.arn, heartbeatTopic: heartbeat.arn };
        this.registerOutputs({});
    }

    #topic(name: string, encryption: kms.Key, { site }: AlertingArgs, alarms: boolean): sns.Topic {
        const topic = new sns.Topic(
            name,
            { name, kmsMasterKeyId: encryption.arn, tags: { Name: name } },
            { parent: this },
        );
        const policy = topic.arn.apply((arn) =>
            JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Sid: "TlsOnly",
                        Effect: "Deny",
                        Principal: "*",
                        Action: "sns:Publish",
                        Resource: arn,
                        Condition: { Bool: { "aws:SecureTransport": "false" } },
                    },
                    ...(alarms
                        ? [
                              {
                                  Sid: "Alarms",
                                  Effect: "Allow",
                                  Principal: { Service: "cloudwatch.amazonaws.com" },
                                  Action: "sns:Publish",
                                  Resource: arn,
                                  Condition: alarmsOf(site),
                              },
                          ]
                        : []),
                ],
            }),
        );
        new sns.TopicPolicy(name, { arn: topic.arn, policy }, { parent: topic });
        return topic;
    }

    #alarm(name: string, alerts: sns.Topic, heartbeat: sns.Topic): void {
        new cloudwatch.MetricAlarm(
            name,
            {
                name,
                alarmDescription:
                    "Alertmanager's heartbeat has stopped: no alert of the cluster would arrive. First: kubectl --namespace " +
                    "monitoring get pods; if all run, the rules in Prometheus, then Alertmanager's log.",
                namespace: "AWS/SNS",
                metricName: "NumberOfMessagesPublished",
                dimensions: { TopicName: heartbeat.name },
                statistic: "Sum",
                period: PERIOD_SECONDS,
                evaluationPeriods: SILENT_PERIODS,
                threshold: 1,
                comparisonOperator: "LessThanThreshold",
                treatMissingData: "breaching",
                alarmActions: [alerts.arn],
                okActions: [alerts.arn],
                tags: { Name: name },
            },
            { parent: heartbeat },
        );
    }
}
