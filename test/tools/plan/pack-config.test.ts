import assert from "node:assert/strict";
import { type PolicyInfo, reconcile } from "../../../tools/plan/pack-config.ts";

const RETENTION: PolicyInfo = {
    name: "log-retention",
    level: "mandatory",
    wholeStack: false,
    remediationSteps: "",
    defaults: { retentionDays: 30 },
    required: ["retentionDays"],
};
const BUDGET: PolicyInfo = { ...RETENTION, name: "disruption-budget", level: "advisory", defaults: {}, required: [] };

function settings(content: Record<string, unknown>): unknown {
    return Object.fromEntries(reconcile([RETENTION, BUDGET], { name: "config/prod.json", content }));
}

describe("pack configuration", () => {
    it("keeps each policy's own level and defaults without a file", () => {
        assert.deepEqual(Object.fromEntries(reconcile([RETENTION, BUDGET], undefined)), {
            "log-retention": { level: "mandatory", properties: { retentionDays: 30 } },
            "disruption-budget": { level: "advisory", properties: {} },
        });
    });

    it("prefers a policy's entry over all, and all over the policy's own", () => {
        const content = { all: "mandatory", "log-retention": { enforcementLevel: "advisory", retentionDays: 7 } };
        assert.deepEqual(settings(content), {
            "log-retention": { level: "advisory", properties: { retentionDays: 7 } },
            "disruption-budget": { level: "mandatory", properties: {} },
        });
    });

    it("takes a bare level, and properties without one", () => {
        assert.deepEqual(settings({ "log-retention": { retentionDays: 1 }, "disruption-budget": "disabled" }), {
            "log-retention": { level: "mandatory", properties: { retentionDays: 1 } },
            "disruption-budget": { level: "disabled", properties: {} },
        });
    });

    it("names every entry that fits no policy and no level", () => {
        assert.throws(() => settings({ "log-retentoin": "mandatory", "disruption-budget": "strict" }), {
            name: "Refusal",
            message:
                /log-retentoin: the pack has no such policy\. Did you mean log-retention\?\n.*disruption-budget: got "strict"/,
        });
    });

    it("wants what a policy requires, unless it is disabled", () => {
        const strict: PolicyInfo = { ...RETENTION, defaults: {} };
        assert.throws(() => reconcile([strict], undefined), { message: /log-retention\.retentionDays: got nothing/ });
        const content = { "log-retention": "disabled" };
        assert.equal(
            reconcile([strict], { name: "config/prod.json", content }).get("log-retention")?.level,
            "disabled",
        );
    });
});
