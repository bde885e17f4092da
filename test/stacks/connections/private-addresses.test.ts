import assert from "node:assert/strict";
import type { Inputs } from "../../support/mocks.ts";
import { privateAddresses } from "./private-addresses.ts";
import type { sample } from "./sample.ts";

describe("addresses of who is in the private subnets", () => {
    it("are at both ends of each", () => {
        const subnet = (cidrBlock: string, role: string): Inputs => ({
            inputs: { cidrBlock, tags: { [`kubernetes.io/role/${role}`]: "1" } },
        });
        const resources = [
            subnet("10.1.64.0/18", "internal-elb"),
            subnet("10.1.128.0/18", "elb"),
        ] as unknown as ReturnType<typeof sample>["resources"];
        assert.deepEqual(
            privateAddresses({ resources, objects: [] }, "a balancer").map(({ name }) => name),
            ["a balancer at 10.1.64.0", "a balancer at 10.1.127.255"],
        );
    });
});
