import { having, lately, silent } from "../changes.ts";
import { type Series, series } from "../metric.ts";
import { all, type System } from "../system.ts";

const metric = (name: string): string => `metrics_${name}_Value`;
const LEADS = metric("IsActiveMaster");
const WORKERS = metric("AvailableWorkerCount");
const APPLICATIONS = metric("RunningApplicationCount");
const EXCLUDED = metric("ExcludedWorkerCount");
const FREE = metric("DeviceCelebornFreeBytes");

const pod = (n: number): string => `celeborn-master-${n}`;

function master(n: number): readonly Series[] {
    const of = { namespace: "batch", container: "celeborn-master", pod: pod(n), role: "Master" };
    return [
        series(LEADS, of, n === 0 ? 1 : 0),
        series(WORKERS, of, 5),
        series(APPLICATIONS, of, 1),
        series(EXCLUDED, of, 0),
        series(FREE, of, 400),
        series(metric("DeviceCelebornTotalBytes"), of, 500),
    ];
}

const ONE_WORKER = having(WORKERS, { value: 1 });

/** Three masters and the workers that they know. */
export const CELEBORN: System = {
    rules: "celeborn",
    well: () => [0, 1, 2].flatMap(master),
    misfortunes: [
        {
            what: "masters without a leader",
            alerts: ["CelebornWithoutLeader"],
            change: having(LEADS, { value: 0 }),
            nearly: { what: "while one is elected", change: lately(60, LEADS, 0) },
        },
        {
            what: "one worker for an application",
            alerts: ["CelebornTooFewWorkers"],
            change: ONE_WORKER,
            nearly: { what: "for nobody", change: all(ONE_WORKER, having(APPLICATIONS, { value: 0 })) },
        },
        {
            what: "a worker that is given nothing",
            alerts: ["CelebornWorkersExcluded"],
            change: having(EXCLUDED, { value: 1 }),
            nearly: { what: "while it restarts", change: lately(240, EXCLUDED, 1) },
        },
        {
            what: "disks that are nearly full",
            alerts: ["CelebornDisksFilling"],
            change: having(FREE, { value: 25 }),
            nearly: { what: "on which some is left", change: having(FREE, { value: 75 }) },
        },
        {
            what: "masters that report nothing",
            alerts: ["CelebornMetricsMissing"],
            change: silent({ role: "Master" }),
            nearly: { what: "one that does not lead", change: silent({ pod: pod(2) }) },
        },
    ],
};
