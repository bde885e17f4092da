import assert from "node:assert/strict";
import type { StackConfig } from "../../stacks/config.ts";
import { buildStack, type StackOutputs } from "../../stacks/eks-stack.ts";
import { OPTIONAL_SECTIONS } from "../../tools/platform-table/optional-sections.ts";
import { type Collected, collect, ofType, only } from "../support/mocks.ts";
import { prodWith } from "./platform/everything.ts";
import { stackConfig } from "./raw-config.ts";

async function built(config: StackConfig): Promise<{ resources: Collected[]; outputs: StackOutputs }> {
    const made: StackOutputs[] = [];
    const resources = await collect(() => {
        made.push(buildStack(config));
    });
    return { resources, outputs: made[0] ?? {} };
}

describe("a stack", () => {
    for (const stack of ["prod", "staging", "local"] as const) {
        describe(stack, () => {
            let resources: Collected[] = [];
            let outputs: StackOutputs = {};
            before(async () => {
                ({ resources, outputs } = await built(stackConfig(stack)));
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
                const more = stack === "prod" ? ["sparkHistory", "flink", "metabaseDatabase", "metabase"] : [];
                const dashboards = stack === "local" ? [] : ["dashboards"];
                assert.deepEqual(Object.keys(outputs), [
                    ...expected,
                    "airflow",
                    "kafka",
                    ...streams,
                    "metadataDatabase",
                    ...more,
                    ...dashboards,
                ]);
            });

            it("says of every user interface by which name it is opened, and of nothing else that it has one", () => {
                const names = hosts(resources).map((host) => `https://${host}`);
                assert.equal(names.length === 0, stack === "local");
                assert.deepEqual(
                    addresses(outputs)
                        .filter((address) => address.startsWith("https://"))
                        .toSorted(),
                    names,
                );
            });
        });
    }

    describe("with every user interface", () => {
        it("names each as it is opened", async () => {
            const { resources, outputs } = await built(prodWith(OPTIONAL_SECTIONS));
            const names = hosts(resources).map((host) => `https://${host}`);
            assert.ok(names.length > 7);
            assert.deepEqual(
                addresses(outputs)
                    .filter((address) => address.startsWith("https://"))
                    .toSorted(),
                names,
            );
        });

        it("names each by its Service where there is no load balancer", async () => {
            const { outputs } = await built(prodWith({ ...OPTIONAL_SECTIONS, ingress: undefined }));
            const interfaces = ["airflow", "sparkHistory", "metabase", "superset", "redash", "zeppelin", "jupyterhub"];
            for (const output of [...interfaces, "dashboards"]) {
                const address = outputs[output];
                assert.ok(typeof address === "string", output);
                assert.match(address, /^[a-z-]+\.[a-z-]+\.svc\.cluster\.local$/, output);
            }
            assert.equal(outputs["dashboards"], "kube-prometheus-stack-grafana.monitoring.svc.cluster.local");
        });
    });

    it("on a cluster that is there makes nothing on AWS", async () => {
        const { resources } = await built(stackConfig("local"));
        assert.deepEqual(
            resources.filter(({ type }) => /^(aws|eks):/.test(type)),
            [],
        );
    });
});

/** Names on the load balancer. */
function hosts(resources: readonly Collected[]): readonly string[] {
    return ofType(resources, "kubernetes:networking.k8s.io/v1:Ingress")
        .map(({ inputs }) => String(inputs["spec"].rules[0].host))
        .toSorted();
}

function addresses(outputs: StackOutputs): readonly string[] {
    return Object.values(outputs).filter((output) => typeof output === "string");
}

function provider(stack: string): string {
    return stack === "local" ? "cluster" : `data-platform-${stack}`;
}
