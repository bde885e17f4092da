import type { PoolFit, UnplacedPods } from "../capacity.ts";
import { count } from "../text.ts";
import type { UnknownPool } from "./pools.ts";
import type { ZoneLoss } from "./zone-loss.ts";

/** Something about the room that there is, which somebody should know. */
export interface Finding {
    /** An error breaks what production has promised. */
    readonly level: "error" | "warning";
    /** What it is about: `pools.infra`. */
    readonly subject: string;
    readonly message: string;
    /** What helps. */
    readonly fix: string;
}

/** What findings are made of. */
export interface FindingArgs {
    readonly environment: string;
    /** Number of zones. */
    readonly zones: number;
    readonly pools: readonly PoolFit[];
    readonly losses: readonly ZoneLoss[];
    readonly unknown: readonly UnknownPool[];
}

/**
 * The part of its safe share that a pool of fixed size should be used to, at least. Safe is what the other zones take over
 * when one is lost: two thirds with three. Less than half of it, and half of the nodes would carry everything; Karpenter's
 * pools have no floor, because it takes away what nothing uses.
 */
const FLOOR = 0.5;

function percent(share: number): string {
    return `${Math.round(share * 100)} %`;
}

function fixOf({ scaledBy }: PoolFit, tooLarge: boolean): string {
    if (scaledBy === "managed-groups") {
        return tooLarge
            ? "Use larger instances, or ask for less"
            : "Raise typical, use larger instances, or ask for less";
    }
    return tooLarge
        ? "Let the pool start larger instances (maxCpu), or ask for less: no number of nodes helps"
        : "Raise max, or run less at the same time: what waits runs later";
}

function fitFindings(pool: PoolFit, promised: Finding["level"]): Finding[] {
    const finding = (
        level: Finding["level"],
        { workload, pods, short, tooLarge }: UnplacedPods,
        when: string,
    ): Finding => ({
        level,
        subject: `pool ${pool.pool}`,
        message:
            `no room for ${count(pods, "pod")} of ${workload} on ${count(pool.nodes, "node")} of ${pool.instanceType}` +
            `${when}: ${short.length === 0 ? "the spread leaves none" : `short of ${short.join(", ")}`}`,
        fix: fixOf(pool, tooLarge),
    });
    return [
        ...pool.unplaced.map((pods) => finding(pool.scaledBy === "managed-groups" ? promised : "warning", pods, "")),
        ...pool.unplacedAtMost.map((pods) => finding("warning", pods, " when all is scaled to its most")),
    ];
}

function floorFindings({ pool, share }: PoolFit, zones: number): Finding[] {
    if (share === null) {
        return [];
    }
    const floor = (FLOOR * (zones - 1)) / Math.max(zones, 1);
    const used = Math.max(share.cpu, share.memory);
    return used >= floor
        ? []
        : [
              {
                  level: "warning",
                  subject: `pool ${pool}`,
                  message: `pods ask for ${percent(used)} of its nodes; less than ${percent(floor)} is paid for nothing`,
                  fix: "Lower typical, or use smaller instances",
              },
          ];
}

function lossFindings(losses: readonly ZoneLoss[], level: Finding["level"]): Finding[] {
    return losses
        .filter(({ promise }) => promise !== undefined)
        .flatMap(({ promise, workload, replicas, left, homeless, outcome }): Finding[] => {
            const subject = `${promise} with a zone gone`;
            if (outcome !== "up") {
                return [
                    {
                        level,
                        subject,
                        message: `${left} of ${replicas} replicas of ${workload} are left, which are too few`,
                        fix: workload.startsWith("rds/")
                            ? "Set multiAz: true"
                            : "Run more of them, so that they spread over the zones",
                    },
                ];
            }
            return homeless === 0
                ? []
                : [
                      {
                          level,
                          subject,
                          message: `no room in the other zones for ${count(homeless, "replica")} of ${workload}`,
                          fix: "Raise the pool's typical, or ask for less",
                      },
                  ];
        });
}

/** What is wrong with the room that there is. Promises are production's; elsewhere, breaking one is a warning. */
export function findingsOf({ environment, zones, pools, losses, unknown }: FindingArgs): Finding[] {
    const promised = environment === "prod" ? "error" : "warning";
    return [
        ...pools.flatMap((pool) => fitFindings(pool, promised)),
        ...lossFindings(losses, promised),
        ...pools.flatMap((pool) => floorFindings(pool, zones)),
        ...unknown.map(
            ({ pool, why }): Finding => ({
                level: "warning",
                subject: `pool ${pool.name}`,
                message: "how much fits on its nodes is not known",
                fix: why,
            }),
        ),
    ];
}
