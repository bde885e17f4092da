import assert from "node:assert/strict";
import { parse } from "yaml";
import { moduleOptions } from "../../../../stacks/workloads/flink/java-modules.ts";
import { flinkConfig, logSettings, PORTS } from "../../../../stacks/workloads/flink/settings.ts";

const config = (change: Partial<Parameters<typeof flinkConfig>[0]> = {}): Record<string, unknown> =>
    parse(
        flinkConfig({
            namespace: "flink",
            clusterId: "flink",
            bucket: "b",
            jobManager: { cpu: "500m", memory: "1536Mi" },
            taskManager: { cpu: "1500m", memory: "4Gi" },
            slots: 2,
            checkpointInterval: "30 seconds",
            retainedCheckpoints: 2,
            ...change,
        }),
    );

describe("Flink's configuration", () => {
    it("gives the process the container's memory, and threads for the CPU that is asked for", () => {
        const made = config();
        assert.equal(made["jobmanager.memory.process.size"], "1536m");
        assert.equal(made["taskmanager.memory.process.size"], "4096m");
        assert.equal(made["env.java.opts.jobmanager"], "-XX:ActiveProcessorCount=1");
        assert.equal(made["env.java.opts.taskmanager"], "-XX:ActiveProcessorCount=2");
    });

    it("leaves no port to chance, since policies name them", () => {
        const ports = Object.entries(config())
            .filter(([key]) => /(?<!exporter)\.port$/.test(key))
            .map(([, value]) => Number(value));
        const byNumber = (one: number, other: number): number => one - other;
        assert.deepEqual(ports.toSorted(byNumber), Object.values<number>(PORTS).toSorted(byNumber));
    });

    it("has what Flink's own configuration gives every virtual machine, whose place it takes", () => {
        assert.equal(config()["env.java.opts.all"], moduleOptions());
    });

    it("works on state in scratch space", () => {
        const made = config();
        assert.equal(made["state.backend.rocksdb.localdir"], "/var/lib/flink/rocksdb");
        assert.equal(made["io.tmp.dirs"], "/var/lib/flink");
    });

    it("takes the pod's credentials, not the node's", () => {
        assert.equal(config()["s3.use-instance-credentials"], false);
    });

    it("restarts jobs ever more slowly, and for good", () => {
        const made = config();
        assert.equal(made["restart-strategy.type"], "exponential-delay");
        assert.equal(made["jobmanager.scheduler"], "adaptive");
    });

    it("logs JSON to standard output alone", () => {
        assert.match(logSettings(), /layout\.type = JsonTemplateLayout/);
        assert.doesNotMatch(logSettings(), /RollingFile/);
    });
});
