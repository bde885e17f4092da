import { having, lately, relabelled, without } from "../changes.ts";
import { series } from "../metric.ts";
import { all, type System } from "../system.ts";

const LEADS = "leader_uptime";
const FOLLOWERS = "synced_followers";
const WAITING = "outstanding_requests";

const of = (n: number) => ({ namespace: "data", container: "zookeeper", pod: `zookeeper-${n}` });

/** An ensemble of three. */
export const ZOOKEEPER: System = {
    rules: "zookeeper-ensemble",
    well: () => [
        series(LEADS, of(0), 60_000, 30_000),
        series(FOLLOWERS, of(0), 2),
        ...[0, 1, 2].map((n) => series(WAITING, of(n), 0)),
    ],
    misfortunes: [
        {
            what: "no leader",
            alerts: ["ZooKeeperNoLeader"],
            change: all(without(LEADS), without(FOLLOWERS)),
            nearly: {
                what: "another one than before",
                change: all(relabelled(LEADS, {}, of(1)), relabelled(FOLLOWERS, {}, of(1))),
            },
        },
        {
            what: "a follower that is missing",
            alerts: ["ZooKeeperFollowersMissing"],
            change: having(FOLLOWERS, { value: 1 }),
            nearly: { what: "while it restarts", change: lately(120, FOLLOWERS, 1) },
        },
        {
            what: "requests that pile up",
            alerts: ["ZooKeeperRequestsPile"],
            change: having(WAITING, { value: 20 }, of(2)),
            nearly: { what: "of which some wait", change: having(WAITING, { value: 8 }) },
        },
    ],
};
