import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { seconds } from "../../components/values/duration.ts";
import { heartbeatMillis } from "../../stacks/workloads/kafka/sessions.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { changedStack, type RenderedStack } from "../stacks/rendered/stack.ts";
import { BOOTSTRAP, KafkaCluster } from "./kafka/cluster.ts";
import { ConsumerGroup, restarted } from "./kafka/group.ts";
import { memberPod, rehearse } from "./kafka/members.ts";
import { uncommitted } from "./kafka/notes.ts";
import { STACK } from "./kafka/pods.ts";
import { Writer } from "./kafka/writer.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import { describeWith, mavenProgram } from "./support/programs.ts";
import { promisedSeconds } from "./support/promised.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";

const TOPIC = "events";
const PARTITIONS = 48;
const RECORDS_PER_SECOND = 200;
const PATIENCE_MS = 300_000;

/** The protocols of the typed union: the stack's own, and the other one under a name of its own. */
const PROTOCOLS = [
    { kind: "consumer", group: "events-to-lake", stack: () => STACK },
    {
        kind: "classic",
        group: "events-to-lake-classic",
        stack: (): Promise<RenderedStack> =>
            changedStack(STACK, {
                consumers: {
                    group: "events-to-lake-classic",
                    protocol: { kind: "classic", sessionTimeout: "20 seconds" },
                },
            }),
    },
] as const;

function total(numbers: readonly number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
}

describeWith("the stack's consumer group", { jars: await mavenProgram("kafka") }, ({ jars }) => {
    const { consumers, kafka: brokers } = stackConfig(STACK);
    const { membership, lagBudget, protocol, group: groupId } = consumers;
    assert.equal(membership.kind, "static");
    assert.ok(brokers.groupSessionTimeout !== undefined);
    const heldSeconds = seconds(brokers.groupSessionTimeout) - heartbeatMillis(brokers.groupSessionTimeout) / 1000;
    const size = membership.replicas;
    const restartTime = seconds(membership.restartTime);
    const budget = seconds(lagBudget);
    let kafka: KafkaCluster;

    const startWriter = () => Writer.start(kafka.home, BOOTSTRAP, TOPIC, PARTITIONS, RECORDS_PER_SECOND);

    before(async () => {
        kafka = await KafkaCluster.start(jars, "127.11.0");
        await rehearse(kafka, STACK);
    });

    after(endPods);

    it("uses the brokers' protocol (KIP-848)", () => {
        assert.deepEqual({ kind: protocol.kind, group: groupId }, { kind: "consumer", group: PROTOCOLS[0].group });
    });

    it("by its own command has committed what it has read when it is stopped, and reads everything in the end", async () => {
        const writer = await startWriter();
        const members = await Promise.all([0, 1, 2].map((ordinal) => memberPod(kafka, STACK, ordinal, "stack")));
        const output = () => members.map(({ pod }) => pod.output).join("\n");
        await Promise.all(members.map(({ pod }) => pod.start()));
        await until(
            "three members to have everything",
            async () => {
                const { members: there } = await kafka.inspector.group(groupId);
                const shares = Object.values(there).map(({ partitions }) => partitions.length);
                return shares.length === 3 && shares.every((share) => share === PARTITIONS / 3);
            },
            PATIENCE_MS,
            output,
        );
        // Given by the coordinator is not yet read: a member that is stopped before has nothing to commit.
        const given = await kafka.inspector.committed(groupId);
        await until(
            "every partition to be read by its member",
            async () => {
                const offsets = Object.entries(await kafka.inspector.committed(groupId));
                return (
                    offsets.length === PARTITIONS &&
                    offsets.every(([partition, offset]) => offset > (given[partition] ?? 0))
                );
            },
            PATIENCE_MS,
            output,
        );
        await Promise.all(members.map(({ pod }) => pod.stop("SIGTERM")));
        await writer.stop();
        const codes = members.map(({ pod }) => pod.exitCode);
        assert.ok(!codes.includes(null), `ended by themselves: ${codes.join(", ")}`);
        const read = members.map(({ pod }) => Number(/Processed a total of (\d+) messages/.exec(pod.log)?.[1]));
        const committed = Object.values(await kafka.inspector.committed(groupId));
        assert.ok(Math.min(...read) > 0, `${read.join(", ")}:\n${output()}`);
        assert.equal(total(committed), total(read));

        await Promise.all(members.map(({ pod }) => pod.start()));
        const ends = await kafka.inspector.ends(TOPIC);
        await until(
            "everything to be read",
            async () => isDeepStrictEqual(await kafka.inspector.committed(groupId), ends),
            PATIENCE_MS,
            output,
        );
        await Promise.all(members.map(({ pod }) => pod.stop("SIGTERM")));
    });

    for (const { kind, group: id, stack } of PROTOCOLS) {
        describe(`by the ${kind} protocol, while records are written all the time`, () => {
            let writer: Writer;
            let group: ConsumerGroup;

            before(async () => {
                writer = await startWriter();
                group = await ConsumerGroup.start(kafka, { stack: await stack(), id, size, partitions: PARTITIONS });
                await group.caughtUp(writer);
            });

            after(async () => {
                await writer?.stop();
                await group?.stop();
            });

            it("is rolled without a rebalance and without a duplicate: each member back in time, with its partitions", async () => {
                const since = Date.now();
                const before = await group.state();
                const changes = group.changes;
                const restarts: number[] = [];
                for (const member of group.members.toReversed()) {
                    restarts.push(await restarted(member));
                }
                const longest = Math.max(...restarts);
                const lag = group.longestLag(since);
                printMeasured(`${kind}: member restarted, from its end to its next record`, longest, restartTime);
                printMeasured(`${kind}: all members restarted in turn, longest lag`, lag, budget);
                const after = await group.state();
                assert.equal(after.epoch, before.epoch);
                assert.deepEqual(group.sharesOf(after), group.sharesOf(before));
                for (const [name, own] of Object.entries(group.changesSince(changes))) {
                    // Its own, at its own restart: given up at the end, given again.
                    assert.ok(own.length <= 2 && !own.includes("lost"), `${name}: ${own.join(", ")}`);
                }
                assert.deepEqual([...group.duplicates], []);
                assert.ok(longest <= restartTime, `${longest} s`);
                assert.ok(lag < budget, `${lag} s`);
            });

            it("reads again only what was not committed when a member is killed, and nothing late", async () => {
                const promised = await promisedSeconds(STACK, "kafka", "kafka-consumers");
                const [killed] = group.members;
                assert.ok(killed);
                const since = Date.now();
                const known = group.duplicates;
                const before = await group.state();
                await until("records not committed", () => uncommitted(killed.notes()).size > 3, PATIENCE_MS);
                await killed.pod.stop("SIGKILL");
                const open = uncommitted(killed.notes());
                const partitions = before.members[killed.name]?.partitions ?? [];
                const [taken, own] = await Promise.all([group.readOn(partitions), group.restartedByKubelet(killed)]);
                await group.shared();
                const lag = group.longestLag(since);
                const again = [...group.duplicates].filter((place) => !known.has(place));
                console.log(`    ${again.length} of ${open.size} records that were not committed are read again`);
                printMeasured(`${kind}: member killed, its partitions are read again`, taken, promised);
                printMeasured(`${kind}: member killed, reads again after ${own.starts} start(s)`, own.seconds);
                printMeasured(`${kind}: member killed, longest lag`, lag, budget);
                assert.deepEqual(
                    again.filter((place) => !open.has(place)),
                    [],
                );
                // The classic protocol gives the name to who asks last. The brokers' own refuses it until the session ends.
                const { errors } = killed.notes();
                assert.ok(
                    errors.every((error) => error.includes("UnreleasedInstanceId")),
                    errors.join("; "),
                );
                if (kind === "classic") {
                    assert.equal(own.starts, 1);
                } else {
                    assert.ok(own.seconds >= heldSeconds, `${own.seconds} s`);
                }
                assert.ok(taken <= promised, `${taken} s`);
                assert.ok(lag < budget, `${lag} s`);
            });

            it("is scaled in and out without a duplicate, and nothing late", async () => {
                const since = Date.now();
                const before = group.duplicates;
                const leaving = group.members.slice(8);
                const begin = performance.now();
                await Promise.all(leaving.map(({ pod }) => pod.stop("SIGTERM")));
                await group.shared(8);
                printMeasured(`${kind}: scaled in, partitions shared by the rest`, secondsSince(begin));
                const again = performance.now();
                await Promise.all(leaving.map(({ pod }) => pod.start()));
                await group.shared();
                const lag = group.longestLag(since);
                printMeasured(`${kind}: scaled out, partitions shared by all`, secondsSince(again));
                printMeasured(`${kind}: scaled in and out, longest lag`, lag, budget);
                assert.deepEqual(
                    [...group.duplicates].filter((place) => !before.has(place)),
                    [],
                );
                assert.ok(lag < budget, `${lag} s`);
            });

            it("has read every acknowledged record at the end", async () => {
                await writer.stop();
                assert.deepEqual(writer.refused, []);
                await group.caughtUp(writer);
            });
        });
    }
});
