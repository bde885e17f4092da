/**
 * Runs components without an engine, for unit tests:
 *
 * ```ts
 * const resources = await collect(() => {
 *     new StatelessService("web", { … });
 * });
 * const deployment = only(resources, "kubernetes:apps/v1:Deployment");
 * assert.equal(deployment.inputs.spec.replicas, 2);
 * assert.equal(deployment.parent, only(resources, "dataplatform:workload:StatelessService").urn);
 * assert.deepEqual(deployment.options.ignoreChanges, ["spec.replicas"]);
 * ```
 *
 * It is a first preview, as `npm run plan` sees it: outputs are the inputs, and what a provider would compute (ids,
 * ARNs, status) is unknown. In inputs, a value that is not known is `COMPUTED` and a secret is a `Secret`
 * (`value.reveal()`), at whatever depth. Callbacks of `.apply` on unknown values do not run.
 *
 * Errors that a constructor throws, and those thrown in an output, reject the promise; several come as one
 * `AggregateError`. One call at a time: the SDK's settings are the process's.
 */
import { runProgram } from "../../tools/plan/recording.ts";
import type { RecordedOptions, RecordedResource } from "../../tools/plan/resource.ts";

export { COMPUTED, Secret } from "../../tools/plan/values.ts";

/** Inputs of a resource, loosely typed: what is asserted is the test's own knowledge. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads deep into objects whose types it asserts itself
export type Inputs = Record<string, any>;

/** A resource that the tested code registered. */
export interface Collected extends Omit<RecordedResource, "inputs"> {
    readonly inputs: Inputs;
    readonly options: RecordedOptions;
}

/** What the tested code runs in. */
export interface CollectOptions {
    /** @default "test" */
    readonly stack?: string;
    /** Configuration by full key: `{ "data-platform:replicas": "3" }`. */
    readonly config?: Readonly<Record<string, string>>;
    /** Keys of `config` that are secret. */
    readonly secretKeys?: readonly string[];
}

/** Runs `program` and returns everything that it registered, in order, after all outputs have settled. */
export async function collect(program: () => unknown, options: CollectOptions = {}): Promise<Collected[]> {
    const resources: Collected[] = [];
    const errors = await runProgram(
        {
            project: "data-platform",
            stack: options.stack ?? "test",
            config: options.config ?? {},
            secretKeys: options.secretKeys ?? [],
            onResource: (resource) => resources.push(resource),
        },
        // What the program returns would become the stack's outputs.
        async () => {
            await program();
        },
    );
    if (errors.length > 1) {
        throw new AggregateError(errors, errors.map(String).join("\n"));
    }
    if (errors.length === 1) {
        throw errors[0];
    }
    return resources;
}

/** All resources of a type. */
export function ofType(resources: readonly Collected[], type: string): Collected[] {
    return resources.filter((resource) => resource.type === type);
}

/**
 * The one resource of a type, or with a name among several of the type.
 *
 * @throws {Error} listing what there is, unless exactly one matches
 */
export function only(resources: readonly Collected[], type: string, name?: string): Collected {
    const found = ofType(resources, type).filter((resource) => name === undefined || resource.name === name);
    const [first] = found;
    if (first === undefined || found.length > 1) {
        const wanted = name === undefined ? type : `${type} "${name}"`;
        const there = resources.map((resource) => `  ${resource.type} "${resource.name}"`).join("\n");
        throw new Error(`expected one ${wanted}, found ${found.length}; registered are:\n${there}`);
    }
    return first;
}
