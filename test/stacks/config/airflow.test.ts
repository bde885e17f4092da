import assert from "node:assert/strict";
import { fernetKeys } from "../../../stacks/config/airflow.ts";

const reasons = (value: unknown): readonly string[] => {
    const { error } = fernetKeys().safeParse(value);
    return (error?.issues ?? []).map((issue) => JSON.stringify(issue));
};

describe("airflow.fernetKeys", () => {
    for (const versions of [[1], [2, 1], [7]]) {
        it(`takes ${JSON.stringify(versions)}`, () => assert.deepEqual(reasons(versions), []));
    }

    for (const [versions, reason] of [
        [[], /too_small/],
        [[3, 2, 1], /too_big/],
        [[0], /outside of 1/],
        [[1, 1], /same version twice.*Raise the number/],
        [["1"], /invalid_type/],
    ] as const) {
        it(`refuses ${JSON.stringify(versions)}`, () => {
            const found = reasons(versions);
            assert.equal(found.length, 1);
            assert.match(found[0] ?? "", reason);
        });
    }
});
