import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { OPTIONAL_SECTIONS } from "../../../tools/platform-table/optional-sections.ts";
import { rawConfig } from "../raw-config.ts";

type Sections = Readonly<Record<string, unknown>>;

function problems(sections: Sections): readonly Problem[] {
    const raw = new Map(Object.entries(rawConfig("prod")));
    for (const [key, value] of Object.entries(sections)) {
        const name = `data-platform:${key}`;
        if (value === undefined) {
            raw.delete(name);
        } else {
            raw.set(name, JSON.stringify(value));
        }
    }
    try {
        parseConfig(Object.fromEntries(raw), "data-platform");
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

const { cache, superset, redash, zeppelin, jupyterhub } = OPTIONAL_SECTIONS;
const flink = {
    image: "flink:2.3.0-scala_2.12-java17",
    taskManagers: 3,
    slots: 2,
    jobManagerResources: { cpu: "500m", memory: "2Gi" },
    taskManagerResources: { cpu: "1", memory: "4Gi" },
    stateStorage: "10Gi",
    checkpointInterval: "1 minute",
    retainedCheckpoints: 3,
};
const metabase = { image: "metabase/metabase:v0.63.19", replicas: 2, resources: { cpu: "500m", memory: "2Gi" } };

const CASES: readonly (readonly [field: string, sections: Sections, reason: RegExp, fix: RegExp])[] = [
    ["metabase.replicas", { metabase: { ...metabase, replicas: 1 } }, /outside of 2 to 20/, /from 2 to 20/],
    ["metabase.imgae", { metabase: { ...metabase, imgae: "x" } }, /nothing reads/, /Did you mean "image"/],
    [
        "redash.cache.host",
        { redash: { ...redash, cache: { kind: "external", host: "Cache!", port: 6379, tls: true } } },
        /no host name/,
        /Write it like/,
    ],
    [
        "redash.cache.kind",
        { redash: { ...redash, cache: { kind: "sentinel" } } },
        /none of "in-cluster", "external"/,
        /one of/,
    ],
    [
        "redash.cache.proxy.replicas",
        { redash: { ...redash, cache: { kind: "in-cluster", proxy: { ...redash.cache.proxy, replicas: 1 } } } },
        /outside of 2 to 5/,
        /from 2 to 5/,
    ],
    ["redash.processes", { redash: { ...redash, processes: 0 } }, /outside of 1 to 64/, /from 1 to 64/],
    ["zeppelin.storage", { zeppelin: { ...zeppelin, storage: "500Mi" } }, /whole GiB/, /20Gi/],
    [
        "jupyterhub.image",
        { jupyterhub: { ...jupyterhub, image: `notebook@sha256:${"0".repeat(64)}` } },
        /no digest/,
        /1\.2\.3/,
    ],
    ["jupyterhub.admins", { jupyterhub: { ...jupyterhub, admins: [] } }, /empty/, /at least 1/],
    ["jupyterhub.users[0]", { jupyterhub: { ...jupyterhub, users: ["Ana"] } }, /lower-case/, /signs in/],
    [
        "jupyterhub.limit.memory",
        { jupyterhub: { ...jupyterhub, limit: { cpu: "2", memory: "512Mi" } } },
        /below the guarantee of 1Gi/,
        /Raise it/,
    ],
    [
        "jupyterhub.limit.cpu",
        { jupyterhub: { ...jupyterhub, limit: { cpu: "100m", memory: "4Gi" } } },
        /below the guarantee of 250m/,
        /Raise it/,
    ],
    ["flink.image", { flink: { ...flink, image: "flink:java17" } }, /whole version/, /flink:2\.3\.0/],
    ["flink.image", { flink: { ...flink, image: "flink:1.20.2-java17" } }, /Flink 1\.x/, /2\.x/],
    ["flink.taskManagers", { flink: { ...flink, taskManagers: 1 } }, /outside of 2 to 200/, /from 2/],
    [
        "flink.taskManagerResources.memory",
        { flink: { ...flink, taskManagerResources: { cpu: "1", memory: "900Mi" } } },
        /leave no heap/,
        /at least "1Gi"/,
    ],
    ["flink.checkpointInterval", { flink: { ...flink, checkpointInterval: "soon" } }, /duration/, /30 seconds/],
    [
        "flink.checkpointInterval",
        { flink: { ...flink, checkpointInterval: "0 seconds" } },
        /without a pause/,
        /1 minute/,
    ],
];

describe("configuration of Flink and of the tools to look at data with", () => {
    before(function () {
        // The stack's file is read once.
        this.timeout("20s");
        rawConfig("prod");
    });

    it("is right as prod and the tests have it", () => {
        assert.deepEqual(problems(OPTIONAL_SECTIONS), []);
    });

    for (const [field, sections, reason, fix] of CASES) {
        it(`refuses ${JSON.stringify(Object.values(sections)[0]).slice(0, 60)}…: ${field}`, () => {
            const [problem, ...others] = problems(sections);
            assert.deepEqual(others, []);
            assert.equal(problem?.field, `data-platform:${field}`);
            assert.match(problem?.reason ?? "", reason);
            assert.match(problem?.fix ?? "", fix);
        });
    }

    it("wants a server for the databases of those that have one", () => {
        const { quotas } = OPTIONAL_SECTIONS;
        const found = problems({ cache, superset, redash, zeppelin, jupyterhub, quotas, metabaseDatabase: undefined });
        const fields = found.map(({ field }) => field.replace("data-platform:", ""));
        assert.deepEqual(fields.toSorted(), ["jupyterhub", "metabase", "redash", "superset"]);
        assert.match(found[0]?.fix ?? "", /Configure metabaseDatabase, or leave metabase out/);
    });

    it("wants a cache for Redash, where it is to be the stack's, that throws no message away", () => {
        const [without] = problems({ redash, cache: undefined });
        assert.match(`${without?.field}: ${without?.reason}`, /redash\.cache\.kind: the stack has no cache/);
        const [forgetful] = problems({ redash, cache: { ...cache, whenFull: "evict-least-recent" } });
        assert.match(`${forgetful?.field}: ${forgetful?.reason}`, /cache\.whenFull: the queue of Redash is in it/);
        const elsewhere = { ...redash, cache: { kind: "external", host: "c", port: 6379, tls: true } };
        assert.deepEqual(problems({ redash: elsewhere, cache: undefined }), []);
    });

    it("wants a cache for Superset, that throws no message away", () => {
        const [without] = problems({ superset, cache: undefined });
        assert.match(`${without?.field}: ${without?.reason}`, /superset: its queries wait in the cache/);
        const [forgetful] = problems({ superset, cache: { ...cache, whenFull: "evict-least-recent" } });
        assert.equal(forgetful?.field, "data-platform:cache.whenFull");
        assert.match(forgetful?.fix ?? "", /"refuse-writes"/);
    });
});
