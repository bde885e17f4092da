import assert from "node:assert/strict";
import { type EksConfig, parseConfig } from "../../../stacks/config.ts";
import { buildStack } from "../../../stacks/eks-stack.ts";
import { OPTIONAL_SECTIONS } from "../../../tools/platform-table/optional-sections.ts";
import { type Collected, collect, ofType } from "../../support/mocks.ts";
import { rawConfig } from "../raw-config.ts";

/** The configuration of prod with sections changed; `undefined` takes one away. */
export function prodWith(sections: Readonly<Record<string, unknown>>): EksConfig {
    const given = Object.entries(sections).map(([key, value]) => [`data-platform:${key}`, value] as const);
    const raw = new Map(Object.entries(rawConfig("prod")));
    given.forEach(([key, value]) => (value === undefined ? raw.delete(key) : raw.set(key, JSON.stringify(value))));
    const config = parseConfig(Object.fromEntries(raw), "data-platform");
    assert.equal(config.target, "eks");
    return config;
}

/** What prod would make with these sections. */
export function builtWith(sections: Readonly<Record<string, unknown>>): Promise<Collected[]> {
    return collect(() => {
        buildStack(prodWith(sections));
    });
}

let all: Promise<Collected[]> | undefined;

/** What prod would make with every optional section; once for all who ask. */
export function everything(): Promise<Collected[]> {
    all ??= builtWith(OPTIONAL_SECTIONS);
    return all;
}

/** The releases among resources, by name. */
export function releases(resources: readonly Collected[]): ReadonlyMap<string, Collected> {
    return new Map(ofType(resources, "kubernetes:helm.sh/v3:Release").map((made) => [made.name, made]));
}
