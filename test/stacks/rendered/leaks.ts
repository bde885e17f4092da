import { isRecord } from "../../../tools/plan/project-config.ts";
import { formsOf } from "../../support/encodings.ts";
import { type Collected, Secret } from "../../support/mocks.ts";
import { GENERATED } from "./stack.ts";

/** Where a secret may stand: type of the resource, and the property at its top. */
const SECRET_PLACES: Readonly<Record<string, readonly string[]>> = {
    "kubernetes:core/v1:Secret": ["data", "stringData"],
    "pulumi:providers:kubernetes": ["kubeconfig"],
};

const FORMS = formsOf(GENERATED);

function isLeak(value: unknown): boolean {
    return value instanceof Secret || (typeof value === "string" && FORMS.some((form) => value.includes(form)));
}

function leaksIn(value: unknown, path: string): readonly string[] {
    if (isLeak(value)) {
        return [path];
    }
    return Array.isArray(value) || isRecord(value)
        ? Object.entries(value).flatMap(([key, inner]) => leaksIn(inner, `${path}.${key}`))
        : [];
}

/** Secrets, and values that the stack generates, that stand where they can be read: `TYPE NAME: PATH`. */
export function leaks(resources: readonly Pick<Collected, "type" | "name" | "inputs">[]): readonly string[] {
    return resources.flatMap(({ type, name, inputs }) => {
        const open = Object.entries(inputs).filter(([key]) => !(SECRET_PLACES[type] ?? []).includes(key));
        return open.flatMap(([key, value]) => leaksIn(value, key)).map((path) => `${type} ${name}: ${path}`);
    });
}
