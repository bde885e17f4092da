import assert from "node:assert/strict";
import { type Collected, ofType, only } from "../../support/mocks.ts";
import { everything } from "../platform/everything.ts";

/** Whether a resource is made after another one: what it, its provider and what it is part of depend on leads there. */
function isAfter(resource: Collected, target: string, byUrn: ReadonlyMap<string, Collected>): boolean {
    const seen = new Set<string>();
    const next = [resource.urn];
    for (let urn = next.pop(); urn !== undefined; urn = next.pop()) {
        if (urn === target) {
            return true;
        }
        const current = byUrn.get(urn);
        if (current !== undefined && !seen.has(urn)) {
            seen.add(urn);
            const { dependencies, parent, provider } = current;
            next.push(...dependencies, ...[parent, provider].filter((one) => one !== undefined));
        }
    }
    return false;
}

describe("what AWS makes in a cluster", () => {
    for (const type of ["aws:eks/podIdentityAssociation:PodIdentityAssociation", "aws:eks/accessEntry:AccessEntry"]) {
        it(`is made after the cluster: ${type.split(":").at(-1)}`, async () => {
            const made = await everything();
            const byUrn = new Map(made.map((resource) => [resource.urn, resource]));
            const { urn } = only(made, "eks:index:Cluster");
            const some = ofType(made, type);
            assert.ok(some.length > 0);
            assert.deepEqual(
                some.filter((resource) => !isAfter(resource, urn, byUrn)).map(({ name }) => name),
                [],
            );
        });
    }
});
