import assert from "node:assert/strict";
import type { Inputs } from "../../support/mocks.ts";
import { line } from "./grants.ts";
import { ofIngresses } from "./ingresses.ts";
import { sample } from "./sample.ts";
import { worldOf } from "./world.ts";

const ALB = "alb.ingress.kubernetes.io";
const ANNOTATIONS = { [`${ALB}/target-type`]: "ip", [`${ALB}/scheme`]: "internal" };
const SUBNET = { inputs: { cidrBlock: "10.1.0.0/24", tags: { "kubernetes.io/role/internal-elb": "1" } } };

const rule = (name: string, port: Inputs): Inputs => ({
    rules: [{ http: { paths: [{ backend: { service: { name, port } } }] } }],
});

function find(spec: Inputs, annotations: Inputs = {}) {
    const { objects } = sample((of, all) => {
        all.push({
            kind: "Ingress",
            metadata: { name: "web", namespace: "shop", annotations: { ...ANNOTATIONS, ...annotations } },
            spec,
        });
        all.push({
            kind: "Service",
            metadata: { name: "web", namespace: "shop" },
            spec: {
                selector: of("Deployment").spec.template.metadata.labels,
                ports: [{ name: "web", port: 80, targetPort: "http" }],
            },
        });
    });
    const resources = [SUBNET] as unknown as ReturnType<typeof sample>["resources"];
    const stack = { resources, objects };
    const [found, ...others] = ofIngresses(worldOf(stack), stack);
    assert.ok(found !== undefined && others.length === 0);
    const lines = found.connections.map(({ from, to, port, protocol }) => line(from, { pod: to, port, protocol }));
    return { lines, problems: found.problems };
}

const LINES = ["the load balancer at 10.1.0.0 → shop/web:8080", "the load balancer at 10.1.0.255 → shop/web:8080"];

describe("connections of an Ingress", () => {
    it("are those of the load balancer to the pods, at the port that the service translates to", () => {
        assert.deepEqual(find(rule("web", { name: "web" })), { lines: LINES, problems: [] });
        assert.deepEqual(find(rule("web", { number: 80 })), { lines: LINES, problems: [] });
        assert.deepEqual(find({ defaultBackend: { service: { name: "web", port: { number: 80 } } } }).lines, LINES);
    });

    const rows: readonly (readonly [what: string, spec: Inputs, annotations: Inputs, problem: string])[] = [
        [
            "a service that there is not",
            rule("webs", { name: "web" }),
            {},
            'Ingress shop/web names {"name":"webs","port":{"name":"web"}}, where nothing listens',
        ],
        [
            "a port that the service does not have",
            rule("web", { number: 8080 }),
            {},
            'Ingress shop/web names {"name":"web","port":{"number":8080}}, where nothing listens',
        ],
        ["no backend", { rules: [] }, {}, "Ingress shop/web leads nowhere"],
        [
            "nodes in place of pods",
            rule("web", { name: "web" }),
            { [`${ALB}/target-type`]: "instance" },
            `Ingress shop/web: with ${ALB}/target-type=instance its connections are not derived`,
        ],
        [
            "the internet",
            rule("web", { name: "web" }),
            { [`${ALB}/scheme`]: "internet-facing" },
            `Ingress shop/web: with ${ALB}/scheme=internet-facing its connections are not derived`,
        ],
        [
            "health at a port of its own",
            rule("web", { name: "web" }),
            { [`${ALB}/healthcheck-port`]: "8081" },
            `Ingress shop/web: with ${ALB}/healthcheck-port=8081 its connections are not derived`,
        ],
    ];
    for (const [what, spec, annotations, problem] of rows) {
        it(`cannot be told from ${what}`, () => assert.deepEqual(find(spec, annotations).problems, [problem]));
    }
});
