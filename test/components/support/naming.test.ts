import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Problems } from "../../../components/support/errors.ts";
import {
    checkName,
    checkPortName,
    selectorLabels,
    serviceAddress,
    workloadLabels,
} from "../../../components/support/naming.ts";
import { name } from "../specs/arbitraries.ts";

function complaints(check: (problems: Problems) => void): readonly string[] {
    const problems = new Problems();
    check(problems);
    return problems.found.map((problem) => problem.reason);
}

const ofName = (value: string, reserved?: number): readonly string[] =>
    complaints((problems) => checkName(problems, "name", value, reserved));
const ofPort = (value: string): readonly string[] => complaints((problems) => checkPortName(problems, "port", value));

describe("names", () => {
    for (const good of ["a", "1", "a-b", "a--b", "0a", "a".repeat(63)]) {
        it(`take ${good}`, () => assert.deepEqual(ofName(good), []));
    }

    for (const bad of ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a\n", " a", "a".repeat(64)]) {
        it(`refuse ${JSON.stringify(bad)}`, () => assert.equal(ofName(bad).length, 1));
    }

    it("leave room for what a controller appends, to the letter", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 63 }), fc.integer({ min: 0, max: 20 }), (length, reserved) => {
                assert.equal(ofName("a".repeat(length), reserved).length === 0, length + reserved <= 63);
            }),
        );
    });
});

describe("names of ports", () => {
    for (const good of ["http", "h2", "2h", "a-b", "a".repeat(15)]) {
        it(`take ${good}`, () => assert.deepEqual(ofPort(good), []));
    }

    for (const bad of ["", "80", "1-2", "a--b", "-a", "a-", "HTTP", "a.b", "a".repeat(16)]) {
        it(`refuse ${JSON.stringify(bad)}`, () => assert.equal(ofPort(bad).length, 1));
    }
});

describe("labels", () => {
    it("of every object hold those that select, which follow from the name alone", () => {
        fc.assert(
            fc.property(name, name, (workload, system) => {
                const all: Record<string, string> = workloadLabels(workload, system);
                for (const [key, value] of Object.entries(selectorLabels(workload))) {
                    assert.equal(all[key], value);
                }
            }),
        );
        assert.deepEqual(selectorLabels("web"), { "app.kubernetes.io/name": "web" });
    });
});

describe("serviceAddress", () => {
    it("is the whole name, which needs no search through the resolver's domains", () => {
        assert.equal(serviceAddress("web", "apps"), "web.apps.svc.cluster.local");
    });
});
