import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { bufferOnDisk, sizeBytes, worstLoss } from "../../../../stacks/platform/logging/losses.ts";
import { pipeline } from "../../../../stacks/platform/logging/pipeline.ts";
import { rawConfig } from "../../raw-config.ts";

type Section = Readonly<Record<string, string | number>>;

const { service, outputs } = ((): { service: Section; outputs: readonly Section[] } => {
    const text = pipeline({
        memory: "256Mi",
        destination: {
            kind: "cloudwatch",
            region: "eu-central-1",
            groups: { application: "a", dataplane: "d", host: "h" },
            loki: { host: "loki", port: 3100 },
        },
    });
    const { service: settings, pipeline: parts } = parse(text) as {
        service: Section;
        pipeline: { outputs: Section[] };
    };
    return { service: settings, outputs: parts.outputs };
})();

const limitOf = (alias: string): number =>
    sizeBytes(String(outputs.find((output) => output["alias"] === alias)?.["storage.total_limit_size"]));

describe("what is lost of a node's logs at worst", () => {
    const rate = { application: 1000, dataplane: 100, host: 10 };

    it("is what was read since the last delivery, with a node that dies while CloudWatch answers", () => {
        assert.equal(worstLoss(rate).suddenDeath, 1110 * Number(service["flush"]));
    });

    it("is the buffer as well, in an outage", () => {
        const kept = ["application", "dataplane", "host"].reduce((sum, alias) => sum + limitOf(alias), 0);
        assert.equal(worstLoss(rate).suddenDeathInOutage, worstLoss(rate).suddenDeath + kept);
        assert.equal(kept, 2_512_000_000);
    });

    it("begins in an outage when a stream's own buffer is full, and no sooner", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 1e9 }), (perSecond) => {
                const { outage } = worstLoss({ application: perSecond, dataplane: perSecond, host: perSecond });
                for (const stream of ["application", "dataplane", "host"] as const) {
                    assert.ok(outage[stream] * perSecond <= limitOf(stream));
                    assert.ok((outage[stream] + 1) * perSecond > limitOf(stream));
                }
            }),
        );
    });

    it("is what the documentation says of a busy node: half an hour's outage, 5 MB without one", () => {
        const { outage, suddenDeath } = worstLoss();
        assert.ok(Object.values(outage).every((seconds) => seconds >= 30 * 60));
        assert.ok(suddenDeath > 5e6 && suddenDeath < 6e6);
    });

    it("is nothing with a notice, if a busy node's collector delivers a fifth of a megabyte a second", () => {
        assert.equal(worstLoss(rate).rateToDrain, worstLoss(rate).suddenDeath / Number(service["grace"]));
        assert.ok(worstLoss().rateToDrain < 200_000);
    });

    it("takes less than a tenth of the smallest disk of any pool", () => {
        assert.equal(
            bufferOnDisk(),
            outputs.reduce((sum, { alias }) => sum + limitOf(String(alias)), 0),
        );
        const pools = JSON.parse(rawConfig("prod")["data-platform:pools"] ?? "{}") as Record<
            string,
            { diskSize: number }
        >;
        const disks = Object.values(pools).map(({ diskSize }) => diskSize);
        assert.ok(bufferOnDisk() < (Math.min(...disks) * 2 ** 30) / 10);
    });
});

describe("a size as Fluent Bit reads it", () => {
    it("has units of a thousand", () => {
        assert.deepEqual(["3K", "256M", "2G"].map(sizeBytes), [3000, 256_000_000, 2_000_000_000]);
    });

    for (const text of ["", "2Gi", "M", "1.5G"]) {
        it(`is not ${JSON.stringify(text)}`, () => assert.throws(() => sizeBytes(text), RangeError));
    }
});
