import assert from "node:assert/strict";
import { keysOfSchema, keysOfValues, refined } from "../../../tools/chart-values/keys.ts";

describe("keys of a chart's values", () => {
    it("come with the forms of its defaults", () => {
        const values = { name: "a", replicas: 1, on: true, list: [1], labels: {}, unset: null, inner: { size: "1Gi" } };
        assert.deepEqual(keysOfValues(values), {
            name: "string",
            replicas: "number",
            on: "boolean",
            list: "list",
            labels: "map",
            unset: "any",
            inner: { size: "string" },
        });
    });

    it("come with the types and bounds of its schema", () => {
        const schema = {
            type: "object",
            properties: {
                replicas: { type: ["integer", "null"], minimum: 0, maximum: 1 },
                policy: { type: "string", enum: ["sync", "upsert-only"] },
                resources: { $ref: "#/$defs/resources" },
                anything: {},
                image: { type: "object", properties: { tag: { type: "string" } } },
            },
            $defs: { resources: { type: "object", additionalProperties: true } },
        };
        assert.deepEqual(keysOfSchema(schema), {
            replicas: { $form: "number|null", $min: 0, $max: 1 },
            policy: { $form: "string", $oneOf: ["sync", "upsert-only"] },
            resources: "map",
            anything: "any",
            image: { tag: "string" },
        });
    });

    it("are the schema's, and the defaults' where the schema leaves a map free", () => {
        const schema = { storage: "map", name: "string|null", replicas: { $form: "number", $max: 1 } };
        const defaults = { storage: { type: "string" }, name: "string", replicas: "number", more: { key: "any" } };
        assert.deepEqual(refined(schema, defaults), {
            storage: { type: "string" },
            name: "string|null",
            replicas: { $form: "number", $max: 1 },
            more: { key: "any" },
        });
    });
});
