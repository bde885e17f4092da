import {
    type EnforcementLevel,
    type PolicyConfigSchema,
    type PolicyResource,
    type ResourceValidationPolicy,
    type Severity,
    type StackValidationPolicy,
    UnknownValueError,
} from "@pulumi/policy";
import { isObject, list, type Plain, type PlainObject, text, UNKNOWN } from "./predicates/plain.ts";

/** A policy's name and how it presents itself. */
export interface PolicyHeader {
    /** The policy's name, which is its file's and its page's in docs/policies. */
    readonly name: string;
    /** The rule in one sentence. */
    readonly description: string;
    /** The level where the pack's configuration says nothing. */
    readonly enforcementLevel: EnforcementLevel;
    /** How grave a violation is. */
    readonly severity: Severity;
    /** The policy's own configuration. */
    readonly configSchema?: PolicyConfigSchema;
}

/** One object to judge: a resource, or a member of a resource that is a list. */
export interface Subject {
    /** The kind without group and version: `Deployment`. */
    readonly kind: string;
    /** The group and version: `apps/v1`. */
    readonly group: string;
    /** True for a resource that changes some fields of an object that something else made. */
    readonly isPatch: boolean;
    /** What messages call it: `Deployment kafka/broker`. */
    readonly label: string;
    /** Its properties as plain data. */
    readonly object: Plain;
    /** The resource's URN. */
    readonly urn: string;
}

/** Judges one subject under the policy's configuration, and returns a message for each violation. */
export type Judge = (subject: Subject, config: PlainObject) => readonly string[];

/** Judges a stack's subjects together. Each violation names the resource that it is about. */
export type StackJudge = (
    subjects: readonly Subject[],
    config: PlainObject,
) => readonly { readonly urn: string; readonly message: string }[];

/**
 * Copies what the engine hands to a policy into plain data. Reading a value that is not known throws there, and would
 * end the policy; so every value is read on its own and {@link UNKNOWN} stands where reading fails.
 */
export function toPlain(value: unknown): Plain {
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
        return value;
    }
    if (Array.isArray(value)) {
        return Array.from({ length: value.length }, (_, index) => readMember(value, index));
    }
    if (typeof value === "object") {
        return Object.fromEntries(Object.keys(value).map((key) => [key, readMember(value, key)]));
    }
    return undefined;
}

function readMember(container: object, key: string | number): Plain {
    try {
        return toPlain(Reflect.get(container, key));
    } catch (error) {
        if (error instanceof UnknownValueError) {
            return UNKNOWN;
        }
        throw error;
    }
}

const KUBERNETES_TYPE = /^kubernetes:([^:]+):(.+?)(Patch|List)?$/;

function labelOf(kind: string, object: Plain, resourceName: string): string {
    const name = text(object, "metadata", "name") ?? resourceName;
    const namespace = text(object, "metadata", "namespace");
    return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

/** The Kubernetes objects in a resource: one, the members of a list, or none for other providers' resources. */
export function subjectsOf(type: string, urn: string, name: string, props: unknown): readonly Subject[] {
    const [, group, kind, suffix] = KUBERNETES_TYPE.exec(type) ?? [];
    if (group === undefined || kind === undefined) {
        return [];
    }
    const plain = toPlain(props);
    const objects: readonly Plain[] = suffix === "List" ? list(plain, "items") : [plain];
    const isPatch = suffix === "Patch";
    return objects.map((object) => ({ kind, group, isPatch, label: labelOf(kind, object, name), object, urn }));
}

/** The pack's configuration may be `{}` or hold anything; what is no object counts as `{}`. */
function readConfig(getConfig: () => object): PlainObject {
    const config = toPlain(getConfig());
    return isObject(config) ? config : {};
}

/** The kind of a Kubernetes type token, or `undefined`. */
function kindOf(type: string): string | undefined {
    return KUBERNETES_TYPE.exec(type)?.[2];
}

/**
 * A resource policy over Kubernetes objects of the given kinds, whatever their group and version, patches and lists
 * included. It runs before a resource is created, so it can stop it.
 */
export function kubernetesPolicy(
    header: PolicyHeader,
    kinds: readonly string[],
    judge: Judge,
): ResourceValidationPolicy {
    return {
        ...header,
        validateResource: (args, reportViolation) => {
            const kind = kindOf(args.type);
            if (kind === undefined || !kinds.includes(kind)) {
                return;
            }
            const config = readConfig(() => args.getConfig());
            for (const subject of subjectsOf(args.type, args.urn, args.name, args.props)) {
                for (const message of judge(subject, config)) {
                    reportViolation(message, args.urn);
                }
            }
        },
    };
}

/** A resource policy over resources of other providers, by type token. */
export function resourcePolicy(header: PolicyHeader, type: string, judge: Judge): ResourceValidationPolicy {
    return {
        ...header,
        validateResource: (args, reportViolation) => {
            if (args.type !== type) {
                return;
            }
            const subject: Subject = {
                kind: type.split(":").at(-1) ?? type,
                group: type.split(":")[0] ?? type,
                isPatch: false,
                label: `${type.split(":").at(-1)} ${args.name}`,
                object: toPlain(args.props),
                urn: args.urn,
            };
            for (const message of judge(
                subject,
                readConfig(() => args.getConfig()),
            )) {
                reportViolation(message, args.urn);
            }
        },
    };
}

/** A stack policy, for rules that join several Kubernetes objects. On an update it runs after they were created. */
export function kubernetesStackPolicy(
    header: PolicyHeader,
    kinds: readonly string[],
    judge: StackJudge,
): StackValidationPolicy {
    const isWanted = (resource: PolicyResource) => kinds.includes(kindOf(resource.type) ?? "");
    return {
        ...header,
        validateStack: (args, reportViolation) => {
            const subjects = args.resources
                .filter(isWanted)
                .flatMap((resource) => subjectsOf(resource.type, resource.urn, resource.name, resource.props));
            for (const { urn, message } of judge(
                subjects,
                readConfig(() => args.getConfig()),
            )) {
                reportViolation(message, urn);
            }
        },
    };
}
