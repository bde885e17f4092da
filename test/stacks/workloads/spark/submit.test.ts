import assert from "node:assert/strict";
import { languageOf, submitCommand } from "../../../../stacks/workloads/spark/submit.ts";

const APPLICATION = {
    application: "local:///opt/spark/jobs/report.py",
    arguments: ["--day", "yesterday"],
    resources: { cpu: "1500m", memory: "4Gi" },
} as const;

describe("spark-submit", () => {
    it("runs driver and executors in one process, on the cores of the pod", () => {
        const command = submitCommand(APPLICATION);
        assert.equal(command[command.indexOf("--master") + 1], "local[2]");
    });

    it("comes after a first process that collects what ends", () => {
        assert.deepEqual(submitCommand(APPLICATION).slice(0, 3), [
            "/usr/bin/tini",
            "--",
            "/opt/spark/bin/spark-submit",
        ]);
    });

    it("gives what follows the application to the application", () => {
        assert.deepEqual(submitCommand(APPLICATION).slice(-3), [
            "local:///opt/spark/jobs/report.py",
            "--day",
            "yesterday",
        ]);
        assert.equal(submitCommand({ ...APPLICATION, arguments: [] }).at(-1), APPLICATION.application);
    });

    it("tells Python from the rest by the name", () => {
        assert.equal(languageOf("local:///a.py"), "python");
        assert.equal(languageOf("local:///a.jar"), "jvm");
        assert.equal(languageOf("local:///py.jar"), "jvm");
    });
});
