import assert from "node:assert/strict";
import { parseConfig } from "../../../stacks/config.ts";
import type { Foundation } from "../../../stacks/infrastructure/foundation.ts";
import { kubeconfigFoundation } from "../../../stacks/infrastructure/kubeconfig.ts";
import { collect } from "../../support/mocks.ts";
import { rawConfig } from "../raw-config.ts";

describe("the foundation on a cluster that is there", () => {
    it("is two providers of the configured context and nothing else", async () => {
        const config = parseConfig(rawConfig("local"), "data-platform");
        assert.equal(config.target, "kubeconfig");
        const made: Foundation[] = [];
        const resources = await collect(() => {
            made.push(kubeconfigFoundation(config));
        });
        assert.deepEqual(
            resources.map((resource) => [resource.type, resource.name, resource.inputs.context]),
            [
                ["pulumi:providers:kubernetes", "cluster", config.context],
                ["pulumi:providers:kubernetes", "cluster-claims", config.context],
            ],
        );
        assert.equal(made[0]?.zones, 0);
        assert.equal(made[0]?.pools, undefined);
        assert.deepEqual(made[0]?.storage, { stateful: config.storageClass, throughput: undefined });
    });
});
