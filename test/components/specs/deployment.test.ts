import assert from "node:assert/strict";
import * as fc from "fast-check";
import { deployment } from "../../../components/specs/deployment.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, rendered, TEMPLATE } from "./arbitraries.ts";

const ARGS = { ...OWNER, template: TEMPLATE };
const wait = fc.nat({ max: 10_000 });

describe("deployment", () => {
    it("is one that the API takes: its deadline is above the time that a pod has to stay ready", () => {
        const update = fc.constantFrom<"surge" | "inPlace">("surge", "inPlace");
        fc.assert(
            fc.property(update, fc.nat({ max: 500 }), wait, wait, (kind, replicas, minReadySeconds, rolloutSeconds) => {
                const args = { ...ARGS, update: kind, replicas, minReadySeconds, rolloutSeconds };
                const object = rendered("apps/v1", "Deployment", deployment("web", args));
                assertValid(object);
                const { progressDeadlineSeconds, strategy } = object["spec"];
                assert.ok(progressDeadlineSeconds > minReadySeconds);
                assert.ok(progressDeadlineSeconds >= rolloutSeconds);
                // The API refuses a rollout that may neither add nor remove a pod.
                const { maxSurge, maxUnavailable } = strategy.rollingUpdate;
                assert.notDeepEqual([maxSurge, maxUnavailable], [0, 0]);
                assert.ok(maxSurge === 0 || maxUnavailable === 0);
            }),
        );
    });

    it("selects the pods of its own template", () => {
        const args = { ...ARGS, update: "surge", replicas: 1, minReadySeconds: 0, rolloutSeconds: 1 } as const;
        const { spec } = rendered("", "", deployment("web", args));
        for (const [key, value] of Object.entries(spec.selector.matchLabels)) {
            assert.equal(spec.template.metadata.labels[key], value);
        }
    });
});
