import {
    type PolicyResource,
    type PolicyResourceOptions,
    type ResourceValidationPolicy,
    type StackValidationArgs,
    type StackValidationPolicy,
    unknownCheckingProxy,
} from "@pulumi/policy";

/** How the engine marks a string that is not known during a preview. */
export const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How the engine marks an object that is not known during a preview. */
export const UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

/** How the engine marks a list that is not known during a preview. */
export const UNKNOWN_LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

/** How the engine marks a number that is not known during a preview. */
export const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";

const OPTIONS: PolicyResourceOptions = {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
};

/** The configuration as the engine hands it over: typed by the policy that asks, and not checked. */
function readsAs(config: object): StackValidationArgs["getConfig"] {
    return () => JSON.parse(JSON.stringify(config));
}

function notApplicable(): never {
    throw new Error("the policy called itself not applicable");
}

/**
 * What a resource policy reports of a resource, whose properties it sees as the engine shows them: through the proxy
 * that throws on values that are not known.
 */
export function judgeResource(
    policy: ResourceValidationPolicy,
    type: string,
    props: object,
    config: object = {},
): readonly string[] {
    const messages: string[] = [];
    const validations = [policy.validateResource ?? []].flat();
    for (const validate of validations) {
        const pending = validate(
            {
                type,
                props: unknownCheckingProxy({ ...props }),
                urn: `urn:pulumi:test::test::${type}::thing`,
                name: "thing",
                opts: OPTIONS,
                stackTags: new Map(),
                isType: () => false,
                asType: () => undefined,
                getConfig: readsAs(config),
                notApplicable,
            },
            (message) => messages.push(message),
        );
        if (pending instanceof Promise) {
            throw new TypeError("these policies answer at once");
        }
    }
    return messages;
}

/** A resource of a stack, as a test writes it. */
export interface StackMember {
    /** Its type token. */
    readonly type: string;
    /** Its properties. */
    readonly props: object;
}

/** What a stack policy reports, as `TYPE: message`. */
export function judgeStack(policy: StackValidationPolicy, members: readonly StackMember[]): readonly string[] {
    const messages: string[] = [];
    const resources = members.map(
        ({ type, props }, index): PolicyResource => ({
            type,
            props: unknownCheckingProxy({ ...props }),
            urn: `urn:pulumi:test::test::${type}::member-${index}`,
            name: `member-${index}`,
            opts: OPTIONS,
            dependencies: [],
            propertyDependencies: {},
            isType: () => false,
            asType: () => undefined,
        }),
    );
    const pending = policy.validateStack(
        { resources, stackTags: new Map(), getConfig: readsAs({}), notApplicable },
        (message, urn) => messages.push(`${urn?.split("::").at(-2) ?? ""}: ${message}`),
    );
    if (pending instanceof Promise) {
        throw new TypeError("these policies answer at once");
    }
    return messages;
}
