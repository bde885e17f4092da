import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    nodeSelector,
    type SpreadRules,
    tolerations,
    topologySpread,
    ZONE_LABEL,
} from "../../../components/specs/placement.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { name, rendered } from "./arbitraries.ts";

const rules: fc.Arbitrary<SpreadRules> = fc.record({
    zones: fc.constantFrom<SpreadRules["zones"]>("required", "preferred", "none"),
    hosts: fc.constantFrom<SpreadRules["hosts"]>("required", "preferred"),
    perRevision: fc.boolean(),
});
const STRICTNESS = { required: "DoNotSchedule", preferred: "ScheduleAnyway" } as const;

describe("placement", () => {
    it("spreads over each of zones and hosts as strictly as is said, and never twice over one", () => {
        fc.assert(
            fc.property(name, rules, (workload, spread) => {
                const made = topologySpread(workload, spread) as readonly Inputs[];
                assertValid(rendered("v1", "Pod", { spec: { containers: [], topologySpreadConstraints: made } }));
                const wanted = [
                    ...(spread.zones === "none" ? [] : [[ZONE_LABEL, STRICTNESS[spread.zones]]]),
                    ["kubernetes.io/hostname", STRICTNESS[spread.hosts]],
                ];
                assert.deepEqual(
                    made.map((c) => [c["topologyKey"], c["whenUnsatisfiable"]]),
                    wanted,
                );
                assert.ok(made.every((c) => c["maxSkew"] === 1));
                assert.ok(made.every((c) => "matchLabelKeys" in c === spread.perRevision));
            }),
        );
    });

    it("counts a node that is being drained for what has its volume in a zone, and for nothing else", () => {
        fc.assert(
            fc.property(name, rules, (workload, spread) => {
                const made = topologySpread(workload, spread) as readonly Inputs[];
                const counting = made.filter((c) => c["nodeTaintsPolicy"] !== "Honor");
                assert.deepEqual(
                    counting.map((c) => [c["topologyKey"], c["nodeTaintsPolicy"]]),
                    spread.zones === "required" ? [[ZONE_LABEL, "Ignore"]] : [],
                );
            }),
        );
    });

    it("tolerates the taint of the very nodes that it selects", () => {
        fc.assert(
            fc.property(name, (pool) => {
                const [[key, value] = []] = Object.entries(nodeSelector(pool) ?? {});
                const own = tolerations(pool).filter((t) => (t as Inputs)["effect"] === "NoSchedule");
                assert.deepEqual(own, [{ key, operator: "Equal", value, effect: "NoSchedule" }]);
            }),
        );
    });

    it("without a pool selects no nodes and tolerates no pool", () => {
        assert.equal(nodeSelector(undefined), undefined);
        assert.deepEqual(
            tolerations(undefined).map((t) => (t as Inputs)["key"]),
            ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"],
        );
    });
});
