import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Packing, pack, ROOM } from "../../../../tools/plan/capacity/packing.ts";
import { all, demand, nodes } from "./samples.ts";

/** Pods by zone. */
function zones({ placed }: Packing, workload: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { node } of placed.filter((pod) => pod.demand.workload === workload)) {
        counts[node.zone] = (counts[node.zone] ?? 0) + 1;
    }
    return counts;
}

const SPREAD = { zones: "required", hosts: "required" } as const;

describe("pack", () => {
    it("puts one replica into each zone before a second into any", () => {
        const packing = pack(nodes(2), all(demand("web", { replicas: 4, zones: "preferred", hosts: "preferred" })));
        assert.deepEqual(
            Object.values(zones(packing, "web")).toSorted((a, b) => a - b),
            [1, 1, 2],
        );
        assert.equal(new Set(packing.placed.map(({ node }) => node.name)).size, 4);
    });

    it("goes where there is room when the spread is a preference, and says so when it is not", () => {
        const full = demand("full", { replicas: 2, cpu: 4, memory: 1 });
        const settled = pack(nodes(1, ["a", "b"]), all(full)).placed;
        const [web, db] = [
            demand("web", { replicas: 2, zones: "preferred" }),
            demand("db", { replicas: 2, ...SPREAD }),
        ];
        const both = pack([...settled.map(({ node }) => node), ...nodes(1, ["c"])], all(web), settled);
        assert.deepEqual(zones(both, "web"), { c: 2 });
        const strict = pack([...settled.map(({ node }) => node), ...nodes(2, ["c"])], all(db), settled);
        assert.deepEqual(
            strict.unplaced.map(({ pods, short }) => [pods, short]),
            [[1, []]],
        );
    });

    it("names what has run out", () => {
        const cases = [
            [demand("cpu", { cpu: 5 }), ["cpu"]],
            [demand("memory", { memory: 2 ** 40 }), ["memory"]],
            [demand("volumes", { volumes: 3 }), ["volumes"]],
            [demand("pods", { replicas: 31, cpu: 0, memory: 0 }), ["pods"]],
        ] as const;
        for (const [one, short] of cases) {
            assert.deepEqual(pack(nodes(1), all(one)).unplaced[0]?.short, short, one.workload);
        }
    });

    it("takes the higher priority first, and of one priority the larger", () => {
        const one = nodes(1, ["a"]);
        const unplaced = pack(
            one,
            all(
                demand("small", { replicas: 2 }),
                demand("large", { cpu: 3 }),
                demand("task", { priority: -1 }),
                demand("critical", { priority: 9 }),
            ),
        ).unplaced;
        assert.deepEqual(
            unplaced.map(({ demand: { workload }, pods }) => [workload, pods]),
            [
                ["small", 2],
                ["task", 1],
            ],
        );
    });

    it("never takes more of a node than there is, and loses no pod", () => {
        const some = fc.record({
            replicas: fc.integer({ min: 0, max: 9 }),
            cpu: fc.constantFrom(0, 0.25, 1, 3),
            memory: fc.constantFrom(0, 2 ** 30, 2 ** 33),
            volumes: fc.integer({ min: 0, max: 2 }),
            zones: fc.constantFrom("required", "preferred", "none"),
            hosts: fc.constantFrom("required", "preferred", "none"),
        } as const);
        fc.assert(
            fc.property(fc.array(some, { maxLength: 6 }), fc.integer({ min: 0, max: 3 }), (changes, perZone) => {
                const demands = changes.map((change, index) => demand(`w${index}`, change));
                const { placed, unplaced } = pack(nodes(perZone), all(...demands));
                const asked = demands.reduce((sum, { replicas }) => sum + replicas, 0);
                assert.equal(placed.length + unplaced.reduce((sum, { pods }) => sum + pods, 0), asked);
                for (const node of new Set(placed.map((pod) => pod.node))) {
                    const own = placed.filter((pod) => pod.node === node).map((pod) => ({ ...pod.demand, pods: 1 }));
                    for (const kind of ROOM) {
                        assert.ok(own.reduce((sum, pod) => sum + pod[kind], 0) <= node.room[kind] + 1e-6);
                    }
                }
            }),
            { numRuns: 50 },
        );
    });
});
