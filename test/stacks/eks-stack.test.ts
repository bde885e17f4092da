import assert from "node:assert/strict";
import { parseConfig } from "../../stacks/config.ts";
import { buildStack, type StackOutputs } from "../../stacks/eks-stack.ts";
import { type Collected, collect, only } from "../support/mocks.ts";
import { rawConfig } from "./raw-config.ts";

async function built(stack: "prod" | "staging" | "local"): Promise<{ resources: Collected[]; outputs: StackOutputs }> {
    const made: StackOutputs[] = [];
    const resources = await collect(() => {
        made.push(buildStack(parseConfig(rawConfig(stack), "data-platform")));
    });
    return { resources, outputs: made[0] ?? {} };
}

describe("a stack", () => {
    for (const stack of ["prod", "staging", "local"] as const) {
        describe(stack, () => {
            let resources: Collected[] = [];
            let outputs: StackOutputs = {};
            before(async () => {
                ({ resources, outputs } = await built(stack));
            });

            it("puts nothing into the cluster that the environment happens to point at", () => {
                const general = only(resources, "pulumi:providers:kubernetes", provider(stack));
                const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
                assert.ok(objects.length > 0);
                for (const { type, name, provider: used } of objects) {
                    const expected = type.endsWith(":PersistentVolumeClaim") ? `${general.urn}-claims` : general.urn;
                    assert.ok(used?.startsWith(expected), `${type} ${name}: ${used}`);
                }
            });

            it("registers nothing twice", () => {
                const urns = resources.map((resource) => resource.urn);
                assert.deepEqual(urns, [...new Set(urns)]);
            });

            it("says how to reach the cluster and what is in it", () => {
                const expected = stack === "local" ? ["context"] : ["clusterName", "kubeconfig"];
                const streams = stack === "prod" ? ["kafkaConnect", "schemaRegistry"] : [];
                const more = stack === "prod" ? ["flink", "metabaseDatabase", "metabase"] : [];
                assert.deepEqual(Object.keys(outputs), [
                    ...expected,
                    "airflow",
                    "kafka",
                    ...streams,
                    "metadataDatabase",
                    ...more,
                ]);
            });
        });
    }

    it("on a cluster that is there makes nothing on AWS", async () => {
        const { resources } = await built("local");
        assert.deepEqual(
            resources.filter(({ type }) => /^(aws|eks):/.test(type)),
            [],
        );
    });
});

function provider(stack: string): string {
    return stack === "local" ? "cluster" : `data-platform-${stack}`;
}
