import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    claim,
    claimName,
    claimTemplate,
    STORAGE_CLASS_ANNOTATION,
    type VolumeArgs,
} from "../../../components/specs/claim.ts";
import type { VolumeSize } from "../../../components/values/quantity.ts";
import { assertValid } from "../../support/schema.ts";
import { name, OWNER, rendered } from "./arbitraries.ts";

const size = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom("Gi", "Ti"))
    .map((p) => p.join("") as VolumeSize);
const volumes: fc.Arbitrary<VolumeArgs> = fc
    .tuple(size, fc.option(name, { nil: undefined }), fc.option(name, { nil: undefined }))
    .map(([volumeSize, storageClass, attributesClass]) => ({
        mountPath: "/data",
        size: volumeSize,
        ...(storageClass === undefined ? {} : { storageClass }),
        ...(attributesClass === undefined ? {} : { attributesClass }),
    }));

describe("claim", () => {
    it("is named as the StatefulSet's controller looks for it: template, set, ordinal", () => {
        assert.equal(claimName("data", "kafka", 100), "data-kafka-100");
    });

    it("is what the template would have made, so that the controller takes it for its own", () => {
        fc.assert(
            fc.property(name, name, volumes, fc.nat({ max: 200 }), (set, volumeName, volume, ordinal) => {
                const own = rendered("v1", "PersistentVolumeClaim", claim(set, OWNER, volumeName, volume, ordinal));
                const template = rendered("v1", "PersistentVolumeClaim", claimTemplate(set, volumeName, volume));
                assertValid(own);
                assertValid(template);
                assert.deepEqual(own["spec"], template["spec"]);
                assert.equal(own["metadata"].name, `${template["metadata"].name}-${set}-${ordinal}`);
            }),
        );
    });

    it("notes the class that it was made with; the default one too, whose name may change", () => {
        const noted = (volume: Partial<VolumeArgs>): unknown =>
            rendered("", "", claim("db", OWNER, "data", { mountPath: "/d", size: "1Gi", ...volume }, 0))["metadata"]
                .annotations[STORAGE_CLASS_ANNOTATION];
        assert.equal(noted({ storageClass: "gp3" }), "gp3");
        assert.equal(noted({}), "(default)");
    });
});
