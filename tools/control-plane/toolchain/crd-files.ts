import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { parse, parseAllDocuments } from "yaml";
import { type Operation, patched } from "./json-patch.ts";

/** Names the module and version that a definition comes from. */
export const SOURCE_ANNOTATION = "simulation.dataplatform/source";

/** Where a Go module keeps custom resource definitions. */
export interface CrdSource {
    readonly module: string;
    /** Folder of YAML files. */
    readonly folder: string;
    /** JSON patches that the project's own release applies, by the definition's name. */
    readonly patches: Readonly<Record<string, string>>;
}

/** The modules, each with the folder that its release is made of. */
export const CRD_SOURCES: readonly CrdSource[] = [
    {
        module: "github.com/prometheus-operator/prometheus-operator",
        folder: "example/prometheus-operator-crd",
        patches: {},
    },
    {
        module: "github.com/kedacore/keda/v2",
        folder: "config/crd/bases",
        patches: {
            "scaledjobs.keda.sh": "config/crd/patches/scaledjob_patch.yaml",
            "scaledobjects.keda.sh": "config/crd/patches/scaledobject_patch.yaml",
        },
    },
    // Karpenter's own definitions as well, with what AWS adds to their validation.
    { module: "github.com/aws/karpenter-provider-aws", folder: "pkg/apis/crds", patches: {} },
    { module: "github.com/kubeflow/spark-operator/v2", folder: "config/crd/bases", patches: {} },
    { module: "github.com/external-secrets/external-secrets", folder: "config/crds/bases", patches: {} },
    { module: "github.com/kubernetes-csi/external-snapshotter/client/v8", folder: "config/crd", patches: {} },
    { module: "k8s.io/autoscaler/vertical-pod-autoscaler", folder: "deploy", patches: {} },
];

/** The API groups of custom resources in use. */
const GROUPS: ReadonlySet<string> = new Set([
    "monitoring.coreos.com",
    "keda.sh",
    "karpenter.sh",
    "karpenter.k8s.aws",
    "sparkoperator.k8s.io",
    "external-secrets.io",
    "snapshot.storage.k8s.io",
    "autoscaling.k8s.io",
]);

/** Of today's form: modules keep definitions for API servers that are gone beside them. */
function isDefinition(value: unknown): value is V1CustomResourceDefinition {
    const { apiVersion, kind } = (value ?? {}) as Partial<V1CustomResourceDefinition>;
    return apiVersion === "apiextensions.k8s.io/v1" && kind === "CustomResourceDefinition";
}

/** Fields of a schema whose content is values, not schemas. */
const VALUES: ReadonlySet<string> = new Set(["default", "enum", "example"]);

/** A schema without the texts that document it; a property that is called `description` has a schema, not a text. */
function undescribed(schema: unknown): unknown {
    if (Array.isArray(schema)) {
        return schema.map(undescribed);
    }
    if (typeof schema !== "object" || schema === null) {
        return schema;
    }
    return Object.fromEntries(
        Object.entries(schema)
            .filter(([field, value]) => field !== "description" || typeof value !== "string")
            .map(([field, value]) => [field, VALUES.has(field) ? value : undescribed(value)]),
    );
}

/**
 * A definition as it is applied: without what generators leave in the files, and without descriptions, which are three
 * quarters of it and cost an API server a quarter more time and memory.
 */
function applicable({ spec, metadata }: V1CustomResourceDefinition, origin: string): V1CustomResourceDefinition {
    const { annotations = {}, labels, name } = metadata ?? {};
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: {
            ...(name === undefined ? {} : { name }),
            ...(labels === undefined ? {} : { labels }),
            annotations: { ...annotations, [SOURCE_ANNOTATION]: origin },
        },
        spec: undescribed(spec) as V1CustomResourceDefinition["spec"],
    };
}

/**
 * Reads a module's definitions of the groups in use.
 *
 * @param root the module's folder
 * @param version the module's, as in `go.mod`
 * @throws {Error} if there is no definition, or a patch finds no field: the module has been laid out anew
 */
export function readDefinitions(root: string, version: string, source: CrdSource): V1CustomResourceDefinition[] {
    const { module, folder, patches } = source;
    const origin = `${module}@${version}`;
    const definitions = readdirSync(join(root, folder))
        .filter((file) => /\.ya?ml$/.test(file))
        .toSorted()
        .flatMap((file) => parseAllDocuments(readFileSync(join(root, folder, file), "utf8")))
        .map((document): unknown => document.toJS())
        .filter(isDefinition)
        .filter(({ spec }) => GROUPS.has(spec.group))
        .map((definition) => {
            const patch = patches[definition.metadata?.name ?? ""];
            if (patch === undefined) {
                return definition;
            }
            const operations: readonly Operation[] = parse(readFileSync(join(root, patch), "utf8"));
            return patched(definition, operations, `${origin}, ${patch}`);
        });
    if (definitions.length === 0) {
        throw new Error(`${origin}: no definition of a group in use in ${folder}. See where this version keeps them.`);
    }
    return definitions.map((definition) => applicable(definition, origin));
}
