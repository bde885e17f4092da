import { having, lately } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System, type Turn } from "../system.ts";

const PHASE = "kube_pod_status_phase";
const SINCE = "kube_pod_start_time";
const REFUSED = "spark_application_failed_submission_count";

const DRIVER = "daily-report-driver";
const executor = (n: number): string => `daily-report-9f1c0a-exec-${n}`;
const PHASES = ["Pending", "Running", "Succeeded", "Failed"] as const;
type Phase = (typeof PHASES)[number];

/** Seconds that an attempt may take. */
const DEADLINE = 7200;

const of = (pod: string) => ({ namespace: "batch", pod });

function running(pod: string): readonly Series[] {
    return PHASES.map((phase) => series(PHASE, { ...of(pod), phase }, phase === "Running" ? 1 : 0));
}

/** A pod is in another phase. */
function into(phase: Phase, pod: string): Turn {
    return all(...PHASES.map((one) => having(PHASE, { value: one === phase ? 1 : 0 }, { ...of(pod), phase: one })));
}

/** A pod is in another phase for some seconds. */
function lastInto(seconds: number, phase: Phase, pod: string): Turn {
    return all(...PHASES.map((one) => lately(seconds, PHASE, one === phase ? 1 : 0, { ...of(pod), phase: one })));
}

/** The driver has run for longer, by a part of its deadline. */
function earlier(part: number): Turn {
    return (before) =>
        before.map((one) => (one.metric === SINCE ? { ...one, value: one.value - DEADLINE * part } : one));
}

const FIRST_WAITS = into("Pending", executor(1));

/** An application with a driver and two executors. */
export const SPARK_APPLICATION: System = {
    rules: "daily-report",
    well: (now) => [
        ...[DRIVER, executor(1), executor(2)].flatMap(running),
        series(SINCE, of(DRIVER), now - DEADLINE / 4),
        ...["daily-report", "large-report"].map((name) => series(REFUSED, { spark_application: name }, 0)),
    ],
    misfortunes: [
        {
            what: "a driver that failed",
            alerts: ["SparkApplicationFailed"],
            change: into("Failed", DRIVER),
            nearly: { what: "that is tried again", change: lastInto(30, "Failed", DRIVER) },
        },
        {
            what: "an application that cannot be submitted",
            alerts: ["SparkSubmissionFailed"],
            change: having(REFUSED, { value: 1 }, { spark_application: "daily-report" }),
            nearly: {
                what: "another one",
                change: having(REFUSED, { value: 1 }, { spark_application: "large-report" }),
            },
        },
        {
            what: "a driver without a node",
            alerts: ["SparkDriverPending"],
            change: into("Pending", DRIVER),
            nearly: { what: "while one is started", change: lastInto(120, "Pending", DRIVER) },
        },
        {
            what: "executors without a node",
            alerts: ["SparkExecutorsPending"],
            change: all(FIRST_WAITS, into("Pending", executor(2))),
            nearly: { what: "while another one runs", change: FIRST_WAITS },
        },
        {
            what: "an attempt that is about to reach its deadline",
            alerts: ["SparkApplicationNearDeadline"],
            change: earlier(0.6),
            nearly: { what: "with time to go", change: earlier(0.3) },
        },
    ],
};
