import assert from "node:assert/strict";
import { parseConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

const KEY = "data-platform:network";

/** What is wrong with staging in the first of its zones. */
function refusal(zones: number): string {
    const raw = rawConfig("staging");
    const network = JSON.parse(raw[KEY] ?? "{}");
    try {
        parseConfig(
            { ...raw, [KEY]: JSON.stringify({ ...network, zones: network.zones.slice(0, zones) }) },
            "data-platform",
        );
        return "";
    } catch (error) {
        return String(error);
    }
}

describe("the zones of a network", () => {
    it("are two at least, which AWS wants for cluster, databases and load balancers", () => {
        assert.match(refusal(1), /network\.zones: got .*subnets in two zones\. List at least 2 zones/);
        assert.doesNotMatch(refusal(2), /network\.zones/);
        assert.equal(refusal(3), "");
    });
});
