import assert from "node:assert/strict";
import * as fc from "fast-check";
import { claim, type VolumeArgs } from "../../../components/specs/claim.ts";
import { governingService } from "../../../components/specs/service.ts";
import { statefulSet } from "../../../components/specs/stateful-set.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { name, OWNER, rendered, TEMPLATE } from "./arbitraries.ts";

const ARGS = {
    ...OWNER,
    replicas: 3,
    start: 0,
    order: "ordered",
    update: { kind: "rolling" },
    minReadySeconds: 10,
    rolloutSeconds: 300,
    volumes: {},
    template: TEMPLATE,
} as const;
const VOLUME: VolumeArgs = { mountPath: "/data", size: "20Gi", storageClass: "gp3" };

const sets = fc.record({
    replicas: fc.integer({ min: 1, max: 9 }),
    start: fc.nat({ max: 200 }),
    order: fc.constantFrom<"ordered" | "parallel">("ordered", "parallel"),
    volumes: fc.dictionary(name, fc.constant(VOLUME), { maxKeys: 2 }),
});

describe("statefulSet", () => {
    it("is one that the API takes, with templates that find the claims made for its ordinals", () => {
        fc.assert(
            fc.property(sets, (some) => {
                const object = rendered("apps/v1", "StatefulSet", statefulSet("db", { ...ARGS, ...some }));
                assertValid(object);
                const { spec } = object;
                const first = spec.ordinals?.start ?? 0;
                assert.equal(first, some.start);
                assert.equal(spec.serviceName, governingService("db", OWNER, false).metadata?.["name" as never]);
                for (const [volumeName, volume] of Object.entries(some.volumes)) {
                    const own = rendered("", "", claim("db", OWNER, volumeName, volume, first));
                    const template = spec.volumeClaimTemplates.find((t: Inputs) => t["metadata"].name === volumeName);
                    assert.equal(own["metadata"].name, `${template.metadata.name}-db-${first}`);
                }
            }),
        );
    });

    it("updates the canary's ordinals and those above, wherever they start", () => {
        fc.assert(
            fc.property(fc.nat({ max: 200 }), fc.integer({ min: 2, max: 9 }), (start, replicas) => {
                // The API takes the first ordinal that is updated as a distance from the start.
                for (let partition = start + 1; partition < start + replicas; partition++) {
                    const update = { kind: "canary", partition } as const;
                    const { spec } = rendered("", "", statefulSet("db", { ...ARGS, start, replicas, update }));
                    assert.equal(spec.updateStrategy.rollingUpdate.partition + start, partition);
                }
            }),
        );
    });

    it("updates all of them otherwise", () => {
        const { spec } = rendered("", "", statefulSet("db", { ...ARGS, start: 100 }));
        assert.equal(spec.updateStrategy.rollingUpdate.partition, 0);
    });

    it("never deletes a claim, and never emits maxUnavailable, which came and went in 1.35", () => {
        fc.assert(
            fc.property(sets, (some) => {
                const { spec } = rendered("", "", statefulSet("db", { ...ARGS, ...some }));
                assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, {
                    whenDeleted: "Retain",
                    whenScaled: "Retain",
                });
                assert.ok(!("maxUnavailable" in spec.updateStrategy.rollingUpdate));
            }),
        );
    });
});
