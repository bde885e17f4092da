import { having, lately, without } from "../changes.ts";
import { series } from "../metric.ts";
import { all, type System } from "../system.ts";

const REGISTERED = "flink_jobmanager_numRegisteredTaskManagers";
const FAILED = "flink_jobmanager_job_numberOfFailedCheckpoints";
const RESTARTS = "flink_jobmanager_job_numRestarts";

const LEADER = { namespace: "flink", container: "flink-jobmanager", pod: "flink-jobmanager-a" };
const JOB = { ...LEADER, job_name: "clicks" };

/** A session cluster of three task managers that takes a checkpoint a minute. */
export const FLINK: System = {
    rules: "flink-jobs",
    well: () => [series(REGISTERED, LEADER, 3), series(FAILED, JOB, 4), series(RESTARTS, JOB, 2)],
    misfortunes: [
        {
            what: "no leader, and nothing is known of jobs",
            alerts: ["FlinkLeaderMissing"],
            change: all(without(REGISTERED), without(FAILED), without(RESTARTS)),
            nearly: { what: "one that nobody has registered with yet", change: lately(300, REGISTERED, 0) },
        },
        {
            what: "a task manager that is missing",
            alerts: ["FlinkTaskManagersMissing"],
            change: having(REGISTERED, { value: 2 }),
            nearly: { what: "that moves to another node", change: lately(300, REGISTERED, 2) },
        },
        {
            what: "checkpoints that fail",
            alerts: ["FlinkCheckpointsFailing"],
            change: having(FAILED, { growth: 0.5 }),
            nearly: { what: "now and then", change: having(FAILED, { growth: 0.1 }) },
        },
        {
            what: "a job that restarts again and again",
            alerts: ["FlinkJobRestarting"],
            change: having(RESTARTS, { growth: 0.25 }),
            nearly: { what: "now and then", change: having(RESTARTS, { growth: 0.05 }) },
        },
    ],
};
