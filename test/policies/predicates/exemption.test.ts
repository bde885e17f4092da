import assert from "node:assert/strict";
import { EXEMPT_REASON, EXEMPT_UNTIL } from "../../../policies/predicates/exemption.ts";
import { judgeResource, UNKNOWN_STRING } from "../judge.ts";
import { app, claim, controller, DEPLOYMENT, mounted, pod, policy } from "../workloads.ts";

const annotated = (annotations: object) => controller(mounted(app, claim), { name: "shop", annotations });
const reason = { [EXEMPT_REASON]: "moves to RDS in February, ticket 1207" };

describe("exemption from stateful-workload-as-deployment", () => {
    const CASES: readonly (readonly [string, object, RegExp | undefined])[] = [
        ["holds with reason and date", { ...reason, [EXEMPT_UNTIL]: "2026-12-31" }, undefined],
        ["holds on its last day", { ...reason, [EXEMPT_UNTIL]: "2026-11-21" }, undefined],
        [
            "holds where the reason is not known yet",
            { [EXEMPT_REASON]: UNKNOWN_STRING, [EXEMPT_UNTIL]: "2026-12-31" },
            undefined,
        ],
        ["ends on the day after", { ...reason, [EXEMPT_UNTIL]: "2026-11-20" }, /expired on 2026-11-20/],
        ["needs a date", reason, /exempt-until is missing/],
        ["needs a reason", { [EXEMPT_UNTIL]: "2026-12-31" }, /must give a reason/],
        [
            "needs more than an empty reason",
            { [EXEMPT_REASON]: " ", [EXEMPT_UNTIL]: "2026-12-31" },
            /must give a reason/,
        ],
        ["needs a date that exists", { ...reason, [EXEMPT_UNTIL]: "2026-02-30" }, /got "2026-02-30"/],
        ["needs the date's form", { ...reason, [EXEMPT_UNTIL]: "next year" }, /want a date/],
        ["needs a date that is known", { ...reason, [EXEMPT_UNTIL]: UNKNOWN_STRING }, /write the expiry date/],
        ["is not for ever", { ...reason, [EXEMPT_UNTIL]: "2036-01-01" }, /at most 180 days/],
    ];
    for (const [name, annotations, problem] of CASES) {
        it(name, () => {
            const messages = judgeResource(policy(), DEPLOYMENT, annotated(annotations));
            assert.equal(messages.length, problem === undefined ? 0 : 2);
            assert.match(messages[1] ?? "", problem ?? /^$/);
        });
    }

    it("reports an expired exemption of a workload that needs none", () => {
        const props = controller(pod(app), { annotations: { ...reason, [EXEMPT_UNTIL]: "2020-01-01" } });
        assert.equal(judgeResource(policy(), DEPLOYMENT, props).length, 1);
    });

    it("may last as long as the configuration says", () => {
        const props = annotated({ ...reason, [EXEMPT_UNTIL]: "2026-12-31" });
        assert.equal(judgeResource(policy(), DEPLOYMENT, props, { maxExemptionDays: 10 }).length, 2);
    });
});
