import assert from "node:assert/strict";
import type { EksConfig } from "../../../../stacks/config.ts";
import { ASSUMED, assumed, assumptionsOf } from "../../../../tools/plan/cost/assumptions.ts";
import { costOf } from "../../../../tools/plan/cost.ts";
import { eksConfig, object } from "../eks.ts";
import { resource } from "../samples.ts";

const RESOURCES = [
    resource("aws:ec2/natGateway:NatGateway", "n", {}),
    resource("aws:cloudwatch/logGroup:LogGroup", "l", {}),
    resource("aws:s3/bucket:Bucket", "b", {}),
    object("Service", "s", { type: "LoadBalancer" }),
];

describe("assumptions", () => {
    it("have defaults, over which a command line says its own", () => {
        assert.deepEqual(assumed([]), ASSUMED);
        assert.deepEqual(assumed(["natGigabytes=50", "kafkaGigabytes=0"]), {
            ...ASSUMED,
            natGigabytes: 50,
            kafkaGigabytes: 0,
        });
    });

    for (const setting of [
        "nat=1",
        "toString=1",
        "natGigabytes",
        "natGigabytes=",
        "natGigabytes=x",
        "natGigabytes=-1",
    ]) {
        it(`refuse ${setting}`, () => {
            assert.throws(() => assumed([setting]), {
                name: "Misuse",
                message: /--assume .*(Name one of|Write it like)/,
            });
        });
    }

    for (const { name, value } of assumptionsOf(ASSUMED)) {
        it(`count: more of ${name} costs more`, () => {
            const config = eksConfig();
            const external: EksConfig["kafka"] = {
                kind: "external",
                bootstrapServers: ["b:9096"],
                security: { kind: "tls" },
                topic: config.kafka.topic,
            };
            const kafka = name.startsWith("external") ? external : config.kafka;
            const of = (times: number): number =>
                costOf({ ...config, kafka }, RESOURCES, { ...ASSUMED, [name]: value * times }).monthly;
            assert.ok(of(2) > of(1));
        });
    }
});
