import assert from "node:assert/strict";
import { Priorities, priorityClass } from "../../../stacks/platform/priorities.ts";
import { type Collected, collect, only } from "../../support/mocks.ts";

const CLASS = "kubernetes:scheduling.k8s.io/v1:PriorityClass";

describe("Priorities", () => {
    let made: Collected[] = [];
    before(async () => {
        made = await collect(() => {
            new Priorities("platform", {});
        });
    });

    const of = (priority: Parameters<typeof priorityClass>[0]) => only(made, CLASS, priorityClass(priority)).inputs;

    it("rank data over services over pods without a class over batch, and all under the cluster's own", () => {
        const [data, service, batch] = [of("data").value, of("service").value, of("batch").value];
        assert.ok(2_000_000_000 > data && data > service && service > 0 && 0 > batch);
    });

    it("let batch evict nobody, and be nobody's default", () => {
        assert.equal(of("batch")["preemptionPolicy"], "Never");
        assert.equal(of("data")["preemptionPolicy"], "PreemptLowerPriority");
        assert.ok(made.every(({ inputs }) => inputs["globalDefault"] === undefined));
    });
});
