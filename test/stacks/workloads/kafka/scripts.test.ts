import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    brokerStartScript,
    brokerStopScript,
    controllerStartScript,
    IMPOSSIBLE_TOPIC,
    topicScript,
} from "../../../../stacks/workloads/kafka/scripts.ts";

const controllers = { name: "kafka-controller", namespace: "kafka", replicas: 5, seed: "p/s/kafka/kafka" };
const broker = { name: "kafka-broker", namespace: "kafka", port: 9092 };
const CLUSTER = "XUvhNafsnn_ex8kdwBqMFw";

/** A directory in which the scripts run as they do in a pod, with programs that write down how they are called. */
class Sandbox {
    readonly root = mkdtempSync(join(tmpdir(), "kafka-scripts-"));

    constructor() {
        for (const directory of ["bin", "etc", "data/log", "tmp"]) {
            mkdirSync(join(this.root, directory), { recursive: true });
        }
        writeFileSync(join(this.root, "etc/server.properties"), "process.roles=x\n");
        this.program("kafka-storage.sh", "");
        this.program("kafka-server-start.sh", "");
    }

    /** A program of Kafka's: `body` says what it answers. */
    program(name: string, body: string): void {
        const call = `printf '%s\\n' "${name} $*" >>"${this.root}/calls"`;
        writeFileSync(join(this.root, "bin", name), `#!/bin/sh\n${call}\n${body}\n`, { mode: 0o755 });
    }

    run(script: string, env: Record<string, string> = {}): { status: number | null; output: string } {
        const moved = script
            .replaceAll("/opt/kafka/bin", join(this.root, "bin"))
            .replaceAll("/etc/kafka-server", join(this.root, "etc"))
            .replaceAll("/var/lib/kafka/data", join(this.root, "data"))
            .replaceAll("/tmp/server.properties", join(this.root, "tmp/server.properties"))
            .replaceAll("/proc/1/fd/1", join(this.root, "tmp/log"));
        const result = spawnSync("sh", ["-c", moved], { env: { PATH: process.env["PATH"], ...env }, encoding: "utf8" });
        return { status: result.status, output: result.stdout + result.stderr };
    }

    read(path: string): string {
        return readFileSync(join(this.root, path), "utf8");
    }

    get calls(): string[] {
        return existsSync(join(this.root, "calls")) ? this.read("calls").trim().split("\n") : [];
    }
}

describe("Kafka's scripts", () => {
    let box: Sandbox;
    beforeEach(() => {
        box = new Sandbox();
    });
    afterEach(() => rmSync(box.root, { recursive: true }));

    describe("start of a broker", () => {
        const script = brokerStartScript(broker, CLUSTER);
        const pod = { NODE_ID: "101", POD_NAME: "kafka-broker-101" };

        it("adds node id, address and rack to the settings, and becomes the server", () => {
            assert.equal(box.run(script, { ...pod, ZONE: "eu-central-1a" }).status, 0);
            assert.equal(
                box.read("tmp/server.properties"),
                "process.roles=x\nnode.id=101\n" +
                    "advertised.listeners=CLIENT://kafka-broker-101.kafka-broker-headless.kafka.svc.cluster.local:9092\n" +
                    "broker.rack=eu-central-1a\n",
            );
            assert.equal(box.calls.at(-1), `kafka-server-start.sh ${box.root}/tmp/server.properties`);
        });

        it("gives the server options that no tool beside it gets", () => {
            for (const program of ["kafka-storage.sh", "kafka-server-start.sh"]) {
                box.program(program, `echo "options=$KAFKA_OPTS" >>"${box.root}/calls"`);
            }
            box.run(script, { ...pod, SERVER_JAVA_OPTIONS: "-javaagent:/a.jar=1:/b" });
            assert.deepEqual(
                box.calls.filter((call) => call.startsWith("options=")),
                ["options=", "options=-javaagent:/a.jar=1:/b"],
            );
        });

        it("has no rack where the node has no zone", () => {
            for (const env of [pod, { ...pod, ZONE: "" }]) {
                assert.equal(box.run(script, env).status, 0);
                assert.ok(!box.read("tmp/server.properties").includes("broker.rack"));
            }
        });

        it("formats an empty volume", () => {
            box.run(script, pod);
            assert.deepEqual(
                box.calls[0],
                `kafka-storage.sh format --config ${box.root}/tmp/server.properties --cluster-id=${CLUSTER} --no-initial-controllers`,
            );
        });

        it("does not format a volume that has been", () => {
            writeFileSync(join(box.root, "data/log/meta.properties"), "");
            box.run(script, pod);
            assert.equal(box.calls.length, 1);
        });

        it("does not start on a volume that could not be formatted", () => {
            box.program("kafka-storage.sh", "exit 1");
            assert.equal(box.run(script, pod).status, 1);
            assert.equal(box.calls.length, 1);
        });

        it("does not start without its node id", () => {
            assert.notEqual(box.run(script, { POD_NAME: "kafka-broker-101" }).status, 0);
            assert.deepEqual(box.calls, []);
        });
    });

    describe("start of a controller", () => {
        const script = controllerStartScript(controllers, CLUSTER);
        const pod = (id: number) => ({ NODE_ID: String(id), POD_NAME: `kafka-controller-${id}` });

        it("formats the first three as founders who know each other", () => {
            for (const id of [0, 1, 2]) {
                box.run(script, pod(id));
            }
            const formats = box.calls.filter((call) => call.startsWith("kafka-storage.sh"));
            assert.equal(formats.length, 3);
            assert.equal(new Set(formats).size, 1, "each is told the same");
            assert.match(
                formats[0] ?? "",
                / --initial-controllers=0@kafka-controller-0\.\S+:9093:[\w-]{22},1@\S+,2@\S+$/,
            );
        });

        it("lets later ones find the quorum", () => {
            for (const id of [3, 4, 10, 20]) {
                box.run(script, pod(id));
            }
            const formats = box.calls.filter((call) => call.startsWith("kafka-storage.sh"));
            assert.ok(formats.length === 4 && formats.every((call) => call.endsWith(" --no-initial-controllers")));
        });

        it("advertises the controllers' listener", () => {
            box.run(script, pod(2));
            assert.match(
                box.read("tmp/server.properties"),
                /^advertised\.listeners=CONTROLLER:\/\/kafka-controller-2\.kafka-controller-headless\.kafka\.svc\.cluster\.local:9093$/m,
            );
        });
    });

    describe("stop of a broker", () => {
        const pod = { POD_NAME: "kafka-broker-101" };

        it("stops at once when every partition has all of its copies", () => {
            box.program("kafka-topics.sh", "");
            assert.equal(box.run(brokerStopScript(broker, "60 seconds"), pod).status, 0);
            assert.match(box.calls[0] ?? "", /kafka-broker-101\.kafka-broker-headless\S+:9092 --describe --under-rep/);
            assert.ok(!existsSync(join(box.root, "tmp/log")));
        });

        it("looks again while copies are missing", () => {
            // The second look finds everything in place; no waiting in between.
            box.program("kafka-topics.sh", `[ "$(grep -c . "${box.root}/calls")" -gt 1 ] || echo "Partition: 1"`);
            const script = brokerStopScript(broker, "60 seconds").replace("sleep 2", ":");
            assert.equal(box.run(script, pod).status, 0);
            assert.equal(box.calls.length, 2);
        });

        it("says so and stops all the same when its patience ends, or when nobody answers", () => {
            for (const answer of ["echo 'Partition: 1'", "exit 1"]) {
                box.program("kafka-topics.sh", answer);
                const script = brokerStopScript(broker, "0 seconds");
                assert.equal(box.run(script, pod).status, 0);
                assert.match(box.read("tmp/log"), /still lack copies/);
            }
        });

        it("is patient for as long as it is told", () => {
            assert.match(brokerStopScript(broker, "60 seconds"), /deadline=\$\(\(\$\(date \+%s\) \+ 60\)\)/);
        });
    });

    describe("topic", () => {
        const events = { name: "events", partitions: 48 };
        const script = topicScript("kafka-broker.kafka.svc.cluster.local:9092", [events]);
        const there = (partitions: number) =>
            box.program(
                "kafka-topics.sh",
                `case "$*" in *--describe*) printf 'Topic: events\\tTopicId: a\\tPartitionCount: ${partitions}\\tReplicationFactor: 3\\n\\tTopic: events\\tPartition: 0\\n' ;; esac`,
            );

        it("is made with its partitions and copies, and left alone where it has them", () => {
            there(48);
            assert.equal(box.run(script).status, 0);
            assert.deepEqual(
                box.calls.map((call) => call.split(" ").slice(3).join(" ")),
                [
                    "--create --if-not-exists --topic events --partitions 48 --replication-factor 3 --config min.insync.replicas=2",
                    "--describe --topic events",
                ],
            );
        });

        it("gets more partitions", () => {
            there(12);
            assert.equal(box.run(script).status, 0);
            assert.match(box.calls.at(-1) ?? "", / --alter --topic events --partitions 48$/);
        });

        it("cannot lose partitions, and says what to do", () => {
            there(60);
            const { status, output } = box.run(script);
            assert.equal(status, IMPOSSIBLE_TOPIC);
            assert.match(output, /events has 60 partitions and cannot lose any: set partitions to 60/);
        });

        it("is made with settings of its own, and after it the others", () => {
            there(48);
            const kept = { name: "kept", partitions: 48, config: { "retention.ms": -1, "min.insync.replicas": 1 } };
            assert.equal(box.run(topicScript("b:9092", [events, kept])).status, 0);
            assert.deepEqual(box.calls.map((call) => call.split(" ").slice(3).join(" ")).slice(2), [
                "--create --if-not-exists --topic kept --partitions 48 --replication-factor 3 --config min.insync.replicas=1 --config retention.ms=-1",
                "--describe --topic kept",
            ]);
        });

        it("is not followed by the others where it cannot be made", () => {
            there(60);
            const { status } = box.run(topicScript("b:9092", [events, { name: "later", partitions: 1 }]));
            assert.equal(status, IMPOSSIBLE_TOPIC);
            assert.ok(!box.calls.some((call) => call.includes("later")));
        });

        it("fails, to be tried again, when the brokers do", () => {
            box.program("kafka-topics.sh", "exit 1");
            assert.equal(box.run(script).status, 1);
            assert.equal(box.calls.length, 1);
        });
    });
});
