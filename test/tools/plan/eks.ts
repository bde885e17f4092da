import assert from "node:assert/strict";
import type { EksConfig } from "../../../stacks/config.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { stackConfig } from "../../stacks/raw-config.ts";
import { resource } from "./samples.ts";

let prod: EksConfig | undefined;

/** The configuration of prod. Read once a run. */
export function eksConfig(): EksConfig {
    const config = prod ?? stackConfig("prod");
    assert.ok(config.target === "eks");
    prod = config;
    return config;
}

/** An object of Kubernetes in the namespace `n`. */
export function object(
    kind: string,
    name: string,
    spec: unknown,
    more: Record<string, unknown> = {},
): RecordedResource {
    const metadata = { name, namespace: "n", ...(more["metadata"] as object | undefined) };
    return resource(`kubernetes:test/v1:${kind}`, name, { apiVersion: "test/v1", kind, spec, ...more, metadata });
}
