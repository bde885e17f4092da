import * as fc from "fast-check";
import { podTemplate } from "../../../components/specs/pod.ts";
import { checkMountPaths } from "../../../components/support/check-workload.ts";
import { Problems } from "../../../components/support/errors.ts";
import type { Health, Port } from "../../../components/workload-args.ts";
import type { Inputs } from "../../support/mocks.ts";

export const OWNER = { namespace: "apps", system: "shop" } as const;

/** A container's health that names the port `http`. */
export const HEALTH: Health = { ready: { kind: "tcp", port: "http" }, startUp: "30 seconds" };

/** A pod template, for the specs that carry one. */
export const TEMPLATE = podTemplate(
    { ...OWNER, image: "app:1", resources: { cpu: "250m", memory: "512Mi" }, ports: { http: 8080 }, health: HEALTH },
    { name: "web", serviceAccount: "web" },
);

type Rendered = Inputs & { readonly apiVersion: string; readonly kind: string };

/** What a spec rendered, loosely typed and as the object that the provider sends. */
export function rendered(apiVersion: string, kind: string, args: object): Rendered {
    return { apiVersion, kind, ...args };
}

/** A pod around a container, to validate the container in. */
export function podOf(container: object): Rendered {
    return rendered("v1", "Pod", { metadata: { name: "pod" }, spec: { containers: [container] } });
}

/** Names that every check takes. */
export const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/);

function isAccepted(path: string): boolean {
    const problems = new Problems();
    checkMountPaths(problems, [["path", path]]);
    return problems.found.length === 0;
}

/** Paths that the components take, however odd. */
export const mountPath = fc
    .array(fc.string({ unit: "binary-ascii", maxLength: 20 }), { minLength: 1, maxLength: 5 })
    .map((parts) => `/${parts.join("/")}`)
    .filter(isAccepted);

/** A port as either of its forms. */
export const port: fc.Arbitrary<Port> = fc.oneof(
    fc.integer({ min: 1, max: 65_535 }),
    fc.record({
        port: fc.integer({ min: 1, max: 65_535 }),
        protocol: fc.constantFrom<"TCP" | "UDP">("TCP", "UDP"),
    }),
);

/** Ports by name, one at least. */
export const ports = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,14}$/), port, { minKeys: 1, maxKeys: 5 });
