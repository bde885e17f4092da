import assert from "node:assert/strict";
import * as fc from "fast-check";
import { horizontalPodAutoscaler, scaledObject } from "../../../components/specs/autoscaler.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, rendered } from "./arbitraries.ts";

const LAG = {
    kind: "kafkaLag",
    bootstrapServers: "kafka:9092",
    group: "lake",
    topic: "events",
    partitions: 48,
    lagPerReplica: 5000,
} as const;

const range = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }));

describe("autoscaler specs", () => {
    it("keep the range and the target, for CPU and memory alike", () => {
        const kinds = fc.constantFrom<"cpu" | "memory">("cpu", "memory");
        fc.assert(
            fc.property(kinds, range, fc.integer({ min: 1, max: 100 }), (kind, [min, more], percent) => {
                const on = { kind, percent };
                const args = horizontalPodAutoscaler("web", OWNER, { min, max: min + more, on }, on);
                const object = rendered("autoscaling/v2", "HorizontalPodAutoscaler", args);
                assertValid(object);
                const { spec } = object as Inputs;
                assert.deepEqual([spec.minReplicas, spec.maxReplicas], [min, min + more]);
                assert.deepEqual(spec.metrics[0].resource, {
                    name: kind,
                    target: { type: "Utilization", averageUtilization: percent },
                });
            }),
        );
    });

    it("say lag as text, which is all that KEDA's metadata take", () => {
        fc.assert(
            fc.property(range, fc.integer({ min: 1, max: 10_000_000 }), ([min, more], lagPerReplica) => {
                const on = { ...LAG, lagPerReplica };
                const object = scaledObject("web", { min, max: min + more, on }, on);
                assertValid(object);
                assert.equal(object.spec.triggers[0]?.metadata["lagThreshold"], String(lagPerReplica));
            }),
        );
    });

    it("count all that is in a topic as lag of a group that has committed nothing", () => {
        const object = scaledObject("web", { min: 1, max: 2, on: LAG }, LAG);
        assert.equal(object.spec.triggers[0]?.metadata["offsetResetPolicy"], "earliest");
    });

    it("remove one pod a minute after five quiet minutes, whoever scales", () => {
        const on = { kind: "cpu", percent: 70 } as const;
        const direct = rendered("", "", horizontalPodAutoscaler("web", OWNER, { min: 1, max: 2, on }, on));
        const byKeda = scaledObject("web", { min: 1, max: 2, on: LAG }, LAG);
        const scaleDown = {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
        };
        assert.deepEqual(direct["spec"].behavior, { scaleDown });
        assert.deepEqual(byKeda.spec.advanced?.horizontalPodAutoscalerConfig?.behavior, { scaleDown });
    });
});
