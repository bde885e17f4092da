import assert from "node:assert/strict";
import { claim } from "../../../components/specs/claim.ts";
import { claimChangeProblem } from "../../../components/support/claim-guard.ts";
import type { VolumeSize } from "../../../components/values/quantity.ts";

const OWNER = { namespace: "apps", system: "db" };

function inputs(size: VolumeSize, storageClass?: string): object {
    const volume = { mountPath: "/data", size, ...(storageClass === undefined ? {} : { storageClass }) };
    return claim("db", OWNER, "data", volume, 0);
}

describe("claimChangeProblem", () => {
    it("lets a volume grow, across units too", () => {
        assert.equal(claimChangeProblem(inputs("10Gi"), inputs("20Gi")), undefined);
        assert.equal(claimChangeProblem(inputs("900Gi"), inputs("1Ti")), undefined);
    });

    it("refuses to shrink one, and says what to do", () => {
        const problem = claimChangeProblem(inputs("1Ti"), inputs("900Gi"));
        assert.equal(problem?.field, "volumes.size");
        assert.match(problem?.reason ?? "", /has 1Ti.*do not shrink/);
        assert.match(problem?.fix ?? "", /back to "1Ti"/);
    });

    it("refuses another class", () => {
        const problem = claimChangeProblem(inputs("1Gi", "gp3"), inputs("1Gi", "io2"));
        assert.equal(problem?.field, "volumes.storageClass");
        assert.match(problem?.reason ?? "", /class gp3/);
    });

    it("refuses to name the default class later", () => {
        assert.match(claimChangeProblem(inputs("1Gi"), inputs("1Gi", "gp3"))?.reason ?? "", /\(default\)/);
    });

    it("says nothing about what it cannot read", () => {
        assert.equal(claimChangeProblem({}, inputs("1Gi")), undefined);
        assert.equal(claimChangeProblem(inputs("1Gi"), { spec: { resources: {} } }), undefined);
    });
});
