import assert from "node:assert/strict";
import { type FindingArgs, findingsOf } from "../../../../tools/plan/capacity/findings.ts";
import type { ZoneLoss } from "../../../../tools/plan/capacity/zone-loss.ts";
import type { PoolFit } from "../../../../tools/plan/capacity.ts";

const ROOM = { cpu: 7, memory: 2 ** 34, pods: 50, volumes: 20 };
const POOL: PoolFit = {
    pool: "infra",
    instanceType: "m7i.2xlarge",
    nodes: 9,
    max: 15,
    scaledBy: "managed-groups",
    room: ROOM,
    standing: ROOM,
    share: { cpu: 0.5, memory: 0.2, pods: 0.1, volumes: 0.1 },
    unplaced: [],
    unplacedAtMost: [],
};
const UP: ZoneLoss = {
    workload: "kafka/broker",
    system: "kafka",
    promise: "ingestion",
    replicas: 3,
    left: 2,
    after: 2,
    homeless: 0,
    outcome: "up",
};

function levels(changes: Partial<FindingArgs>): string[] {
    const args = { environment: "prod", zones: 3, pools: [POOL], losses: [UP], unknown: [], ...changes };
    return findingsOf(args).map(({ level, subject }) => `${level} ${subject}`);
}

describe("findings", () => {
    it("has none where everything fits, is used, and stays up", () => {
        assert.deepEqual(levels({}), []);
    });

    it("finds pods without room: an error in production, where no more nodes come", () => {
        const unplaced = [{ workload: "airflow/web", pods: 2, short: ["cpu"], tooLarge: false }];
        assert.deepEqual(levels({ pools: [{ ...POOL, unplaced }] }), ["error pool infra"]);
        assert.deepEqual(levels({ environment: "staging", pools: [{ ...POOL, unplaced }] }), ["warning pool infra"]);
        assert.deepEqual(levels({ pools: [{ ...POOL, scaledBy: "karpenter", share: null, unplaced }] }), [
            "warning pool infra",
        ]);
    });

    it("warns of pods without room when all is scaled to its most", () => {
        const unplacedAtMost = [{ workload: "kafka/consumers", pods: 3, short: ["cpu"], tooLarge: false }];
        assert.deepEqual(levels({ pools: [{ ...POOL, unplacedAtMost }] }), ["warning pool infra"]);
    });

    it("says what helps a pod that no empty node has room for: other machines, and never more of them", () => {
        const fix = (scaledBy: PoolFit["scaledBy"], tooLarge: boolean): string | undefined => {
            const unplaced = [{ workload: "batch/train", pods: 1, short: ["cpu"], tooLarge }];
            const pools = [{ ...POOL, scaledBy, unplaced }];
            return findingsOf({ environment: "prod", zones: 3, pools, losses: [], unknown: [] })[0]?.fix;
        };
        assert.match(fix("karpenter", true) ?? "", /larger instances \(maxCpu\)/);
        assert.doesNotMatch(fix("managed-groups", true) ?? "", /typical/);
        assert.match(fix("karpenter", false) ?? "", /Raise max,/);
        assert.match(fix("managed-groups", false) ?? "", /Raise typical,/);
    });

    it("warns where less than half of what is safe is used, by whichever is used more", () => {
        const used = (cpu: number, memory: number): string[] =>
            levels({ pools: [{ ...POOL, share: { cpu, memory, pods: 0.9, volumes: 0.9 } }] });
        assert.deepEqual([used(0.33, 0.33), used(0.34, 0), used(0, 0.34)], [["warning pool infra"], [], []]);
    });

    it("finds what was promised and does not stay up, or finds no room", () => {
        const lost = (changes: Partial<ZoneLoss>): string[] => levels({ losses: [{ ...UP, ...changes }] });
        assert.deepEqual(lost({ outcome: "back" }), ["error ingestion with a zone gone"]);
        assert.deepEqual(lost({ outcome: "gone" }), ["error ingestion with a zone gone"]);
        assert.deepEqual(lost({ homeless: 1 }), ["error ingestion with a zone gone"]);
        assert.deepEqual(lost({ outcome: "gone", promise: undefined }), []);
    });

    it("warns of machines that it does not know", () => {
        const pool = { name: "batch" } as FindingArgs["unknown"][number]["pool"];
        assert.deepEqual(levels({ unknown: [{ pool, why: "Add it." }] }), ["warning pool batch"]);
    });
});
