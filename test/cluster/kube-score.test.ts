import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { pin } from "../../tools/control-plane/toolchain/programs.ts";
import { everything } from "../stacks/platform/everything.ts";
import { objectsOf, type RenderedObject, renderedStack, withGeneratedValues } from "../stacks/rendered/stack.ts";
import { criticalFindings, type Finding } from "./kube-score/findings.ts";
import { notWaived, readWaivers, unused, type Waiver } from "./kube-score/waivers.ts";

const WAIVERS = path.join(import.meta.dirname, "kube-score/waivers.yaml");

/** `1.35` */
const KUBERNETES = pin("kube-apiserver").version.split(".").slice(0, 2).join(".");

const STACKS: Readonly<Record<string, () => Promise<readonly RenderedObject[]>>> = {
    prod: async () => (await renderedStack("prod")).objects,
    staging: async () => (await renderedStack("staging")).objects,
    local: async () => (await renderedStack("local")).objects,
    "prod with every option": async () => objectsOf(await withGeneratedValues(everything)),
};

function none(problems: readonly string[]): void {
    assert.equal(problems.length, 0, `\n  ${problems.join("\n  ")}`);
}

describe("kube-score", () => {
    const waivers = readWaivers(parse(readFileSync(WAIVERS, "utf8")));
    const found = new Map<string, readonly Finding[]>();

    before(async () => {
        // The SDK runs one program at a time.
        for (const [stack, objects] of Object.entries(STACKS)) {
            found.set(stack, await criticalFindings(await objects(), KUBERNETES));
        }
    });

    for (const stack of Object.keys(STACKS)) {
        it(`finds nothing critical in ${stack} that is not waived`, () => {
            none(notWaived(found.get(stack) ?? [], waivers));
        });
    }

    it("needs every waiver", () => none(unused([...found.values()].flat(), waivers)));
});

describe("a waiver of kube-score", () => {
    const finding: Finding = { object: "Pod a/b-1", check: "probes", path: "main", message: "None." };
    const waiver: Waiver = { check: "probes", message: "None.", objects: ["Pod a/b-1"], reason: "r" };

    for (const [what, objects, covered] of [
        ["by name", ["Pod a/b-1"], true],
        ["by pattern", ["Pod a/*"], true],
        ["among others", ["Pod c/d", "* a/b-*"], true],
        ["not by part of its name", ["Pod a/b"], false],
        ["not by another's name", ["Pod a/c-1"], false],
        ["not by what a pattern's dot could stand for", ["Pod.a/b-1"], false],
    ] as const) {
        it(`covers an object ${what}`, () => {
            const problems = notWaived([finding], [{ ...waiver, objects }]);
            assert.deepEqual(problems, covered ? [] : ["Pod a/b-1, main: probes: None."]);
        });
    }

    it("covers no other check and no other message", () => {
        assert.equal(notWaived([finding], [{ ...waiver, check: "limits" }]).length, 1);
        assert.equal(notWaived([finding], [{ ...waiver, message: "One." }]).length, 1);
    });

    it("is unused where nothing is found in an object that it names", () => {
        const objects = ["Pod a/*", "Pod c/*"];
        assert.deepEqual(unused([finding], [{ ...waiver, objects }]), ["Pod c/*: probes: None."]);
        assert.deepEqual(unused([], [waiver]), ["Pod a/b-1: probes: None."]);
    });

    it("has a reason", () => {
        assert.throws(() => readWaivers([{ check: "probes", message: "None.", objects: ["*"] }]), /reason/);
        assert.throws(() => readWaivers([{ ...waiver, reason: "" }]), /reason/);
    });
});
