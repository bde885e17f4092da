import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { type Drained, drain } from "../../tools/control-plane/drain.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { isReady } from "../../tools/control-plane/readiness.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { renderedStack } from "../stacks/rendered/stack.ts";
import { collect } from "../support/mocks.ts";
import {
    type Budgeted,
    budgetedWorkloads,
    budgetStatus,
    isWhole,
    notWhole,
    overdrawn,
    podsOfWorkload,
} from "./disruptions/budgeted.ts";
import { replacementSeconds } from "./disruptions/duration.ts";
import { crash, evictAll, goneBeforeReplaced } from "./disruptions/evictions.ts";
import { byZone, nameOf, reference, successor } from "./disruptions/nodes.ts";
import { movedReplicas, strayed } from "./disruptions/volumes.ts";
import { Deployed } from "./support/deployed.ts";
import { desiredObjects, STACK_RESOURCES } from "./support/desired.ts";
import { type Placed, placements } from "./support/placement.ts";
import { OBSERVED, podsSeen } from "./support/waiting.ts";
import { Workloads } from "./support/workloads.ts";

const START_UP_SCALE = 0.002;
const READY_MS = 180_000;
/** How many replicas of a workload are evicted at once: more than any budget allows. */
const AT_ONCE = 4;
/** How many problems an error tells. */
const MOST_TOLD = 20;
const QUICK = { retryMs: 250, pollMs: 100, timeoutMs: READY_MS } as const;

/** A small program beside the stack, with the sizes that it has none of. */
const FIVE = "five";
const ALONE = "alone";
const ALONE_WITH_VOLUME = "alone-with-volume";
/** What decides by majority, by the documents of each. */
const MAJORITIES = new Set(["kafka-controller", "metadata-database", FIVE]);

function isAgent(pod: V1Pod): boolean {
    return pod.metadata?.ownerReferences?.some(({ kind }) => kind === "DaemonSet") ?? false;
}

function none(problems: readonly string[]): void {
    assert.equal(problems.length, 0, `\n  ${problems.slice(0, MOST_TOLD).join("\n  ")}`);
}

describe("disruptions of prod on 60 nodes", () => {
    const nodes = stackNodes(stackConfig("prod"), { nodes: 60 });
    const names = nodes.filter(({ kind }) => kind === "Node").map(nameOf);
    let plane: ControlPlane;
    let recorder: Recorder;
    let workloads: readonly Budgeted[];
    let daemonSets: number;

    const servicesOn = (node: string): readonly V1Pod[] =>
        (recorder.current("Pod") as readonly V1Pod[]).filter(
            (pod) => pod.spec?.nodeName === node && pod.status?.phase === "Running" && !isAgent(pod),
        );

    const agents = (): readonly V1Pod[] => recorder.current("Pod").filter(isAgent);

    const incomplete = (): readonly Budgeted[] => workloads.filter((workload) => !isWhole(recorder, workload));
    const lacking = (): readonly string[] => incomplete().map((workload) => notWhole(recorder, workload));

    const whole = async (): Promise<void> => {
        await podsSeen(recorder, plane.client, READY_MS);
        await recorder
            .waitFor("every workload to be whole", () => incomplete().length === 0, READY_MS)
            .catch((cause) => {
                throw new Error(`not whole:\n${lacking().join("\n")}`, { cause });
            });
    };

    /** Drains a node; if that does not end, what the workloads lack at that moment tells why. */
    const drained = (name: string): Promise<Drained> =>
        drain(plane.client, name, QUICK).catch((cause: Error) => {
            throw new Error([cause.message, ...lacking()].join("\n"), { cause });
        });

    const withVolumes = (): readonly Placed[] => placements(recorder).filter(({ volumes }) => volumes.length > 0);

    const carried = (after: number): void => none(workloads.flatMap((one) => overdrawn(recorder, one, after)));

    before(async () => {
        const rendered = await renderedStack("prod");
        const beside = await collect(() => {
            const small = new Workloads("beside a stack");
            small.stateless(ALONE, { replicas: 1 });
            small.ordered(ALONE_WITH_VOLUME, { replicas: 1 });
            small.ordered(FIVE, { replicas: 5, quorum: "majority", order: "parallel" });
        });
        workloads = [...rendered.resources, ...beside].flatMap((one) => budgetedWorkloads([one], MAJORITIES));
        plane = await ControlPlane.start({
            nodes,
            startUpScale: START_UP_SCALE,
            customResources: STACK_RESOURCES,
        });
        recorder = await Recorder.start(plane.client, [...OBSERVED, "policy/v1/poddisruptionbudgets"]);
        const desired = [...desiredObjects(rendered.resources), ...desiredObjects(beside)];
        daemonSets = desired.filter(({ object }) => object.kind === "DaemonSet").length;
        await new Deployed(plane.client).apply(desired);
        await whole();
        await recorder.waitFor(
            "the agents to be ready",
            () => agents().filter(isReady).length === names.length * daemonSets,
            READY_MS,
        );
    });

    after(async () => {
        await recorder?.stop();
        await plane?.stop();
    });

    it("are allowed to one replica at least, single ones included, and to less than half of a quorum", () => {
        const allowed = workloads.map((workload) => {
            const { expectedPods, disruptionsAllowed } = budgetStatus(recorder, workload) ?? {};
            return [workload.name, { of: expectedPods, away: disruptionsAllowed }];
        });
        const designed = workloads.map(({ name, replicas, away }) => [name, { of: replicas, away }]);
        assert.deepEqual(Object.fromEntries(allowed), Object.fromEntries(designed));
        assert.ok([...MAJORITIES, ALONE].every((name) => workloads.some((workload) => workload.name === name)));
    });

    describe("by evictions of every workload at once", () => {
        let mark: number;
        const former = new Map<Budgeted, readonly V1Pod[]>();
        const refusals = new Map<Budgeted, number>();

        before(async () => {
            for (const workload of workloads) {
                former.set(workload, podsOfWorkload(recorder, workload));
            }
            mark = recorder.mark();
            await Promise.all(
                [...former].map(async ([workload, pods]) => {
                    refusals.set(workload, await evictAll(plane.client, pods.slice(0, AT_ONCE)));
                }),
            );
            await whole();
        });

        it("are granted up to the budget, and refused until a replacement is ready", () => {
            for (const [workload, pods] of former) {
                const { name, away } = workload;
                assert.equal(goneBeforeReplaced(recorder, workload, pods, mark), away, name);
                assert.equal((refusals.get(workload) ?? 0) > 0, pods.length > away, `${name} was never refused`);
            }
        });

        it("take no more away at any time than each design allows", () => carried(mark));
    });

    describe("by evictions of replicas that crash", () => {
        const answers = new Map<string, readonly string[]>();
        let large: readonly Budgeted[];

        before(async () => {
            large = workloads.filter(({ replicas, away }) => replicas > away);
            await Promise.all(
                large.map(async (workload) => {
                    const pods = podsOfWorkload(recorder, workload);
                    // One more than the budget covers: nothing is allowed to healthy ones now.
                    const broken = pods.slice(0, workload.away + 1);
                    const uids = new Set(broken.map(({ metadata }) => metadata?.uid));
                    await Promise.all(broken.map((pod) => crash(plane.client, pod)));
                    await recorder.waitFor(
                        `the budget of ${workload.name} to see the crashes`,
                        () => budgetStatus(recorder, workload)?.currentHealthy === pods.length - broken.length,
                        READY_MS,
                    );
                    const healthy = pods.find(({ metadata }) => !uids.has(metadata?.uid));
                    const asked = healthy === undefined ? broken : [healthy, ...broken];
                    const given: string[] = [];
                    for (const { metadata } of asked) {
                        given.push(await plane.client.evict(workload.namespace, metadata?.name ?? ""));
                    }
                    answers.set(workload.name, given);
                    // What was refused would crash on.
                    const left = asked.filter((pod, index) => broken.includes(pod) && given[index] === "refused");
                    await Promise.all(left.map((pod) => plane.client.remove(reference("v1", "Pod", pod))));
                }),
            );
            await whole();
        });

        it("are granted beyond the budget, while one of a healthy replica is refused", () => {
            const expected = large.map(({ name, replicas, away }) => [
                name,
                [...(replicas > away + 1 ? ["refused"] : []), ...Array.from({ length: away + 1 }, () => "evicted")],
            ]);
            assert.deepEqual(Object.fromEntries(answers), Object.fromEntries(expected));
        });
    });

    describe("by a drain of every node in turn, in all zones at once", () => {
        let mark: number;
        let placed: readonly Placed[];
        let seconds: number;
        let bound = 0;
        let refusals = 0;

        before(async () => {
            placed = withVolumes();
            mark = recorder.mark();
            const began = Date.now();
            // The groups of nodes are the zones', each upgraded for itself.
            await Promise.all(
                [...byZone(nodes).values()].map(async (group) => {
                    for (const name of group) {
                        const leaving = servicesOn(name);
                        bound += leaving.reduce((sum, pod) => sum + replacementSeconds(pod, START_UP_SCALE), 0);
                        refusals += (await drained(name)).refusals;
                        await plane.client.cordon(name, false);
                    }
                }),
            );
            seconds = (Date.now() - began) / 1000;
            await whole();
            const figures = `${seconds.toFixed(1)} s of ${bound.toFixed(1)} s, ${refusals} evictions refused`;
            console.log(`    ${names.length} nodes drained: ${figures}`);
        });

        it("end, in the time that their pods need one after the other", () => {
            assert.ok(seconds <= bound, `${seconds.toFixed(1)} s, ${bound.toFixed(1)} s were enough`);
        });

        it("take no more away at any time than each design allows", () => carried(mark));

        it("move every replica with a volume, within its zone, with its claim and its volume", () => {
            assert.equal(placed.length, recorder.current("PersistentVolumeClaim").length);
            assert.equal(movedReplicas(recorder, placed, mark).size, placed.length);
            none(strayed(recorder, placed, mark));
        });

        it("leave the agents where they are", () => {
            const touched = recorder
                .since(mark)
                .filter(({ object }) => object.kind === "Pod" && isAgent(object))
                .filter(({ type, object }) => type !== "MODIFIED" || object.metadata?.deletionTimestamp !== undefined);
            none(touched.map(({ revision, type, object }) => `${revision}: ${type} ${nameOf(object)}`));
            assert.equal(agents().length, names.length * daemonSets);
        });
    });

    describe("by nodes that are replaced, one in each zone", () => {
        let mark: number;
        let placed: readonly Placed[];
        const replaced = new Map<string, string>();

        before(async () => {
            placed = withVolumes();
            mark = recorder.mark();
            const brokers = placed.filter(({ workload }) => workload === "kafka/kafka-broker");
            for (const { node } of brokers) {
                const old = nameOf(node);
                const next = `${old}-next`;
                await plane.addNodes(successor(nodes, old, next));
                await drained(old);
                await plane.client.remove(reference("v1", "Node", node));
                await plane.client.remove(reference("storage.k8s.io/v1", "CSINode", node));
                replaced.set(old, next);
            }
            await whole();
        });

        it("take no more away at any time than each design allows", () => {
            const zones = placed.filter(({ node }) => replaced.has(nameOf(node))).map(({ zone }) => zone);
            assert.equal(new Set(zones).size, 3);
            carried(mark);
        });

        it("move the replicas with volumes within their zone", () => {
            assert.ok(movedReplicas(recorder, placed, mark).size >= replaced.size);
            none(strayed(recorder, placed, mark));
        });

        it("have agents on the nodes that come", async () => {
            for (const node of replaced.values()) {
                await recorder.waitFor(
                    `agents on ${node}`,
                    () => agents().filter((pod) => pod.spec?.nodeName === node && isReady(pod)).length === daemonSets,
                    READY_MS,
                );
            }
        });
    });
});
