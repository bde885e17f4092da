import assert from "node:assert/strict";
import type { Demand } from "../../../../tools/plan/capacity/demand.ts";
import { pack } from "../../../../tools/plan/capacity/packing.ts";
import { type ZoneLoss, zoneLoss } from "../../../../tools/plan/capacity/zone-loss.ts";
import { all, demand, nodes } from "./samples.ts";

function losses(perZone: number, ...demands: readonly Demand[]): Map<string, ZoneLoss> {
    const there = nodes(perZone);
    return new Map(zoneLoss(there, pack(there, all(...demands))).map((loss) => [loss.workload, loss]));
}

function short({ left, after, homeless, outcome }: ZoneLoss): unknown[] {
    return [left, after, homeless, outcome];
}

const PREFERRED = { zones: "preferred", hosts: "preferred" } as const;
const VOLUME = { volumes: 1, zones: "required", hosts: "required" } as const;

describe("zone loss", () => {
    it("leaves what is elsewhere, and moves what has no volume", () => {
        const found = losses(1, demand("web", { replicas: 2, ...PREFERRED }), demand("db", { replicas: 3, ...VOLUME }));
        assert.deepEqual([...found.values()].map(short), [
            [1, 2, 0, "up"],
            [2, 2, 0, "up"],
        ]);
    });

    it("counts a workload of volumes as up with most of it, any other with one", () => {
        const found = losses(
            1,
            demand("alone", {}),
            demand("single", { volumes: 1 }),
            demand("crowded", { replicas: 3, volumes: 1 }),
        );
        // No spread keeps these apart: the first node has them all.
        assert.deepEqual(short(found.get("alone") as ZoneLoss), [0, 1, 0, "back"]);
        assert.deepEqual(short(found.get("single") as ZoneLoss), [0, 0, 0, "gone"]);
        assert.equal(found.get("crowded")?.outcome, "gone");
    });

    it("finds that the others have no room", () => {
        const web = demand("web", { replicas: 3, cpu: 3, ...PREFERRED });
        assert.deepEqual(short(losses(1, web).get("web") as ZoneLoss), [2, 2, 1, "up"]);
    });

    it("takes the room of tasks and jobs, and tells nothing of them", () => {
        const found = losses(
            1,
            demand("web", { replicas: 3, cpu: 2, ...PREFERRED }),
            demand("task", { replicas: 3, cpu: 2, standing: false, priority: -1 }),
        );
        assert.deepEqual([...found.keys()], ["web"]);
        assert.deepEqual(short(found.get("web") as ZoneLoss), [2, 3, 0, "up"]);
    });

    it("tells the worst of the zones", () => {
        const found = losses(1, demand("web", { replicas: 4, ...PREFERRED }));
        assert.equal(found.get("web")?.left, 2);
    });

    it("knows what has been promised: the systems' workloads with a limit to their recovery", () => {
        const of = (system: string, promised: boolean): unknown =>
            losses(1, demand("w", { system, promised })).get("w")?.promise;
        assert.deepEqual(
            [of("airflow", true), of("kafka", true), of("airflow", false), of("shop", true), of("constructor", true)],
            ["orchestration", "ingestion", undefined, undefined, undefined],
        );
    });
});
