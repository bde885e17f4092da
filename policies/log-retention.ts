import { resourcePolicy, type Subject } from "./harness.ts";
import { at, type PlainObject, show, UNKNOWN } from "./predicates/plain.ts";

/** How long logs are kept where the configuration does not say: production's compliance rule, in days. */
const DEFAULT_RETENTION_DAYS = 30;

function retentionProblem({ object, label }: Subject, wanted: number): string | undefined {
    const days = at(object, "retentionInDays");
    if (days === UNKNOWN || (typeof days === "number" && days >= wanted)) {
        return undefined;
    }
    if (days === undefined || days === 0) {
        return (
            `${label}: retentionInDays is ${days === undefined ? "missing" : "0"}, so events are never deleted and ` +
            `cost grows without end. Set retentionInDays: ${wanted} or a longer period that CloudWatch offers.`
        );
    }
    return (
        `${label}: retentionInDays: got ${show(days)}; the rule is at least ${wanted} days, and what CloudWatch has ` +
        `deleted cannot be shown to an auditor. Set retentionInDays: ${wanted} or more.`
    );
}

function judge(subject: Subject, config: PlainObject): readonly string[] {
    const wanted = typeof config["retentionDays"] === "number" ? config["retentionDays"] : DEFAULT_RETENTION_DAYS;
    const kept = at(subject.object, "skipDestroy");
    const found = [retentionProblem(subject, wanted)];
    if (config["keepOnDelete"] !== false && kept !== true && kept !== UNKNOWN) {
        found.push(
            `${subject.label}: skipDestroy is ${kept === undefined ? "missing" : show(kept)}; destroying the stack ` +
                `would delete its events before their ${wanted} days. Set skipDestroy: true (the option ` +
                "retainOnDelete does the same, but is not shown to policies).",
        );
    }
    return found.filter((message) => message !== undefined);
}

/** Rejects log groups that delete events too early, never, or with the stack. */
export const logRetention = resourcePolicy(
    {
        name: "log-retention",
        description: "A log group keeps its events for the configured days, also when the stack is destroyed.",
        enforcementLevel: "mandatory",
        severity: "high",
        configSchema: {
            properties: {
                retentionDays: { type: "integer", minimum: 1, default: DEFAULT_RETENTION_DAYS },
                keepOnDelete: { type: "boolean", default: true },
            },
        },
    },
    "aws:cloudwatch/logGroup:LogGroup",
    judge,
);
