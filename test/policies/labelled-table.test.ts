import assert from "node:assert/strict";
import { createStatefulWorkloadPolicy } from "../../policies/stateful-workload-as-deployment.ts";
import { type Row, readTable, toClaims, toDeployment } from "./deployment-table.ts";
import { judgeResource } from "./judge.ts";

/** The share of the stateful Deployments that the policy must find on projects it was not written with. */
const LEAST_FOUND = 0.96;

/** The share of the others that it may report wrongly there. */
const MOST_FALSE_ALARMS = 0.03;

const LEAST_ROWS = 100;

function isFlagged(row: Row): boolean {
    const policy = createStatefulWorkloadPolicy(() => new Date());
    for (const claim of toClaims(row)) {
        judgeResource(policy, "kubernetes:core/v1:PersistentVolumeClaim", claim);
    }
    return judgeResource(policy, "kubernetes:apps/v1:Deployment", toDeployment(row)).length > 0;
}

function nameOf({ source, name }: Row): string {
    return `${source.repo} ${name}`;
}

function percent(share: number): string {
    return `${(share * 100).toFixed(1)} %`;
}

function list(names: readonly string[]): string {
    return names.join(", ") || "none";
}

function measure(half: "dev" | "held-out") {
    const rows = readTable(half);
    const stateful = rows.filter((row) => row.stateful);
    const others = rows.filter((row) => !row.stateful);
    const missed = stateful.filter((row) => !isFlagged(row)).map(nameOf);
    const falseAlarms = others.filter(isFlagged).map(nameOf);
    const found = 1 - missed.length / stateful.length;
    const falseAlarmRate = falseAlarms.length / others.length;
    console.log(
        `${half}: found ${percent(found)} of ${stateful.length} stateful, ` +
            `false alarms ${percent(falseAlarmRate)} of ${others.length} others` +
            // Without names for the half that the model must not be fitted to.
            (half === "dev" ? `; missed: ${list(missed)}; false alarms: ${list(falseAlarms)}` : ""),
    );
    return { rows: rows.length, found, falseAlarmRate };
}

describe("stateful-workload-as-deployment on Deployments of public projects", () => {
    it("finds the stateful on the held-out half and leaves the others alone", () => {
        const dev = measure("dev");
        const heldOut = measure("held-out");
        assert.ok(dev.rows + heldOut.rows >= LEAST_ROWS, `only ${dev.rows + heldOut.rows} rows`);
        assert.ok(heldOut.found >= LEAST_FOUND, `found only ${heldOut.found}`);
        assert.ok(heldOut.falseAlarmRate <= MOST_FALSE_ALARMS, `false alarms ${heldOut.falseAlarmRate}`);
    });

    it("is written and measured on different projects", () => {
        const projects = new Set(readTable("dev").map(({ source }) => source.repo));
        const shared = readTable("held-out").filter(({ source }) => projects.has(source.repo));
        assert.deepEqual(shared.map(nameOf), []);
    });
});
