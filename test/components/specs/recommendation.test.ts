import assert from "node:assert/strict";
import { recommendation } from "../../../components/specs/recommendation.ts";
import { schemaProblems } from "../../support/schema.ts";

describe("a recommendation", () => {
    it("is about one workload, and changes nothing", () => {
        const made = recommendation("web", "Deployment");
        assert.deepEqual(made.spec, {
            targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
            updatePolicy: { updateMode: "Off" },
        });
        assert.deepEqual(schemaProblems({ ...made, metadata: { name: "web" } }), []);
    });
});
