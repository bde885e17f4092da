import assert from "node:assert/strict";
import { statefulSetAlerts } from "../../../components/alerts/stateful-set.ts";
import { volumeAlerts } from "../../../components/alerts/volumes.ts";
import { ruleOf, statefulSet } from "./samples.ts";

const group = { name: "volumes", rules: volumeAlerts(statefulSet) };

describe("alerts on volumes", () => {
    it("are about the claims alone", () => {
        for (const rule of group.rules) {
            const claims = [...rule.expr.matchAll(/persistentvolumeclaim=~("[^"]*")/g)].map((match) => match[1]);
            assert.ok(claims.length > 0, rule.alert);
            assert.deepEqual(new Set(claims), new Set(['"data-kafka-100|data-kafka-101|data-kafka-102"']));
        }
    });

    it("page at 3 %, and warn at 15 % with a trend of four days", () => {
        assert.match(ruleOf(group, "VolumeAlmostFull").expr, / < 0\.03$/);
        assert.match(
            ruleOf(group, "VolumeFillingUp").expr,
            / < 0\.15\nand .*predict_linear\(.*\[6h\], 345600\)\) < 0$/,
        );
    });

    it("tell of a resize by the label that kube-state-metrics really has", () => {
        assert.match(ruleOf(group, "VolumeResizePending").expr, /condition=~"Resizing\|FileSystemResizePending\|/);
    });

    it("are none without claims", () => {
        const none = statefulSetAlerts({ ...statefulSet, claims: [] });
        assert.deepEqual(
            none.rules.filter((rule) => rule.expr.includes("volume")),
            [],
        );
    });
});
