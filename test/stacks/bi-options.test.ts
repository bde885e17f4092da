import assert from "node:assert/strict";
import { type Collected, ofType } from "../support/mocks.ts";
import { everything } from "./platform/everything.ts";
import { renderedStack } from "./rendered/stack.ts";

/** Systems that a stack may leave out, by what each makes that nothing else does. */
const MAKES: Readonly<Record<string, readonly (readonly [type: string, name: string])[]>> = {
    flink: [
        ["kubernetes:apps/v1:Deployment", "flink-jobmanager"],
        ["kubernetes:apps/v1:Deployment", "flink-taskmanager"],
    ],
    metabase: [
        ["aws:rds/instance:Instance", "data-platform-prod-metabase"],
        ["kubernetes:batch/v1:Job", "metabase-migrate"],
        ["kubernetes:apps/v1:Deployment", "metabase"],
        ["kubernetes:networking.k8s.io/v1:Ingress", "metabase"],
    ],
    superset: [
        ["kubernetes:batch/v1:Job", "superset-database-setup"],
        ["kubernetes:apps/v1:Deployment", "superset-web"],
        ["kubernetes:apps/v1:Deployment", "superset-beat"],
    ],
    redash: [
        ["kubernetes:batch/v1:Job", "redash-database-setup"],
        ["kubernetes:apps/v1:Deployment", "redash-scheduler"],
        ["kubernetes:apps/v1:Deployment", "cache-proxy"],
    ],
    zeppelin: [
        ["kubernetes:apps/v1:StatefulSet", "zeppelin"],
        ["kubernetes:networking.k8s.io/v1:Ingress", "zeppelin"],
    ],
    jupyterhub: [
        ["kubernetes:batch/v1:Job", "jupyterhub-database-setup"],
        ["kubernetes:core/v1:Namespace", "jupyterhub"],
        ["kubernetes:helm.sh/v3:Release", "jupyterhub"],
    ],
};

/** What prod has, because the case has it; the others are for teams that ask for them. */
const IN_PROD = new Set(["flink", "metabase"]);

describe("systems that a stack may leave out", () => {
    let all: readonly Collected[] = [];
    let prod: readonly Collected[] = [];
    let staging: readonly Collected[] = [];
    before(async function () {
        this.timeout("60s");
        all = await everything();
        prod = (await renderedStack("prod")).resources;
        staging = (await renderedStack("staging")).resources;
    });
    const has = (resources: readonly Collected[], type: string, wanted: string): boolean =>
        ofType(resources, type).some(({ name }) => name === wanted);

    for (const [system, makes] of Object.entries(MAKES)) {
        it(`${system}: is there where it is configured, and nowhere else`, () => {
            for (const [type, name] of makes) {
                assert.ok(has(all, type, name), `${type} ${name}`);
                assert.equal(has(prod, type, name), IN_PROD.has(system), `${type} ${name} in prod`);
                assert.ok(!has(staging, type, name), `${type} ${name} in staging`);
            }
        });
    }

    it("wait for their databases", () => {
        for (const tool of ["metabase", "superset", "redash"]) {
            const setup = all.find(({ type, name }) => type.endsWith(":Job") && name === `${tool}-database-setup`);
            const migration = all.find(({ type, name }) => type.endsWith(":Job") && name === `${tool}-migrate`);
            assert.ok(migration?.dependencies.includes(setup?.urn ?? ""), tool);
        }
    });
});
