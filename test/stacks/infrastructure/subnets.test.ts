import assert from "node:assert/strict";
import * as fc from "fast-check";
import { contains, overlaps, parseBlock, size } from "../../../stacks/infrastructure/ipv4.ts";
import { planSubnets } from "../../../stacks/infrastructure/subnets.ts";

const ZONES = ["a", "b", "c", "d", "e", "f"];

/** Ranges that are large enough for their zones. */
const networks = fc
    .record({ second: fc.integer({ min: 0, max: 255 }), count: fc.integer({ min: 1, max: 6 }) })
    .map(({ second, count }) => ({ cidr: `10.${second}.0.0/16`, zones: ZONES.slice(0, count) }));

describe("subnets", () => {
    it("gives each zone one public and one private subnet", () => {
        assert.deepEqual(planSubnets("10.20.0.0/16", ZONES.slice(0, 3)), [
            { zone: "a", privateCidr: "10.20.0.0/18", publicCidr: "10.20.192.0/22" },
            { zone: "b", privateCidr: "10.20.64.0/18", publicCidr: "10.20.196.0/22" },
            { zone: "c", privateCidr: "10.20.128.0/18", publicCidr: "10.20.200.0/22" },
        ]);
    });

    it("lets no two subnets share an address, and all lie in the VPC", () => {
        fc.assert(
            fc.property(networks, ({ cidr, zones }) => {
                const blocks = planSubnets(cidr, zones)
                    .flatMap((subnets) => [subnets.privateCidr, subnets.publicCidr])
                    .map(parseBlock);
                assert.equal(blocks.length, zones.length * 2);
                for (const [index, block] of blocks.entries()) {
                    assert.ok(contains(parseBlock(cidr), block));
                    assert.ok(blocks.slice(index + 1).every((other) => !overlaps(block, other)));
                }
            }),
        );
    });

    it("makes private subnets large and public ones small", () => {
        fc.assert(
            fc.property(networks, ({ cidr, zones }) => {
                for (const { privateCidr, publicCidr } of planSubnets(cidr, zones)) {
                    assert.ok(size(parseBlock(privateCidr)) >= 4096);
                    assert.equal(size(parseBlock(privateCidr)), 16 * size(parseBlock(publicCidr)));
                }
            }),
        );
    });

    it("keeps the addresses of two zones when a third is added", () => {
        const three = planSubnets("10.20.0.0/16", ZONES.slice(0, 3));
        assert.deepEqual(planSubnets("10.20.0.0/16", ZONES.slice(0, 2)), three.slice(0, 2));
    });

    it("takes the smallest VPC that has a /20 for each zone, and no smaller one", () => {
        assert.equal(planSubnets("10.20.0.0/18", ZONES.slice(0, 3))[0]?.privateCidr, "10.20.0.0/20");
        assert.throws(() => planSubnets("10.20.0.0/19", ZONES.slice(0, 3)), /Use a \/18 or larger/);
    });

    for (const [cidr, reason] of [
        ["10.0.0.0/15", /no VPC larger than a \/16/],
        ["11.0.0.0/16", /not a private range/],
        ["172.20.0.0/18", /addresses of Services/],
    ] as const) {
        it(`refuses ${cidr}`, () => assert.throws(() => planSubnets(cidr, ["a"]), reason));
    }
});
