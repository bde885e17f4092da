import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject, V1Node, V1Pod } from "@kubernetes/client-node";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { isReady } from "../../tools/control-plane/readiness.ts";
import type { RecordedEvent } from "../../tools/control-plane/recorder/log.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { field } from "../../tools/plan/kubernetes.ts";
import { renderedStack } from "../stacks/rendered/stack.ts";
import { collect } from "../support/mocks.ts";
import { heardAt, LEASES } from "./node-loss/heartbeats.ts";
import { type Loss, oneOfEach } from "./node-loss/losses.ts";
import { nodesOfServices } from "./node-loss/nodes.ts";
import {
    carriedBy,
    placeAgain,
    podsOfService,
    recoveredAt,
    type Service,
    statelessServices,
} from "./node-loss/services.ts";
import { simulatedBudget } from "./node-loss/simulated-budget.ts";
import { attachmentOf, claimOf, followed } from "./node-loss/volumes.ts";
import { TIMED } from "./setup.ts";
import { Deployed } from "./support/deployed.ts";
import { desiredObjects, STACK_RESOURCES } from "./support/desired.ts";
import { podsOf } from "./support/history.ts";
import { allReady, OBSERVED } from "./support/waiting.ts";
import { Workloads } from "./support/workloads.ts";

const START_UP_SCALE = 0.02;
const READY_MS = 180_000;
/** Longer than detection, eviction queue, toleration and start-up together. */
const RECOVERED_MS = 180_000;
/** Longer than from one heartbeat to the next, and from one look of the node controller to its next. */
const FOUND_APART_MS = 17_000;
/** After an eviction, for how long nothing may take the place of a StatefulSet's pod. */
const LEFT_ALONE_MS = 10_000;
/** Between two heartbeats of a node, which are 10 s apart when they are sent; the recording is not always prompt. */
const LEAST_APART_MS = 5000;

const ZONE = "topology.kubernetes.io/zone";
const OUT_OF_SERVICE = { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" };

/** Systems with a volume behind each replica, one of which is lost. */
const STATEFUL = [
    { namespace: "kafka", name: "kafka-broker", replicas: 3 },
    { namespace: "data", name: "metadata-database", replicas: 3 },
] as const;

/** One replica is gone until it is started elsewhere, which its budget counts with. */
const ALONE = "alone";

function nameOf({ metadata }: KubernetesObject): string {
    return metadata?.name ?? "";
}

describe(TIMED, () => {
    let plane: ControlPlane;
    let recorder: Recorder;
    let services: readonly Service[];
    let zoneOf: ReadonlyMap<string, string>;
    /** Revision before the first node died. */
    let mark: number;
    /** Milliseconds since the epoch when each node died. */
    const diedAt = new Map<string, number>();
    const lostServices = new Map<string, Loss>();
    const lostReplicas = new Map<string, Loss>();

    const singles = (): readonly Service[] => services.filter(({ replicas }) => replicas === 1);

    /** Single replicas that are lost with this one in its zone, itself included: they are evicted one after the other. */
    const queueOf = ({ name }: Service): number => {
        const zoneOfLost = (lost: string): string | undefined => zoneOf.get(lostServices.get(lost)?.node ?? "");
        return singles().filter((other) => zoneOfLost(other.name) === zoneOfLost(name)).length;
    };

    const die = async (nodes: readonly string[]): Promise<void> => {
        for (const node of nodes) {
            await plane.silence(node);
            diedAt.set(node, Date.now());
        }
    };

    const lostPods = (): ReadonlySet<string> =>
        new Set(
            recorder.events
                .filter(({ object }) => object.kind === "Pod")
                .flatMap(({ object }: RecordedEvent) =>
                    diedAt.has(String(field(object, "spec", "nodeName"))) ? [nameOf(object)] : [],
                ),
        );

    before(async () => {
        const nodes = nodesOfServices(60);
        const machines = nodes.filter(({ kind }) => kind === "Node");
        zoneOf = new Map(machines.map((node) => [nameOf(node), String(field(node, "metadata", "labels", ZONE))]));
        const rendered = await renderedStack("prod");
        const trial = await collect(() => {
            const health = { ready: { kind: "http", path: "/", port: "http" }, startUp: "500 seconds" } as const;
            new Workloads("beside a stack").stateless(ALONE, { replicas: 1, health });
        });
        services = [...statelessServices(rendered.resources), ...statelessServices(trial)];
        plane = await ControlPlane.start({
            nodes,
            startUpScale: START_UP_SCALE,
            customResources: STACK_RESOURCES,
        });
        recorder = await Recorder.start(plane.client, [
            ...OBSERVED,
            "discovery.k8s.io/v1/endpointslices",
            "storage.k8s.io/v1/volumeattachments",
            LEASES,
        ]);
        const desired = [...desiredObjects(rendered.resources), ...desiredObjects(trial)];
        const { objects } = await new Deployed(plane.client).apply(desired);
        await allReady(recorder, objects, READY_MS);

        // First what has a single replica, so that only such wait for their eviction before it.
        const bySize = services.toSorted((a, b) => a.replicas - b.replicas);
        const groups = (): ReadonlyMap<string, readonly V1Pod[]> =>
            new Map([
                ...bySize.map((service) => [service.name, podsOfService(recorder, service)] as const),
                ...STATEFUL.map(
                    ({ namespace, name }) => [name, recorder.current("Pod").filter(podsOf(namespace, name))] as const,
                ),
            ]);
        const losses = await oneOfEach(groups, () => placeAgain(recorder, plane.client, services, READY_MS));
        for (const [name, loss] of losses) {
            (services.some((service) => service.name === name) ? lostServices : lostReplicas).set(name, loss);
        }
        mark = recorder.mark();
        const dying = [...new Set([...losses.values()].map(({ node }) => node))];
        const single = new Set(singles().map(({ name }) => losses.get(name)?.node));
        await die(dying.filter((node) => single.has(node)));
        await delay(FOUND_APART_MS);
        await die(dying.filter((node) => !single.has(node)));
    });

    after(async () => {
        await recorder?.stop();
        await plane?.stop();
    });

    describe("and the services that had a replica there", () => {
        const observed = new Map<string, { readonly seconds: number; readonly budget: number }>();

        before(async () => {
            for (const service of services) {
                const at = await recorder.waitFor(
                    `${service.name} to recover`,
                    () => recoveredAt(recorder, service, lostPods(), mark),
                    RECOVERED_MS,
                );
                const node = lostServices.get(service.name)?.node ?? "";
                // What it had begun to say when it was silenced arrives a moment later.
                const died = Math.max(diedAt.get(node) ?? Number.NaN, heardAt(recorder, node).at(-1) ?? Number.NaN);
                const budget = simulatedBudget(service.budget, START_UP_SCALE, queueOf(service)).seconds;
                observed.set(service.name, { seconds: (at - died) / 1000, budget });
            }
            for (const [name, { seconds, budget }] of observed) {
                const figures = `${seconds.toFixed(1)} s of ${budget} s, ${Math.round((100 * seconds) / budget)} %`;
                console.log(`    ${name.padEnd(28)}${figures}`);
            }
        });

        it("recover within the budget that their component computed", () => {
            const late = [...observed].filter(([, { seconds, budget }]) => !(seconds <= budget));
            assert.deepEqual(Object.fromEntries(late), {});
            assert.equal(observed.size, services.length);
        });

        it("were on nodes that are heard once in ten seconds, as kubelets are", () => {
            for (const { node } of lostServices.values()) {
                // When the recording began, the first had been heard before.
                const [, ...heard] = heardAt(recorder, node);
                const apart = heard.slice(1).map((at, index) => at - (heard[index] ?? 0));
                assert.ok(apart.length > 0, `${node} was heard ${heard.length} times`);
                assert.ok(Math.min(...apart) > LEAST_APART_MS, `${node}: ${apart.join(", ")} ms`);
            }
        });

        it("need at least half of it: the sum is not padded", () => {
            const padded = [...observed].filter(([, { seconds, budget }]) => !(seconds >= budget / 2));
            assert.deepEqual(Object.fromEntries(padded), {});
        });

        it("go on with all replicas but the lost one meanwhile", () => {
            for (const service of services.filter(({ replicas }) => replicas > 1)) {
                assert.ok(carriedBy(recorder, service, lostPods()) >= service.replicas - 1, service.name);
            }
        });
    });

    describe("and the stateful systems that had a replica there", () => {
        const current = (name: string): V1Pod | undefined =>
            recorder.current("Pod").find((pod) => nameOf(pod) === name);

        before(async () => {
            await recorder.waitFor(
                "the lost replicas to be evicted",
                () =>
                    [...lostReplicas.values()].every(
                        ({ pod }) => current(nameOf(pod))?.metadata?.deletionTimestamp !== undefined,
                    ),
                RECOVERED_MS,
            );
            await delay(LEFT_ALONE_MS);
        });

        it("wait: the lost replica stays Terminating, with its claim bound and its volume attached", () => {
            for (const { pod, node } of lostReplicas.values()) {
                const now = current(nameOf(pod));
                assert.equal(now?.metadata?.uid, pod.metadata?.uid, `${nameOf(pod)} was replaced`);
                assert.equal(attachmentOf(recorder, claimOf(pod))?.spec.nodeName, node);
                assert.equal(attachmentOf(recorder, claimOf(pod))?.status?.attached, true);
            }
        });

        it("keep every other replica, as it was", () => {
            for (const { namespace, name, replicas } of STATEFUL) {
                const others = recorder
                    .current("Pod")
                    .filter(podsOf(namespace, name))
                    .filter((pod) => nameOf(pod) !== nameOf(lostReplicas.get(name)?.pod ?? {}));
                assert.equal(others.filter(isReady).length, replicas - 1, name);
                const gone = recorder
                    .since(mark)
                    .filter(({ type, object }) => type === "DELETED" && podsOf(namespace, name)(object));
                assert.deepEqual(
                    gone.map(({ object }) => nameOf(object)),
                    [],
                    name,
                );
            }
        });

        it("start it elsewhere once the node is out of service: pod gone, volume detached, then attached again", async () => {
            const attachments = new Map(
                [...lostReplicas].map(([name, { pod }]) => [name, attachmentOf(recorder, claimOf(pod))]),
            );
            for (const name of new Set([...lostReplicas.values()].map(({ node }) => node))) {
                const node: V1Node | undefined = recorder.current("Node").find((one) => nameOf(one) === name);
                const taints = [...(node?.spec?.taints ?? []), OUT_OF_SERVICE];
                await plane.client.patch({ apiVersion: "v1", kind: "Node", metadata: { name } }, { spec: { taints } });
            }
            for (const [system, { pod, node }] of lostReplicas) {
                const name = nameOf(pod);
                const attachment = attachments.get(system);
                assert.ok(attachment !== undefined, name);
                const order = await followed(recorder, mark, pod, attachment, RECOVERED_MS);
                assert.deepEqual(
                    order,
                    order.toSorted((a, b) => a - b),
                    name,
                );
                const replacement = await recorder.waitFor(
                    `${name} to be ready elsewhere`,
                    () => {
                        const now = current(name);
                        return now !== undefined && now.metadata?.uid !== pod.metadata?.uid && isReady(now) && now;
                    },
                    RECOVERED_MS,
                );
                assert.notEqual(replacement.spec?.nodeName, node);
                assert.equal(zoneOf.get(replacement.spec?.nodeName ?? ""), zoneOf.get(node));
                assert.equal(claimOf(replacement), claimOf(pod));
            }
        });
    });

    describe("and the agents on it", () => {
        const agentsOn = (node: string): readonly V1Pod[] =>
            (recorder.current("Pod") as readonly V1Pod[]).filter(
                ({ spec, metadata }) =>
                    spec?.nodeName === node && metadata?.ownerReferences?.some(({ kind }) => kind === "DaemonSet"),
            );

        it("stay where they are, one of each", () => {
            for (const node of diedAt.keys()) {
                assert.equal(agentsOn(node).length, 2, node);
            }
        });

        it("are ready again when the node comes back", async () => {
            const node = [...diedAt.keys()].find(
                (one) => ![...lostReplicas.values()].some((loss) => loss.node === one),
            );
            assert.ok(node);
            await plane.revive(node);
            await recorder.waitFor(
                `the agents on ${node} to be ready`,
                () => agentsOn(node).filter(isReady).length === 2,
                READY_MS,
            );
        });
    });
});
