import assert from "node:assert/strict";
import { scheduledJobAlerts } from "../../../components/alerts/cron-job.ts";
import { daemonSetAlerts } from "../../../components/alerts/daemon-set.ts";
import { deploymentAlerts } from "../../../components/alerts/deployment.ts";
import { jobAlerts } from "../../../components/alerts/job.ts";
import { statefulSetAlerts } from "../../../components/alerts/stateful-set.ts";
import type {
    AlertGroup,
    AlertRule,
    AlertSubject,
    BatchJobSubject,
    DeploymentSubject,
    NodeAgentSubject,
    ScheduleSubject,
    StatefulSetSubject,
} from "../../../components/alerts/subject.ts";

const subject = { namespace: "airflow", system: "airflow", containers: ["main"] } as const;

export const deployment: DeploymentSubject = {
    ...subject,
    name: "scheduler",
    replicaSeconds: 120,
    downtimeSeconds: 300,
};
export const statefulSet: StatefulSetSubject = {
    ...subject,
    name: "kafka",
    replicaSeconds: 240,
    downtimeSeconds: 300,
    minAvailable: 2,
    ordered: true,
    claims: ["data-kafka-100", "data-kafka-101", "data-kafka-102"],
};
export const nodeAgent: NodeAgentSubject = {
    ...subject,
    name: "fluent-bit",
    replicaSeconds: 360,
    everyNode: true,
    updatePercent: 10,
};
export const batchJob: BatchJobSubject = {
    ...subject,
    name: "migration",
    jobName: "migration-3f9a1c2b",
    deadlineSeconds: 600,
};
export const scheduledJob: ScheduleSubject = {
    ...subject,
    name: "nightly",
    deadlineSeconds: 3600,
    longestPauseSeconds: 90_000,
    startingDeadlineSeconds: 600,
};

/** The alerts of every kind of controller, and of each way that changes which alerts there are. */
export function everyGroup(change: Partial<AlertSubject & { replicaSeconds: number; downtimeSeconds: number }> = {}) {
    return [
        deploymentAlerts({ ...deployment, ...change }),
        deploymentAlerts({ ...deployment, ...change, autoscaled: { max: 12 } }),
        statefulSetAlerts({ ...statefulSet, ...change }),
        statefulSetAlerts({ ...statefulSet, ...change, ordered: false, claims: [], partition: 2 }),
        daemonSetAlerts({ ...nodeAgent, ...change }),
        daemonSetAlerts({ ...nodeAgent, ...change, everyNode: false }),
        jobAlerts({ ...batchJob, ...change }),
        scheduledJobAlerts({ ...scheduledJob, ...change }),
    ];
}

/** The one alert of that name. */
export function ruleOf(group: AlertGroup, alert: string): AlertRule {
    const [rule, ...others] = group.rules.filter((r) => r.alert === alert);
    assert.ok(rule && others.length === 0, `${group.name} has ${others.length + (rule ? 1 : 0)} alerts ${alert}`);
    return rule;
}

/** Whether a group has an alert of that name. */
export function hasRule(group: AlertGroup, alert: string): boolean {
    return group.rules.some((rule) => rule.alert === alert);
}

/** How long an alert waits, in seconds. */
export function waitOf(rule: AlertRule): number {
    const match = /^(\d+)([smh])$/.exec(rule.for ?? "0s");
    assert.ok(match, `${rule.alert} waits for ${rule.for}`);
    return Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as "s" | "m" | "h"];
}
