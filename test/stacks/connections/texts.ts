import { isRecord } from "../../../tools/plan/project-config.ts";
import type { Inputs } from "../../support/mocks.ts";
import { containersOf, type Pods } from "../rendered/pods.ts";
import type { RenderedObject } from "../rendered/stack.ts";

/** All text in a value, at any depth, but images, whose tags look like ports. */
export function textsIn(value: unknown, key = ""): readonly string[] {
    if (typeof value === "string") {
        return key === "image" ? [] : [value];
    }
    return Array.isArray(value) || isRecord(value)
        ? Object.entries(value).flatMap(([name, inner]) => textsIn(inner, name))
        : [];
}

/** Values of ConfigMaps and Secrets that a pod reads, by variable or as a file, wherever in it they are named. */
function readBy(objects: readonly RenderedObject[], namespace: string, value: unknown): readonly string[] {
    if (!Array.isArray(value) && !isRecord(value)) {
        return [];
    }
    return Object.entries(value).flatMap(([key, inner]) => {
        const kind = /^(configMap|secret)(KeyRef|Ref)?$/.exec(key)?.[1];
        if (kind === undefined || !isRecord(inner)) {
            return readBy(objects, namespace, inner);
        }
        const wanted = kind === "secret" ? "Secret" : "ConfigMap";
        const name = inner["secretName"] ?? inner["name"];
        const found = objects.find((o) => o.kind === wanted && o.namespace === namespace && o.name === name)?.object;
        const data = Object.entries({ ...found?.["data"], ...found?.["stringData"] });
        // A manifest is what the pod makes other pods from; those read it themselves.
        return data
            .filter(([field, text]) => (inner["key"] ?? field) === field && !/^apiVersion:/m.test(String(text)))
            .map(([, text]) => String(text));
    });
}

/** `PGHOST` and `PGPORT`, and whatever else is told by two variables. */
function pairsIn(env: readonly Inputs[]): readonly string[] {
    const values = new Map(env.map(({ name, value }) => [String(name), String(value)]));
    return [...values].flatMap(([name, host]) => {
        const port = name.endsWith("HOST") ? values.get(name.replace(/HOST$/, "PORT")) : undefined;
        return port === undefined ? [] : [`${host}:${port}`];
    });
}

/** All that pods have before them: commands, variables, and the contents of what they read. `host:port` for pairs. */
export function textsBefore(pods: Pods, objects: readonly RenderedObject[]): readonly string[] {
    return [
        ...textsIn(pods.spec),
        ...readBy(objects, pods.owner.namespace, pods.spec),
        ...containersOf(pods).flatMap(({ env }) => pairsIn(env ?? [])),
    ];
}
