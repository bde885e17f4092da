import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { isReady } from "../../tools/control-plane/readiness.ts";
import { AGENT, AGENTS_AWAY, IN_PLACE, NODES, ORDERED, PARALLEL, program, SURGE } from "./rollouts/program.ts";
import { imageOf, podLine, serving, told } from "./support/history.ts";
import { Trial } from "./support/trial.ts";
import { BAD_IMAGE, IMAGE, NAMESPACE } from "./support/workloads.ts";

/** For how long nothing may change, to be called stuck: several rounds of every controller. */
const STUCK_MS = 8000;
const WAIT_MS = 60_000;

/** Pods of a workload that cannot start. */
function broken(pods: readonly V1Pod[]): readonly V1Pod[] {
    return pods.filter((pod) => imageOf(pod) === BAD_IMAGE && pod.metadata?.deletionTimestamp === undefined);
}

describe("a rollout of an image that cannot be pulled", () => {
    let trial: Trial;

    before(async () => {
        trial = await Trial.start({ nodes: NODES, startUpScale: 0.1 });
        await trial.apply(program(IMAGE));
        await trial.settled();
        await trial.apply(program(BAD_IMAGE));
        const expected = [
            [SURGE.name, SURGE.more],
            [IN_PLACE.name, 1],
            [ORDERED.name, 1],
            [PARALLEL.name, 1],
            [AGENT.name, AGENTS_AWAY],
        ] as const;
        await trial.recorder.waitFor(
            "the first pods of each workload that cannot start",
            () => expected.every(([name, number]) => broken(trial.pods(name)).length >= number),
            WAIT_MS,
        );
        await delay(STUCK_MS);
    });

    after(() => trial?.stop());

    it("with surge stops at the pods more, and every old one serves", () => {
        assert.equal(broken(trial.pods(SURGE.name)).length, SURGE.more);
        trial.always(SURGE.name, (pods) => serving(pods).length >= SURGE.replicas);
        assert.ok(Math.min(...trial.targets(SURGE.name)) >= SURGE.replicas);
    });

    it("in place stops at the first, and the others serve", () => {
        assert.equal(broken(trial.pods(IN_PLACE.name)).length, 1);
        trial.always(IN_PLACE.name, (pods) => serving(pods).length >= IN_PLACE.replicas - 1);
    });

    for (const { name, replicas } of [ORDERED, PARALLEL]) {
        it(`of the ${name} service stops at the highest ordinal, and the others serve`, () => {
            assert.deepEqual(trial.ordinals(name, "DELETED"), [replicas - 1]);
            trial.always(name, (pods) => serving(pods).length >= replicas - 1);
        });
    }

    it("of an agent stops at a tenth of the nodes", () => {
        assert.equal(broken(trial.pods(AGENT.name)).length, AGENTS_AWAY);
        trial.always(AGENT.name, (pods) => serving(pods).length >= NODES - AGENTS_AWAY);
    });

    describe("when it is reverted", () => {
        const whole = (name: string, replicas: number): Promise<unknown> =>
            trial.recorder.waitFor(
                `${replicas} replicas of ${name} on the old image`,
                () => {
                    const good = serving(trial.pods(name)).filter((pod) => imageOf(pod) === IMAGE);
                    return good.length === replicas && trial.pods(name).length === replicas;
                },
                WAIT_MS,
            );

        before(() => trial.apply(program(IMAGE)));

        for (const [{ name }, replicas] of [
            [SURGE, SURGE.replicas],
            [IN_PLACE, IN_PLACE.replicas],
            [AGENT, NODES],
        ] as const) {
            it(`mends the ${name} workload by itself`, () => whole(name, replicas));
        }

        it("mends a parallel service by itself: the controller does not wait for the broken pod", async () => {
            await whole(PARALLEL.name, PARALLEL.replicas);
            assert.deepEqual(
                trial.ordinals(PARALLEL.name, "DELETED"),
                [PARALLEL.replicas - 1],
                told(trial.history(PARALLEL.name), podLine),
            );
        });

        it("leaves an ordered service stuck behind the broken pod (kubernetes#67250)", async () => {
            await delay(STUCK_MS);
            const history = trial.history(ORDERED.name);
            assert.deepEqual(trial.ordinals(ORDERED.name, "DELETED"), [], told(history, podLine));
            const [stuck, ...others] = broken(trial.pods(ORDERED.name));
            assert.equal(stuck?.metadata?.name, `${ORDERED.name}-${ORDERED.replicas - 1}`);
            assert.equal(others.length, 0);
            assert.equal(serving(trial.pods(ORDERED.name)).length, ORDERED.replicas - 1);
        });

        it("mends the ordered service once the pod that the alert names is deleted", async () => {
            const name = blockingPod(trial);
            await trial.plane.client.remove({
                apiVersion: "v1",
                kind: "Pod",
                metadata: { namespace: NAMESPACE, name },
            });
            await whole(ORDERED.name, ORDERED.replicas);
            assert.deepEqual(trial.ordinals(ORDERED.name, "DELETED"), [ORDERED.replicas - 1]);
        });
    });
});

/**
 * The pod that the alert StatefulSetBlockedByPod names, from the facts that its expression joins: not ready, owned by the
 * StatefulSet, not on its way out, and of a revision that is no longer wanted while others are current again.
 */
function blockingPod(trial: Trial): string {
    const set = trial.objects<V1StatefulSet>("StatefulSet").get(ORDERED.name);
    const { currentRevision, updateRevision, replicas = 0, updatedReplicas = 0 } = set?.status ?? {};
    assert.ok(replicas - updatedReplicas > 0, "no pod is of an old revision");
    assert.ok(updateRevision === currentRevision || updatedReplicas === 0, "the bad revision is still the wanted one");
    const named = trial
        .pods(ORDERED.name)
        .filter((pod) => !isReady(pod) && pod.metadata?.deletionTimestamp === undefined)
        .map(({ metadata }) => metadata?.name ?? "");
    assert.equal(named.length, 1, named.join());
    return named[0] ?? "";
}
