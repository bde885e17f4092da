import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Resources } from "../../../../components/workload-args.ts";
import { cores, heapMebibytes, sparkRuntime } from "../../../../stacks/workloads/spark/runtime.ts";

const of = (memory: Resources["memory"], cpu: Resources["cpu"] = "2"): Resources => ({ cpu, memory });

describe("A Spark program's runtime", () => {
    it("runs as many tasks as it has cores, and one with a part of a core", () => {
        const table = [
            ["200m", 1],
            ["1", 1],
            ["1500m", 2],
            ["2", 2],
            ["0.5", 1],
        ] as const;
        assert.deepEqual(
            table.map(([cpu]) => cores(of("4Gi", cpu))),
            table.map(([, expected]) => expected),
        );
    });

    it("leaves more room beside the heap with Python", () => {
        assert.equal(heapMebibytes("x", of("4Gi"), "jvm"), 3072);
        assert.equal(heapMebibytes("x", of("4Gi"), "python"), 2457);
    });

    it("leaves a quarter of the memory or more, and is never smaller than Spark can start with", () => {
        fc.assert(
            fc.property(fc.integer({ min: 800, max: 500_000 }), fc.constantFrom("jvm", "python"), (mebi, language) => {
                const heap = heapMebibytes("x", of(`${mebi}Mi`), language);
                // 3 % that the virtual machine does not count, above 1.5 times 300 MiB.
                assert.ok(heap <= mebi * 0.75 && heap * 0.97 > 450);
            }),
        );
    });

    it("names the field, the value, the reason and the fix where Spark could not start", () => {
        assert.throws(() => heapMebibytes("spark.resources", of("512Mi"), "python"), {
            name: "ArgumentError",
            message:
                'Spark: spark.resources.memory: got "512Mi"; 60 % of it is the heap, and Spark does not start with less ' +
                'than 480 MiB. Set at least "800Mi".',
        });
        assert.equal(heapMebibytes("x", of("800Mi"), "python"), 480);
        assert.equal(heapMebibytes("x", of("640Mi"), "jvm"), 480);
    });

    it("tells spark-submit and the virtual machine what they have", () => {
        const { env, scratch } = sparkRuntime("x", of("1Gi", "200m"), "python");
        assert.equal(env["SPARK_DRIVER_MEMORY"], "614m");
        assert.equal(env["JDK_JAVA_OPTIONS"], "-XX:ActiveProcessorCount=1");
        assert.ok(Object.keys(scratch).includes(env["SPARK_LOCAL_DIRS"] ?? ""));
        assert.ok(Object.keys(scratch).includes(env["HOME"] ?? ""));
    });

    it("has room to spill in proportion to the memory", () => {
        const spill = (memory: Resources["memory"]) => sparkRuntime("x", of(memory), "jvm").scratch["/var/data/spark"];
        assert.deepEqual([spill("1Gi"), spill("4Gi"), spill("1000001Ki")], ["4096Mi", "16384Mi", "3907Mi"]);
    });
});
