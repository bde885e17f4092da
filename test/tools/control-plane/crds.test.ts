import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseDownloads } from "../../../tools/control-plane/crds.ts";
import {
    CRD_SOURCES,
    type CrdSource,
    readDefinitions,
    SOURCE_ANNOTATION,
} from "../../../tools/control-plane/toolchain/crd-files.ts";
import { readGoModule } from "../../../tools/control-plane/toolchain/go-module.ts";
import { patched } from "../../../tools/control-plane/toolchain/json-patch.ts";

function definition(plural: string, group: string): string {
    return `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
    name: ${plural}.${group}
    creationTimestamp: null
    annotations: { controller-gen.kubebuilder.io/version: v0.21.0 }
spec:
    group: ${group}
    versions: [{ name: v1, schema: { openAPIV3Schema: { type: object, properties: { spec: { maximum: 1 } } } } }]
status: { conditions: null }
`;
}

const FILES: Readonly<Record<string, string>> = {
    "crds/scaledobjects.yaml": definition("scaledobjects", "keda.sh"),
    "crds/scaledjobs.yaml": definition("scaledjobs", "keda.sh"),
    "crds/events.yaml": definition("cloudeventsources", "eventing.keda.sh"),
    "crds/kustomization.yaml": "kind: Kustomization\nresources: [scaledjobs.yaml]\n",
    "crds/notes.md": "# not YAML: [",
    "described/rules.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
    group: keda.sh
    versions:
        - schema:
            description: Text.
            properties:
                description: { description: Text., type: string, default: A. }
                limits: { type: object, default: { description: Kept. } }
`,
    "patch.yaml":
        "- op: add\n  path: /spec/versions/0/schema/openAPIV3Schema/properties/spec/maximum\n  value: 3600\n" +
        "- op: remove\n  path: /spec/versions/0/name\n",
};

describe("definitions of custom resources", () => {
    let root: string;
    const source: CrdSource = { module: "example.com/keda", folder: "crds", patches: {} };

    before(() => {
        root = mkdtempSync(join(tmpdir(), "crds-"));
        for (const [file, content] of Object.entries(FILES)) {
            mkdirSync(dirname(join(root, file)), { recursive: true });
            writeFileSync(join(root, file), content);
        }
    });
    after(() => rmSync(root, { recursive: true }));

    it("are those of the groups in use, in the order of their files", () => {
        const names = readDefinitions(root, "v2.0.0", source).map(({ metadata }) => metadata?.name);
        assert.deepEqual(names, ["scaledjobs.keda.sh", "scaledobjects.keda.sh"]);
    });

    it("say where they are from, and leave out what is not applied", () => {
        const [first] = readDefinitions(root, "v2.0.0", source);
        assert.deepEqual(first?.metadata, {
            name: "scaledjobs.keda.sh",
            annotations: {
                "controller-gen.kubebuilder.io/version": "v0.21.0",
                [SOURCE_ANNOTATION]: "example.com/keda@v2.0.0",
            },
        });
        assert.deepEqual(Object.keys(first ?? {}).toSorted(), ["apiVersion", "kind", "metadata", "spec"]);
    });

    it("are patched as their release is", () => {
        const patches = { "scaledobjects.keda.sh": "patch.yaml" };
        const [jobs, objects] = readDefinitions(root, "v2.0.0", { ...source, patches });
        const schema = (limit: number) => ({ type: "object", properties: { spec: { maximum: limit } } });
        assert.deepEqual(jobs?.spec.versions, [{ name: "v1", schema: { openAPIV3Schema: schema(1) } }]);
        assert.deepEqual(objects?.spec.versions, [{ schema: { openAPIV3Schema: schema(3600) } }]);
    });

    it("have no descriptions, and every property", () => {
        const [described] = readDefinitions(root, "v2.0.0", { ...source, folder: "described" });
        assert.deepEqual(described?.spec.versions, [
            {
                schema: {
                    properties: {
                        description: { type: "string", default: "A." },
                        limits: { type: "object", default: { description: "Kept." } },
                    },
                },
            },
        ]);
    });

    it("are missed where a module keeps them elsewhere", () => {
        assert.throws(
            () => readDefinitions(root, "v3.0.0", { ...source, folder: "." }),
            /^Error: example\.com\/keda@v3\.0\.0: no definition of a group in use in \./,
        );
    });

    it("come from modules that are all pinned, contents included", () => {
        const { folder, requirements } = readGoModule("crds");
        const sums = readFileSync(join(folder, "go.sum"), "utf8");
        assert.deepEqual([...requirements.keys()].toSorted(), CRD_SOURCES.map(({ module }) => module).toSorted());
        // `go mod download` adds only the sums of the go.mod files, with which anything could be served as the content.
        for (const [module, version] of requirements) {
            assert.ok(sums.includes(`${module} ${version} h1:`), `go.sum lacks ${module} ${version} h1:…`);
        }
    });
});

describe("a JSON patch", () => {
    const object = { list: [1], "a/b~c": { x: 1 } };

    it("appends to a list, sets and removes fields, and changes a copy", () => {
        const result = patched(
            object,
            [
                { op: "add", path: "/list/-", value: 2 },
                { op: "add", path: "/a~1b~0c/y", value: 2 },
                { op: "remove", path: "/a~1b~0c/x" },
            ],
            "test",
        );
        assert.deepEqual(result, { list: [1, 2], "a/b~c": { y: 2 } });
        assert.deepEqual(object, { list: [1], "a/b~c": { x: 1 } });
    });

    it("names the field that is not there", () => {
        assert.throws(
            () => patched(object, [{ op: "add", path: "/none/x", value: 1 }], "keda, patch.yaml"),
            new Error("keda, patch.yaml: add /none/x: there is no such field to patch."),
        );
        assert.throws(() => patched(object, [{ op: "remove", path: "/gone" }], "test"), /remove \/gone/);
    });
});

describe("what go mod download prints", () => {
    it("is read object by object", () => {
        const printed =
            '{\n\t"Path": "a",\n\t"Version": "v1",\n\t"Origin": {\n\t\t"VCS": "git"\n\t}\n}\n{\n\t"Path": "b",\n\t"Error": "no }"\n}\n';
        assert.deepEqual(
            parseDownloads(printed).map(({ Path, Error: error }) => [Path, error]),
            [
                ["a", undefined],
                ["b", "no }"],
            ],
        );
        assert.deepEqual(parseDownloads(""), []);
    });
});
