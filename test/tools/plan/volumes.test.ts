import assert from "node:assert/strict";
import { attributesClasses, chartVolumes, declaredVolumes } from "../../../tools/plan/volumes.ts";
import { object } from "./eks.ts";
import { resource } from "./samples.ts";

const TEMPLATE = {
    metadata: { name: "data" },
    spec: { volumeAttributesClassName: "fast", resources: { requests: { storage: "1Gi" } } },
};

describe("volumes", () => {
    it("are those of claims, and of templates beside them", () => {
        const objects = [
            object("PersistentVolumeClaim", "data-db-5", { resources: { requests: { storage: "2Gi" } } }),
            object("StatefulSet", "db", { replicas: 2, ordinals: { start: 5 }, volumeClaimTemplates: [TEMPLATE] }),
        ].map(({ inputs }) => inputs as ReturnType<typeof object>["inputs"] & { apiVersion: string; kind: string });
        assert.deepEqual(declaredVolumes(objects), [
            { claim: "n/data-db-5", size: 2 ** 31, attributes: undefined },
            { claim: "n/data-db-6", size: 2 ** 30, attributes: "fast" },
        ]);
    });

    it("are those of charts' controllers, one for each replica", () => {
        const values = { singleBinary: { replicas: 3, persistence: { size: "50Gi" } } };
        const found = chartVolumes([resource("kubernetes:helm.sh/v3:Release", "loki", { values })]);
        assert.deepEqual(
            found.map(({ claim, size }) => [claim, size / 2 ** 30]),
            [0, 1, 2].map((ordinal) => [`loki/storage-loki-${ordinal}`, 50]),
        );
    });

    it("have the IOPS and throughput of their class", () => {
        const classes = attributesClasses([
            object("VolumeAttributesClass", "fast", undefined, { parameters: { iops: "6000", throughput: "500" } }),
        ]);
        assert.deepEqual(classes.get("fast"), { iops: 6000, throughput: 500 });
    });
});
