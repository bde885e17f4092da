import assert from "node:assert/strict";
import type { CoreV1Event, KubernetesObject, V1Node, V1Pod } from "@kubernetes/client-node";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { isReady } from "../../tools/control-plane/readiness.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { field } from "../../tools/plan/kubernetes.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { type RenderedStack, renderedStack } from "../stacks/rendered/stack.ts";
import { type Changes, Deployed } from "./support/deployed.ts";
import { type Desired, desiredObjects, STACK_RESOURCES } from "./support/desired.ts";
import { type Placed, placements, skew } from "./support/placement.ts";
import { refusals } from "./support/refusals.ts";
import { allReady, OBSERVED } from "./support/waiting.ts";

/** A start takes a hundredth of what the workloads allow themselves, and a second at least. */
const START_UP_SCALE = 0.01;

const READY_MS = 120_000;

const POOL = "workload";

/**
 * Nodes of each stack, and the pools that its systems and the team's own Spark jobs run on. What sets a system up runs
 * where the system does: a deployment does not wait for a node.
 */
const STACKS = [
    { stack: "prod", nodes: 60, zones: 3, pool: "infra", jobs: "spark-driver" },
    { stack: "staging", nodes: 60, zones: 3, pool: "infra", jobs: "spark-driver" },
    { stack: "local", nodes: 3, zones: 0, pool: undefined, jobs: undefined },
] as const;

/** Namespace of the team's jobs. */
const JOBS = "batch";

function none(problems: readonly string[]): void {
    assert.equal(problems.length, 0, `\n  ${problems.join("\n  ")}`);
}

function byWorkload(placed: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
    return Map.groupBy(placed, ({ workload }) => workload);
}

for (const { stack, nodes: nodeCount, zones: zoneCount, pool, jobs } of STACKS) {
    describe(`${stack} on ${nodeCount} nodes`, () => {
        const nodes = stackNodes(stackConfig(stack), { nodes: nodeCount });
        let plane: ControlPlane;
        let recorder: Recorder;
        let rendered: RenderedStack;
        let desired: readonly Desired[];
        let deployed: Deployed;
        let applied: Changes;

        const agents = (): readonly Placed[] => placements(recorder).filter(isAgent);
        const services = (): readonly Placed[] => placements(recorder).filter((placed) => !isAgent(placed));

        before(async () => {
            [plane, rendered] = await Promise.all([
                ControlPlane.start({
                    nodes,
                    startUpScale: START_UP_SCALE,
                    customResources: STACK_RESOURCES,
                }),
                renderedStack(stack),
            ]);
            recorder = await Recorder.start(plane.client, [...OBSERVED, "events"]);
            desired = desiredObjects(rendered.resources);
            deployed = new Deployed(plane.client);
        });

        after(async () => {
            await recorder?.stop();
            await plane?.stop();
        });

        it("is accepted with strict field validation, each object after what it depends on", async () => {
            applied = await deployed.apply(desired);
            assert.equal(applied.created.length, desired.length);
        });

        it("is accepted in what its own programs make pods from", async () => {
            const own = new Set(desired.map(({ object }) => `${object.kind} ${object.metadata?.name}`));
            const embedded = rendered.objects.filter(({ kind, name }) => !own.has(`${kind} ${name}`));
            assert.ok(embedded.length > 0);
            for (const { object, name, namespace } of embedded) {
                const metadata = { ...object["metadata"], name, namespace: namespace || "airflow" };
                await plane.client.apply({ ...object, metadata }, { dryRun: true });
            }
        });

        it("becomes ready, every workload of it", async () => {
            await allReady(recorder, applied.objects, READY_MS);
        });

        // Once it is ready: a controller's own change would be taken for one of ours.
        it("is changed by nothing when it is applied again", async () => {
            const { same, objects: _, ...changes } = await deployed.apply(desired);
            assert.deepEqual(changes, { created: [], updated: [], deleted: [], retained: [] });
            assert.equal(same.length, desired.length);
        });

        it("is warned of by nobody, and no pod of it is refused", () => {
            none(plane.client.warnings.map(({ text }) => text));
            none(refusals(recorder.current("Event") as readonly CoreV1Event[]));
        });

        it("has each replica on a host of its own, and as many zones as replicas, up to all of them", () => {
            const zones = new Set(
                nodes.map((node) => field(node, "metadata", "labels", "topology.kubernetes.io/zone")),
            );
            const places = [...zones].filter((zone) => typeof zone === "string");
            assert.equal(places.length, zoneCount);
            const room = nodes.filter(
                (node) => field(node, "metadata", "labels", POOL) === pool && node.kind === "Node",
            );
            for (const [workload, replicas] of byWorkload(services())) {
                const taken = replicas.map(({ zone }) => zone);
                const hosts = new Set(replicas.map(({ node }) => node.metadata?.name));
                // Where hosts are fewer than replicas, they can only be as even as that.
                assert.ok(hosts.size >= Math.min(replicas.length, room.length), `${workload} on ${[...hosts].join()}`);
                assert.ok(zoneCount === 0 || skew(places, taken) <= 1, `${workload} in ${taken.join()}`);
            }
        });

        it("has its services on the pool that they are for, and nowhere else", () => {
            const strays = services().filter(({ node }) => node.metadata?.labels?.[POOL] !== pool);
            none(strays.map(({ workload, node }) => `${workload} on ${node.metadata?.name}`));
        });

        it("has its jobs on the pool that they are for", () => {
            const poolOf = new Map(recorder.current("Node").map(({ metadata }) => [metadata?.name, metadata?.labels]));
            const pods = (recorder.current("Pod") as readonly V1Pod[]).filter(({ metadata }) =>
                metadata?.ownerReferences?.some(({ kind }) => kind === "Job"),
            );
            assert.ok(pods.some(({ metadata }) => metadata?.namespace === JOBS));
            const strays = pods.filter(
                ({ metadata, spec }) =>
                    poolOf.get(spec?.nodeName)?.[POOL] !== (metadata?.namespace === JOBS ? jobs : pool),
            );
            none(strays.map(({ metadata, spec }) => `${metadata?.name} on ${spec?.nodeName}`));
        });

        it("has a volume of its own behind every replica of a stateful system, in the replica's zone", () => {
            const stateful = services().filter(({ volumes }) => volumes.length > 0);
            const uids = stateful.flatMap(({ volumes }) => volumes.map(({ uid }) => uid));
            assert.equal(new Set(uids).size, uids.length, "two replicas share a volume");
            assert.equal(uids.length, desired.filter(({ object }) => object.kind === "PersistentVolumeClaim").length);
            none(
                stateful.flatMap(({ pod, zone, volumes }) =>
                    volumes
                        .filter(({ zones }) => zoneCount > 0 && zones.join() !== zone)
                        .map(({ claim, zones }) => `${pod.metadata?.name} in ${zone}, ${claim} in ${zones.join()}`),
                ),
            );
        });

        it("binds a replica's claim before the replica starts", () => {
            const first = (kind: string, name: string | undefined, phase: string): number =>
                recorder.events.find(
                    ({ object }) =>
                        object.kind === kind &&
                        object.metadata?.name === name &&
                        field(object, "status", "phase") === phase,
                )?.revision ?? Number.NaN;
            const early = services().flatMap(({ pod, volumes }) =>
                volumes
                    .filter(
                        ({ claim }) =>
                            !(
                                first("PersistentVolumeClaim", claim, "Bound") <
                                first("Pod", pod.metadata?.name, "Running")
                            ),
                    )
                    .map(({ claim }) => `${pod.metadata?.name} before ${claim}`),
            );
            none(early);
        });

        it("has one of each agent on every node, and on a tainted one that joins later", async () => {
            const joined = joiningNodes(nodes);
            await plane.addNodes(joined);
            const names = [...nodes, ...joined]
                .filter(({ kind }) => kind === "Node")
                .map((node) => node.metadata?.name ?? "");
            const daemonSets = desired.filter(({ object }) => object.kind === "DaemonSet").length;
            await recorder.waitFor(
                "an agent of each kind on the nodes that joined",
                () => agents().filter(({ pod }) => isReady(pod)).length === names.length * daemonSets,
                READY_MS,
            );
            for (const [workload, pods] of byWorkload(agents())) {
                const on = pods.map(({ node }) => node.metadata?.name ?? "");
                assert.deepEqual(on.toSorted(), names.toSorted(), workload);
            }
            // Agents alone: the taints keep everything else away.
            const others = services().filter(({ node }) =>
                joined.some((one) => one.metadata?.name === node.metadata?.name),
            );
            none(others.map(({ workload, node }) => `${workload} on ${node.metadata?.name}`));
        });
    });
}

function isAgent({ pod }: Placed): boolean {
    return pod.metadata?.ownerReferences?.some(({ kind }) => kind === "DaemonSet") ?? false;
}

/** A node like the others with every kind of taint, as Karpenter and managed groups add them. */
function joiningNodes(nodes: readonly KubernetesObject[]): readonly KubernetesObject[] {
    const model = nodes.find(({ kind }) => kind === "Node") as V1Node;
    const name = "joined-later";
    const taints = ["NoSchedule", "PreferNoSchedule", "NoExecute"].map((effect) => ({
        key: `test/${effect.toLowerCase()}`,
        value: "true",
        effect,
    }));
    const labels = { ...model.metadata?.labels, "kubernetes.io/hostname": name };
    return [{ ...model, metadata: { ...model.metadata, name, labels }, spec: { ...model.spec, taints } } as V1Node];
}
