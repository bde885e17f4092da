import type { Input } from "@pulumi/pulumi";

/** Where alerts go. */
export interface AlertTargets {
    readonly region: string;
    /** ARN of the topic that people are subscribed to. */
    readonly alertsTopic: Input<string>;
    /** ARN of the topic that nothing but the heartbeat goes to. */
    readonly heartbeatTopic: Input<string>;
}

/** Alert of kube-prometheus-stack that always fires. */
const WATCHDOG = 'alertname = "Watchdog"';

const NOBODY = "nobody";
const PEOPLE = "people";
const HEARTBEAT = "heartbeat";

/** Seconds between two heartbeats. */
const HEARTBEAT_SECONDS = 60;

/** Alerts of one name and namespace come as one message. */
const GROUP_BY = ["alertname", "namespace"];

function topic(name: string, region: string, topicArn: Input<string>, sendResolved: boolean): object {
    return {
        name,
        // Without keys: the credentials are those of the pod's own role.
        sns_configs: [
            {
                sigv4: { region },
                topic_arn: topicArn,
                send_resolved: sendResolved,
                subject: "{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.namespace }}",
            },
        ],
    };
}

function suppressed(source: string, target: string, equal: readonly string[]): object {
    return { source_matchers: [source], target_matchers: [target], equal };
}

/**
 * Alertmanager's configuration: `critical` is repeated every four hours and `warning` once a day until it ends; anything
 * less is shown and sent nowhere.
 *
 * Source: Prometheus documentation, "Alerting configuration", `<route>`, `<sns_config>`, `<sigv4_config>`.
 */
export function alertmanagerConfig(targets: AlertTargets): object {
    const { region, alertsTopic, heartbeatTopic } = targets;
    return {
        route: {
            receiver: NOBODY,
            group_by: GROUP_BY,
            group_wait: "30s",
            group_interval: "5m",
            repeat_interval: "12h",
            routes: [
                {
                    receiver: HEARTBEAT,
                    matchers: [WATCHDOG],
                    group_wait: "0s",
                    group_interval: `${HEARTBEAT_SECONDS}s`,
                    // A little less, so that no beat is left out because the last was a moment late.
                    repeat_interval: `${HEARTBEAT_SECONDS - 10}s`,
                },
                { receiver: PEOPLE, matchers: ['severity = "critical"'], repeat_interval: "4h" },
                { receiver: PEOPLE, matchers: ['severity = "warning"'], repeat_interval: "24h" },
            ],
        },
        receivers: [
            { name: NOBODY },
            topic(PEOPLE, region, alertsTopic, true),
            topic(HEARTBEAT, region, heartbeatTopic, false),
        ],
        inhibit_rules: [
            suppressed('severity = "critical"', 'severity =~ "warning|info"', GROUP_BY),
            suppressed('alertname = "InfoInhibitor"', 'severity = "info"', ["namespace"]),
        ],
    };
}
