import assert from "node:assert/strict";
import { s3Plugin } from "../../../../stacks/workloads/flink/plugins.ts";

describe("Flink's S3 plugin", () => {
    it("is named by the version in the image's tag, wherever the image comes from", () => {
        for (const image of [
            "flink:2.3.0",
            "flink:2.3.0-scala_2.12-java17",
            "1.dkr.ecr.aws:443/cache/flink:2.3.0-java21",
        ]) {
            const { env, directory } = s3Plugin(image);
            assert.equal(env.ENABLE_BUILT_IN_PLUGINS, "flink-s3-fs-presto-2.3.0.jar", image);
            assert.equal(directory, "/opt/flink/plugins/flink-s3-fs-presto-2.3.0");
        }
    });

    it("is refused where the tag does not tell it", () => {
        for (const image of ["flink:2.3", "flink:java17", `flink@sha256:${"0".repeat(64)}`]) {
            assert.throws(() => s3Plugin(image), /does not tell Flink's version/, image);
        }
    });
});
