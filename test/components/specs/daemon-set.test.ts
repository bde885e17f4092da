import assert from "node:assert/strict";
import * as fc from "fast-check";
import { AGENT_TOLERATIONS, agentAffinity, daemonSet, POOLS_ANNOTATION } from "../../../components/specs/daemon-set.ts";
import { assertValid } from "../../support/schema.ts";
import { name, OWNER, rendered, TEMPLATE } from "./arbitraries.ts";

const ARGS = { ...OWNER, maxUnavailablePercent: 10, minReadySeconds: 5, template: TEMPLATE };
const pools = fc
    .tuple(name, fc.array(name, { maxLength: 3 }))
    .map(([first, rest]): [string, ...string[]] => [first, ...rest]);

describe("daemonSet", () => {
    it("never runs a second agent on a node, whatever share of them is updated at once", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 100 }), (percent) => {
                const made = daemonSet("agent", { ...ARGS, nodes: "every", maxUnavailablePercent: percent });
                const object = rendered("apps/v1", "DaemonSet", made);
                assertValid(object);
                assert.deepEqual(object["spec"].updateStrategy.rollingUpdate, {
                    maxUnavailable: `${percent}%`,
                    maxSurge: 0,
                });
            }),
        );
    });

    it("names its pools on the object as in the affinity", () => {
        fc.assert(
            fc.property(pools, (named) => {
                const nodes = { pools: named };
                const { metadata } = rendered("", "", daemonSet("agent", { ...ARGS, nodes }));
                const affinity = agentAffinity(nodes);
                assertValid(rendered("v1", "Pod", { spec: { containers: [], affinity } }));
                const terms = rendered("", "", affinity ?? {})["nodeAffinity"]
                    .requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
                assert.deepEqual(terms[0].matchExpressions[0].values, named);
                assert.equal(metadata.annotations[POOLS_ANNOTATION], named.join(","));
            }),
        );
    });

    it("has neither for every node", () => {
        assert.equal(agentAffinity("every"), undefined);
        const { metadata } = rendered("", "", daemonSet("agent", { ...ARGS, nodes: "every" }));
        assert.ok(!(POOLS_ANNOTATION in metadata.annotations));
    });

    it("tolerates every taint of every effect", () => {
        assert.deepEqual(AGENT_TOLERATIONS, [{ operator: "Exists" }]);
    });
});
