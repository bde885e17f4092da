import type { Judgement } from "../../../tools/plan/analyzer.ts";
import { type Plan, unjudgedPlan } from "../../../tools/plan/model.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { makeUrn } from "../../../tools/plan/urn.ts";

/** A resource of a provider without any option; spread over it what a test is about. */
export function resource(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    parent?: RecordedResource,
): RecordedResource {
    return {
        urn: makeUrn("prod", "shop", parent?.urn, type, name),
        type,
        name,
        parent: parent?.urn,
        custom: true,
        remote: false,
        read: false,
        inputs,
        dependencies: [],
        propertyDependencies: {},
        provider: undefined,
        options: {
            protect: false,
            retainOnDelete: false,
            ignoreChanges: [],
            replaceOnChanges: [],
            aliases: [],
            additionalSecretOutputs: [],
            deleteBeforeReplace: undefined,
            customTimeouts: { create: 0, update: 0, delete: 0 },
            deletedWith: "",
        },
    };
}

/** A component, of any type. */
export function component(
    type: string,
    name: string,
    parent?: RecordedResource,
    inputs: Record<string, unknown> = {},
): RecordedResource {
    return { ...resource(type, name, inputs, parent), custom: false };
}

/** A plan of resources, with nothing to complain about. */
export function samplePlan(resources: readonly RecordedResource[], judgement: Partial<Judgement> = {}): Plan {
    const files = {
        directory: "/shop",
        project: "shop",
        stack: "prod",
        main: "/shop/index.ts",
        files: ["Pulumi.yaml", "Pulumi.prod.yaml"],
        config: {},
        secretKeys: [],
    };
    return {
        ...unjudgedPlan(files, resources, []),
        judgement: {
            pack: "workload-controllers",
            version: "0.1.0",
            configFile: undefined,
            policies: [{ name: "log-retention", level: "mandatory" }],
            resources: resources.length,
            verdicts: [],
            ...judgement,
        },
    };
}
