import assert from "node:assert/strict";
import * as fc from "fast-check";
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

    it("loses no replica from the count, and finds no more room than there is", () => {
        const some = fc.record({
            replicas: fc.integer({ min: 1, max: 6 }),
            cpu: fc.constantFrom(0, 0.5, 2, 4),
            memory: fc.constantFrom(0, 2 ** 30, 2 ** 33),
            volumes: fc.integer({ min: 0, max: 1 }),
            zones: fc.constantFrom("required", "preferred", "none"),
            hosts: fc.constantFrom("required", "preferred", "none"),
        } as const);
        fc.assert(
            fc.property(fc.array(some, { maxLength: 5 }), fc.integer({ min: 1, max: 2 }), (changes, perZone) => {
                const there = nodes(perZone);
                const demands = changes.map((change, index) => demand(`w${index}`, change));
                const packing = pack(there, all(...demands));
                for (const loss of zoneLoss(there, packing)) {
                    const one = demands.find(({ workload }) => workload === loss.workload);
                    const ran = packing.placed.filter((pod) => pod.demand === one).length;
                    assert.ok(one !== undefined && loss.left <= loss.after && loss.after <= ran);
                    // What has a volume waits for its zone; everything else is elsewhere, or has no room there.
                    assert.equal(loss.after + loss.homeless, one.volumes > 0 ? loss.left : ran);
                    assert.equal(
                        loss.outcome === "up",
                        loss.left >= (one.volumes > 0 && one.replicas >= 3 ? one.replicas / 2 + 0.1 : 1),
                    );
                }
            }),
            { numRuns: 100 },
        );
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
