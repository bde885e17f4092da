/** An operation of a JSON patch (RFC 6902), of those kinds that definitions are patched with. */
export type Operation =
    | { readonly op: "add"; readonly path: string; readonly value: unknown }
    | { readonly op: "remove"; readonly path: string };

type Container = Record<string, unknown>;

function isContainer(value: unknown): value is Container {
    return typeof value === "object" && value !== null;
}

function apply(root: unknown, operation: Operation, origin: string): void {
    // RFC 6901: ~1 is a slash, ~0 a tilde.
    const steps = operation.path
        .split("/")
        .slice(1)
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = steps.pop() ?? "";
    let parent = root;
    for (const step of steps) {
        parent = isContainer(parent) ? parent[step] : undefined;
    }
    if (!isContainer(parent) || (operation.op === "remove" && !(last in parent))) {
        throw new Error(`${origin}: ${operation.op} ${operation.path}: there is no such field to patch.`);
    }
    if (operation.op === "remove") {
        delete parent[last];
    } else if (Array.isArray(parent) && last === "-") {
        parent.push(operation.value);
    } else {
        parent[last] = operation.value;
    }
}

/**
 * A copy of an object with a patch applied; elements of lists can be appended, not inserted or removed.
 *
 * @param origin where the patch stands, for errors
 * @throws {Error} if the patch names a field that is not there, or an operation of another kind
 */
export function patched<T>(object: T, operations: readonly Operation[], origin: string): T {
    const copy = structuredClone(object);
    for (const operation of operations) {
        apply(copy, operation, origin);
    }
    return copy;
}
