import assert from "node:assert/strict";
import type { V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../tools/control-plane/readiness.ts";
import { AGENT, AGENTS_AWAY, CANARY, IN_PLACE, NODES, ORDERED, PARALLEL, program, SURGE } from "./rollouts/program.ts";
import { counted, imageOf, podLine, serving, told } from "./support/history.ts";
import { Trial } from "./support/trial.ts";
import { IMAGE, NEXT_IMAGE } from "./support/workloads.ts";

describe("a rollout", () => {
    let trial: Trial;

    const images = (name: string): readonly string[] =>
        trial
            .pods(name)
            .toSorted((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? ""))
            .map(imageOf);

    const volumes = (): Readonly<Record<string, string | undefined>> =>
        Object.fromEntries(
            [...trial.objects<V1PersistentVolumeClaim>("PersistentVolumeClaim")].map(([name, { spec }]) => [
                name,
                spec?.volumeName,
            ]),
        );

    before(async () => {
        trial = await Trial.start({ nodes: NODES, startUpScale: 0.1 });
        await trial.apply(program(IMAGE));
        await trial.settled();
    });

    after(() => trial?.stop());

    describe("that is the first one", () => {
        it("of an ordered service goes up, each replica after the one before is ready", () => {
            assert.deepEqual(trial.ordinals(ORDERED.name, "ADDED"), [0, 1, 2]);
            trial.always(ORDERED.name, (pods) => pods.filter((pod) => !isReady(pod)).length <= 1);
        });

        it("of a parallel service makes every replica before one of them is ready", () => {
            const history = trial.history(PARALLEL.name);
            const whole = history.findIndex(({ objects }) => objects.size === PARALLEL.replicas);
            const firstReady = history.findIndex(({ objects }) => [...objects.values()].some(isReady));
            assert.ok(whole !== -1 && whole < firstReady, told(history, podLine));
        });
    });

    describe("of a new image", () => {
        let kept: Readonly<Record<string, string | undefined>>;

        before(async () => {
            kept = volumes();
            await trial.apply(program(NEXT_IMAGE));
            await trial.settled();
        });

        it("with surge keeps every replica serving, and has at most a quarter more", () => {
            trial.always(SURGE.name, (pods) => serving(pods).length >= SURGE.replicas);
            trial.always(SURGE.name, (pods) => counted(pods).length <= SURGE.replicas + SURGE.more);
            assert.deepEqual(new Set(images(SURGE.name)), new Set([NEXT_IMAGE]));
        });

        it("with surge keeps as many targets as replicas behind its Service", () => {
            const targets = trial.targets(SURGE.name);
            assert.ok(targets.length > 1);
            assert.ok(Math.min(...targets) >= SURGE.replicas, targets.join(" "));
        });

        it("in place never has one pod more than asked, and at most one away", () => {
            trial.always(IN_PLACE.name, (pods) => counted(pods).length <= IN_PLACE.replicas);
            trial.always(IN_PLACE.name, (pods) => serving(pods).length >= IN_PLACE.replicas - 1);
            assert.deepEqual(new Set(images(IN_PLACE.name)), new Set([NEXT_IMAGE]));
        });

        for (const { name, replicas } of [ORDERED, PARALLEL]) {
            it(`of the ${name} service goes down from the highest ordinal, one away at a time`, () => {
                assert.deepEqual(trial.ordinals(name, "DELETED"), [2, 1, 0]);
                trial.always(name, (pods) => serving(pods).length >= replicas - 1);
            });
        }

        for (const { name } of [ORDERED, PARALLEL]) {
            it(`of the ${name} service waits until a new replica has been ready for a while`, () => {
                const history = trial.history(name);
                const first = (ordinal: number, holds: (pod: V1Pod) => boolean): number =>
                    history.find(({ objects }) => {
                        const pod = objects.get(`${name}-${ordinal}`);
                        return pod !== undefined && holds(pod);
                    })?.at ?? Number.NaN;
                for (const ordinal of [2, 1]) {
                    const ready = first(ordinal, (pod) => imageOf(pod) === NEXT_IMAGE && isReady(pod));
                    const next = first(ordinal - 1, (pod) => pod.metadata?.deletionTimestamp !== undefined);
                    // Of the 3 seconds one may be lost, since Kubernetes writes down whole ones, and one to a busy machine.
                    assert.ok(next - ready > 1000, `${next - ready} ms\n${told(history, podLine)}`);
                }
            });
        }

        it("of a canary reaches the ordinals from its partition on, and no other", () => {
            assert.deepEqual(images(CANARY.name), [IMAGE, IMAGE, IMAGE, NEXT_IMAGE]);
            assert.deepEqual(trial.ordinals(CANARY.name, "DELETED"), [CANARY.partition]);
        });

        it("of an agent leaves a tenth of the nodes without one at a time, and none with two", () => {
            trial.always(AGENT.name, (pods) => serving(pods).length >= NODES - AGENTS_AWAY);
            trial.always(AGENT.name, (pods) => {
                const nodes = pods.flatMap(({ spec }) => spec?.nodeName ?? []);
                return new Set(nodes).size === nodes.length;
            });
            const fewest = trial.history(AGENT.name).map(({ objects }) => serving(objects.values()).length);
            assert.equal(Math.min(...fewest), NODES - AGENTS_AWAY, "a whole tenth at a time, or it takes for ever");
        });

        it("leaves every replica its claim, with the volume that it had", () => {
            assert.equal(Object.keys(kept).length, ORDERED.replicas + PARALLEL.replicas + CANARY.replicas);
            assert.deepEqual(volumes(), kept);
        });
    });

    describe("of a canary that is let through", () => {
        before(async () => {
            await trial.apply(program(NEXT_IMAGE, "let-through"));
            await trial.settled();
        });

        it("takes in the rest, from the highest on", () => {
            assert.deepEqual(images(CANARY.name), [NEXT_IMAGE, NEXT_IMAGE, NEXT_IMAGE, NEXT_IMAGE]);
            assert.deepEqual(trial.ordinals(CANARY.name, "DELETED"), [2, 1, 0]);
        });
    });
});
