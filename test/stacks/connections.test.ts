import assert from "node:assert/strict";
import { OPTIONAL_SECTIONS } from "../../tools/platform-table/optional-sections.ts";
import { EDGES, NAMED_ONLY, OPTIONAL_EDGES, RUN_TIME_ENDPOINTS } from "./connections/assumptions.ts";
import type { Findings } from "./connections/findings.ts";
import { idleGrants, line, refused, unneeded } from "./connections/grants.ts";
import { neededConnections } from "./connections/needed.ts";
import { allowed, type Pod, type Rules, rulesOf, type Source } from "./connections/network-policy.ts";
import { textsBefore } from "./connections/texts.ts";
import { crowdedSources, mistranslatedServices, unprotectedPods } from "./connections/vpc-cni.ts";
import { podNamed, type World, worldOf } from "./connections/world.ts";
import { changedStack, type RenderedStack, renderedStack } from "./rendered/stack.ts";

const STACKS: Readonly<Record<string, () => Promise<RenderedStack>>> = {
    prod: () => renderedStack("prod"),
    staging: () => renderedStack("staging"),
    local: () => renderedStack("local"),
    "prod with every chart, and consumers that KEDA scales": () =>
        changedStack("prod", {
            ...OPTIONAL_SECTIONS,
            consumers: { membership: { kind: "dynamic", min: 4, max: 12, lagPerReplica: 1000 } },
        }),
};

const DATABASE = "data/metadata-database";
const CONTROLLER = "kafka/kafka-controller";
const BROKER = "kafka/kafka-broker";

/** Who must not reach whom, beside everybody who is not named anywhere. */
const DENIED: readonly (readonly [from: string, to: string, port: number])[] = [
    ["airflow-tasks/airflow-task", DATABASE, 5432],
    ["airflow-tasks/airflow-task", "data/pgbouncer", 6432],
    ["airflow-tasks/airflow-task", CONTROLLER, 9093],
    ["airflow-tasks/airflow-task", BROKER, 9092],
    ["airflow-tasks/airflow-task", "airflow/airflow-triggerer", 8794],
    ["airflow/airflow-scheduler", DATABASE, 5432],
    ["airflow/airflow-scheduler", "airflow/airflow-api-server", 8080],
    ["airflow/airflow-migrate", DATABASE, 8008],
    ["batch/spark", DATABASE, 5432],
    ["batch/spark", BROKER, 9092],
    ["batch/nightly-etl", DATABASE, 5432],
    ["batch/nightly-etl", "airflow/airflow-api-server", 8080],
    ["data/pgbouncer", DATABASE, 8008],
    ["kafka/kafka-consumers", CONTROLLER, 9093],
    ["kafka/kafka-topics", CONTROLLER, 9093],
    [CONTROLLER, BROKER, 9092],
    [BROKER, DATABASE, 5432],
    ["node-agents/fluent-bit", DATABASE, 8008],
];

/** Pods that no policy protects on the VPC CNI, and what does instead. */
const UNPROTECTED: Readonly<Record<string, string>> = {
    "airflow-tasks/airflow-task": "made by Airflow, without an owner; it has no port",
    "node-agents/node-exporter": "on the node's own address, which the node's security group closes",
};

function none(problems: readonly string[]): void {
    assert.ok(problems.length === 0, `\n  ${[...new Set(problems)].join("\n  ")}`);
}

/** Pods with the labels of others, in a namespace where anybody may make them, and one with none. */
function strangers({ pods }: World): readonly Pod[] {
    const elsewhere = pods.map((pod): Pod => ({ ...pod, namespace: "elsewhere", name: `${pod.name} elsewhere` }));
    return [...elsewhere, { ...podOf("elsewhere"), name: "a pod without labels" }];
}

function podOf(namespace: string): Pod {
    return { kind: "pod", name: namespace, namespace, labels: {}, hostNetwork: false, ports: [] };
}

const INTERNET: Source = { kind: "address", name: "the internet", address: "203.0.113.7" };

for (const [name, render] of Object.entries(STACKS)) {
    describe(`connections in ${name}`, () => {
        let stack: RenderedStack;
        let world: World;
        let rules: Rules;
        let needed: Findings;
        before(async function () {
            // A whole program, where others may be at work.
            this.timeout(20_000);
            stack = await render();
            world = worldOf(stack);
            rules = rulesOf(stack.objects);
            const there = OPTIONAL_EDGES.filter(({ from }) => world.pods.some((pod) => pod.name === from));
            needed = neededConnections(world, stack, [...EDGES, ...there]);
        });

        it("lead to what listens there", () => none(needed.problems));

        it("are let in where they are needed", () => none(refused(rules, needed.connections)));

        it("are let in nowhere else", () => {
            const policed = [...world.pods, ...world.chartPods].filter(({ hostNetwork }) => !hostNetwork);
            none(unneeded(rules, needed.connections, [...world.pods, ...strangers(world)], policed));
        });

        it("use whatever the policies let in", () => none(idleGrants(rules, needed.connections)));

        it("are refused to who has no business there", () => {
            const open = DENIED.filter(([from, to, port]) =>
                allowed(rules, podNamed(world, from), { pod: podNamed(world, to), port, protocol: "TCP" }),
            );
            none(open.map(([from, to, port]) => `${from} → ${to}:${port}`));
        });

        it("are refused to the world outside, at every port", () => {
            const policed = [...world.pods, ...world.chartPods].filter(({ hostNetwork }) => !hostNetwork);
            const ports = new Set([1, ...needed.connections.map(({ port }) => port)]);
            const targets = policed.flatMap((pod) =>
                [...ports].map((port) => ({ pod, port, protocol: "TCP" as const })),
            );
            none(targets.filter((target) => allowed(rules, INTERNET, target)).map((target) => line(INTERNET, target)));
        });

        it("use every assumption that is made of them", () => {
            for (const { from, to } of EDGES) {
                assert.ok(podNamed(world, from) && podNamed(world, to));
            }
            const services = world.objects.filter(({ kind }) => kind === "Service");
            for (const { service } of RUN_TIME_ENDPOINTS) {
                const found = services.find((object) => `${object.namespace}/${object.name}` === service);
                assert.ok(found !== undefined && found.object["spec"].selector === undefined, service);
            }
            for (const { pods, address } of NAMED_ONLY) {
                for (const pod of world.pods.filter((one) => pods.includes(one.name))) {
                    assert.ok(
                        textsBefore(pod.template, world.objects).some((text) => text.includes(address)),
                        pod.name,
                    );
                }
                none(pods.filter((pod) => !world.pods.some((one) => one.name === pod)));
            }
        });

        it("are within what the VPC CNI can do", () => {
            const ranges = rules.policies.flatMap(
                ({ object }) => JSON.stringify(object).match(/\d+(\.\d+){3}\/\d+/g) ?? [],
            );
            const addresses = ranges.map((range): Source => {
                const [address = ""] = range.split("/");
                return { kind: "address", name: range, address };
            });
            none(mistranslatedServices(world));
            none(crowdedSources(rules, [...world.pods, ...world.chartPods, ...addresses]));
        });

        it("are to no unprotected pod but those that are known", () => {
            const pods = unprotectedPods(world);
            assert.deepEqual(pods.map((pod) => pod.name).toSorted(), Object.keys(UNPROTECTED));
            none(pods.filter((pod) => !pod.hostNetwork && pod.ports.length > 0).map((pod) => `${pod.name} has ports`));
        });
    });
}

describe("the API server's addresses", () => {
    it("are in the private subnets: the cluster is given no others", async () => {
        const { resources } = await renderedStack("prod");
        const clusters = resources.filter(({ type }) => type === "eks:index:Cluster");
        assert.equal(clusters.length, 1);
        for (const { inputs } of clusters) {
            assert.ok("privateSubnetIds" in inputs && !("publicSubnetIds" in inputs) && !("subnetIds" in inputs));
        }
    });
});
