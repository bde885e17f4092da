import assert from "node:assert/strict";
import { NODE_POOLS, nodeAgentCoversEveryNode } from "../../policies/node-agent-covers-every-node.ts";
import { judgeResource, UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_STRING } from "./judge.ts";

const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
const LINUX = { "kubernetes.io/os": "linux" };
const everywhere = [{ operator: "Exists" }];
const forPools = [{ key: "workload", operator: "Exists" }];
const agent = (podSpec: unknown, annotations: object = {}) => ({
    metadata: { name: "logs", annotations },
    spec: { template: { spec: podSpec } },
});
const affinity = (...expressions: readonly object[]) => ({
    nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: expressions }] },
    },
});
const inPools = (...values: readonly string[]) => affinity({ key: "workload", operator: "In", values });
const pools = (names: string) => ({ [NODE_POOLS]: names });
const preferred = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
const bothEffects = [
    { operator: "Exists", effect: "NoSchedule" },
    { operator: "Exists", effect: "NoExecute" },
];

type Case = readonly [name: string, props: object, problems: readonly RegExp[], type?: string];

const CASES: readonly Case[] = [
    ["compliant", agent({ tolerations: everywhere }), []],
    ["both hard effects tolerated", agent({ tolerations: bothEffects }), []],
    [
        "extra tolerations and preferred affinity",
        agent({ tolerations: [...everywhere, ...forPools], affinity: preferred }),
        [],
    ],
    ["no tolerations", agent({}), [/tolerations/]],
    ["one effect alone", agent({ tolerations: [{ operator: "Exists", effect: "NoSchedule" }] }), [/tolerations/]],
    ["one key alone", agent({ tolerations: [{ key: "dedicated", operator: "Exists" }] }), [/tolerations/]],
    ["Equal without key", agent({ tolerations: [{ operator: "Equal" }] }), [/tolerations/]],
    ["a nodeSelector", agent({ tolerations: everywhere, nodeSelector: { disk: "ssd" } }), [/nodeSelector/]],
    ["the operating system of every node", agent({ tolerations: everywhere, nodeSelector: LINUX }), []],
    [
        "another operating system",
        agent({ tolerations: everywhere, nodeSelector: { "kubernetes.io/os": "windows" } }),
        [/nodeSelector/],
    ],
    [
        "the operating system and a label",
        agent({ tolerations: everywhere, nodeSelector: { ...LINUX, disk: "ssd" } }),
        [/nodeSelector/],
    ],
    [
        "an operating system that is not known",
        agent({ tolerations: everywhere, nodeSelector: { "kubernetes.io/os": UNKNOWN_STRING } }),
        [/nodeSelector/],
    ],
    [
        "named pool and the operating system of every node",
        agent({ tolerations: forPools, nodeSelector: { ...LINUX, workload: "batch" } }, pools("batch")),
        [],
    ],
    ["required affinity", agent({ tolerations: everywhere, affinity: inPools("infra") }), [/nodeAffinity/]],
    ["a node's name", agent({ tolerations: everywhere, nodeName: "a" }), [/nodeName/]],
    ["both wrong", agent({ nodeSelector: { disk: "ssd" } }), [/nodeSelector/, /tolerations/]],
    ["an empty nodeSelector", agent({ tolerations: everywhere, nodeSelector: {} }), []],
    [
        "named pool by selector",
        agent({ tolerations: forPools, nodeSelector: { workload: "batch" } }, pools("batch")),
        [],
    ],
    ["named pools by affinity", agent({ tolerations: forPools, affinity: inPools("a", "b") }, pools("b, a")), []],
    [
        "named pools tolerated by value",
        agent({ tolerations: [{ key: "workload", value: "a" }], affinity: inPools("a") }, pools("a")),
        [],
    ],
    ["named pools, everything tolerated", agent({ tolerations: everywhere, affinity: inPools("a") }, pools("a")), []],
    ["pools not named", agent({ tolerations: forPools, affinity: inPools("a") }), [/nodeAffinity/, /tolerations/]],
    [
        "names other pools",
        agent({ tolerations: forPools, affinity: inPools("a", "b") }, pools("a")),
        [/placed on "a,b"/],
    ],
    ["names pools and runs everywhere", agent({ tolerations: forPools }, pools("a")), [/placed on ""/]],
    [
        "names pools and narrows further",
        agent({ tolerations: forPools, nodeSelector: { workload: "a", disk: "x" } }, pools("a")),
        [/more than the pool label/],
    ],
    [
        "names pools and excludes",
        agent(
            { tolerations: forPools, affinity: affinity({ key: "workload", operator: "NotIn", values: ["a"] }) },
            pools("a"),
        ),
        [/more than the pool label/],
    ],
    ["named pools without toleration", agent({ nodeSelector: { workload: "a" } }, pools("a")), [/do not tolerate/]],
    [
        "named pools, one tolerated",
        agent({ tolerations: [{ key: "workload", value: "a" }], affinity: inPools("a", "b") }, pools("a,b")),
        [/taint workload of b/],
    ],
    ["a patch that narrows", agent({ nodeSelector: { disk: "ssd" } }), [/nodeSelector/], `${DAEMON_SET}Patch`],
    ["a patch of something else", agent({ priorityClassName: "x" }), [], `${DAEMON_SET}Patch`],
    ["an older version", agent({}), [/tolerations/], "kubernetes:extensions/v1beta1:DaemonSet"],
    ["another kind", agent({}), [], "kubernetes:apps/v1:Deployment"],
    ["tolerations not known", agent({ tolerations: UNKNOWN_LIST }), []],
    ["a toleration not known", agent({ tolerations: [UNKNOWN_OBJECT] }), []],
    [
        "the selector's value not known",
        agent({ tolerations: everywhere, nodeSelector: { disk: UNKNOWN_STRING } }),
        [/nodeSelector/],
    ],
    ["the selector not known", agent({ tolerations: everywhere, nodeSelector: UNKNOWN_OBJECT }), [/nodeSelector/]],
    [
        "known selector, tolerations not known",
        agent({ tolerations: UNKNOWN_LIST, nodeSelector: { disk: "ssd" } }),
        [/nodeSelector/],
    ],
    ["the pod not known", agent(UNKNOWN_OBJECT), []],
];

describe("node-agent-covers-every-node", () => {
    for (const [name, props, problems, type = DAEMON_SET] of CASES) {
        it(`${name}: ${problems.length}`, () => {
            const messages = judgeResource(nodeAgentCoversEveryNode, type, props);
            assert.equal(messages.length, problems.length, messages.join("\n"));
            for (const [index, problem] of problems.entries()) {
                assert.match(messages[index] ?? "", problem);
            }
        });
    }
});
