import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

type Stack = "prod" | "staging";

/** What is said of a stack's configuration with one value of a section changed. */
function problems(stack: Stack, section: string, path: string, value: unknown): readonly Problem[] {
    const raw: Record<string, string> = { ...rawConfig(stack) };
    const key = `data-platform:${section}`;
    const root = JSON.parse(raw[key] ?? "{}");
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    steps.reduce((owner, step) => owner[step], root)[last] = value;
    raw[key] = JSON.stringify(root);
    try {
        parseConfig(raw, "data-platform");
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

const MANAGED = { instanceTypes: ["m7i.xlarge"], min: 3, typical: 3, max: 6, diskSize: 100 };

const CASES: readonly {
    readonly section?: string;
    readonly path: string;
    readonly value: unknown;
    readonly field?: string;
    readonly reason: RegExp;
    readonly fix: RegExp;
}[] = [
    {
        path: "infra.instanceTypes",
        value: ["x2idn.16xlarge"],
        field: "infra.instanceTypes[0]",
        reason: /memory it has does not follow/,
        fix: /m7i/,
    },
    {
        path: "streaming",
        value: { ...MANAGED, max: 7 },
        field: "streaming.max",
        reason: /shared evenly/,
        fix: /such as 9/,
    },
    {
        path: "streaming",
        value: { ...MANAGED, min: 6 },
        field: "streaming.min",
        reason: /above the typical 3/,
        fix: /at most 3/,
    },
    { path: "batch.capacity", value: [], reason: /empty/, fix: /at least 1/ },
    {
        path: "batch.capacity",
        value: ["spots"],
        field: "batch.capacity[0]",
        reason: /none of/,
        fix: /Did you mean "spot"/,
    },
    {
        path: "batch.instanceFamilies",
        value: ["m7i.large"],
        field: "batch.instanceFamilies[0]",
        reason: /no family/,
        fix: /"m7i"/,
    },
    { path: "batch.instanceFamilies", value: ["m7i", "m7g"], reason: /two architectures/, fix: /one architecture/ },
    { path: "batch.instanceFamilies", value: ["x2idn"], reason: /memory it has does not follow/, fix: /m7i/ },
    { path: "batch.minCpu", value: 6, reason: /not every family/, fix: /2, 4, 8, 16/ },
    { path: "batch.maxCpu", value: 2, field: "batch.minCpu", reason: /above the maximum of 2/, fix: /at most 2/ },
    { path: "batch.minMemory", value: "256Gi", reason: /no size of m7i, .* from 4 to 16 CPUs/, fix: /raise maxCpu/ },
    { path: "batch.minMemory", value: "16GB", reason: /binary unit/, fix: /"512Mi"/ },
    { path: "batch.typical", value: 21, reason: /above the maximum of 20/, fix: /at most 20/ },
    {
        path: "sparkDriver.capacity",
        value: ["spot", "on-demand"],
        reason: /fails with its driver/,
        fix: /\[on-demand\]/,
    },
    {
        path: "sparkExecutor.instanceFamilies",
        value: ["r6id", "r6i"],
        field: "sparkExecutor.instanceFamilies[1]",
        reason: /disks that it does not have/,
        fix: /r6id or i4i/,
    },
    { path: "executor", value: {}, reason: /nothing reads/, fix: /known here are infra/ },
    { section: "nodeUpdates", path: "amiRelease", value: "v20260827", reason: /no release/, fix: /"1.35.7-20260827"/ },
    {
        section: "nodeUpdates",
        path: "amiRelease",
        value: "latest",
        reason: /run nowhere before/,
        fix: /Pin the release/,
    },
    {
        section: "nodeUpdates",
        path: "amiRelease",
        value: "1.34.9-20260827",
        reason: /than cluster.version, 1\.35/,
        fix: /follow the control plane/,
    },
    { section: "nodeUpdates", path: "window.day", value: "mon", reason: /none of/, fix: /"monday"/ },
    { section: "nodeUpdates", path: "window.start", value: "7:00", reason: /no time of the day/, fix: /"07:00"/ },
    {
        section: "nodeUpdates",
        path: "window.duration",
        value: "30 minutes",
        reason: /an hour of them/,
        fix: /"4 hours"/,
    },
    {
        section: "nodeUpdates",
        path: "window.duration",
        value: "4 days",
        reason: /three days at most/,
        fix: /"4 hours"/,
    },
];

describe("the configuration of pools", () => {
    for (const { section = "pools", path, value, field, reason, fix } of CASES) {
        it(`refuses ${section}.${path} = ${JSON.stringify(value)}`, () => {
            const found = problems("prod", section, path, value);
            assert.deepEqual(
                found.map((problem) => problem.field),
                [`data-platform:${section}.${field ?? path}`],
                JSON.stringify(found, undefined, 2),
            );
            assert.match(found[0]?.reason ?? "", reason);
            assert.match(found[0]?.fix ?? "", fix);
        });
    }

    it("takes nodes for streaming", () => {
        assert.deepEqual(problems("prod", "pools", "streaming", MANAGED), []);
    });

    it("lets staging run what nobody has run before", () => {
        assert.deepEqual(problems("staging", "nodeUpdates", "amiRelease", "latest"), []);
    });
});
