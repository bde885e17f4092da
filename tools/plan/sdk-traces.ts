import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";

/** Puts a function in the place of another one, if it is there. */
function replace(owner: object, name: string, substitute: (...args: never[]) => unknown): () => void {
    const former: unknown = Reflect.get(owner, name);
    if (typeof former !== "function") {
        return () => undefined;
    }
    Reflect.set(owner, name, substitute);
    return () => {
        Reflect.set(owner, name, former);
    };
}

/**
 * Stops the SDK from taking stack traces that nobody reads here, until the returned function is called: one for each
 * of its promises, some sixty for every resource, kept for as long as the resource; and one without limit for the
 * position in the source that it sends to the engine. They are half of a plan's time and memory. Errors keep theirs.
 *
 * An SDK that has these functions no longer, or elsewhere, runs as it does by itself.
 */
export function withoutSdkTraces(): () => void {
    const debuggable: unknown = createRequire(import.meta.url)("@pulumi/pulumi/runtime/debuggable.js");
    const restore = [
        replace(Object(debuggable), "debuggablePromise", (promise: Promise<unknown>) => promise),
        replace(pulumi.Resource, "callsites", () => []),
    ];
    return () => {
        for (const undo of restore) {
            undo();
        }
    };
}
