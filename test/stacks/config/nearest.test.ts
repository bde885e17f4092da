import assert from "node:assert/strict";
import { nearest } from "../../../stacks/config/nearest.ts";

const KNOWN = ["network", "cluster", "zones", "cidr"];

describe("the nearest word", () => {
    for (const [word, meant] of [
        ["netwrok", "network"],
        ["Cluster", "cluster"],
        ["zone", "zones"],
        ["cdir", "cidr"],
        ["ntwrk", "network"],
    ] as const) {
        it(`of ${word} is ${meant}`, () => assert.equal(nearest(word, KNOWN), meant));
    }

    for (const word of ["surprise", "x", "id", ""]) {
        it(`of ${JSON.stringify(word)} is none`, () => assert.equal(nearest(word, KNOWN), undefined));
    }
});
