import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { sparkSystems } from "../../../../stacks/workloads/spark/systems.ts";
import { OPTIONAL_SECTIONS } from "../../../../tools/platform-table/optional-sections.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../../support/mocks.ts";
import { prodWith } from "../../platform/everything.ts";
import { sparkContext } from "./context.ts";

const { sparkApplications, celeborn } = OPTIONAL_SECTIONS;
const HISTORY = { image: "docker.io/acme/spark:4.2.0", replicas: 2, resources: { cpu: "500m", memory: "2Gi" } };

const make = (sections: Readonly<Record<string, unknown>>): Promise<Collected[]> =>
    collect(() => {
        sparkSystems({
            config: prodWith({ sparkApplications: undefined, ...sections }),
            context: sparkContext(),
            namespace: "batch",
            after: (...others) => ({ dependsOn: [...others] }),
            // Stands for the release.
            operator: new k8s.core.v1.ConfigMap("operator", {}),
        });
    });

const systems = (resources: readonly Collected[]): string[] =>
    resources.filter(({ type }) => type.startsWith("dataplatform:system:")).map(({ name }) => name);

const APPLICATION = "kubernetes:sparkoperator.k8s.io/v1beta2:SparkApplication";

describe("What a stack has of Spark", () => {
    it("is nothing that it did not ask for", async () => {
        assert.deepEqual(systems(await make({ sparkHistoryServer: undefined })), []);
    });

    it("sparkHistoryServer: is on where it is configured", async () => {
        assert.deepEqual(systems(await make({ sparkHistoryServer: HISTORY })), ["spark-history"]);
    });

    it("sparkApplications: has one of each name, once the operator is there", async () => {
        const resources = await make({
            sparkHistoryServer: undefined,
            sparkApplications: { "daily-report": sparkApplications["daily-report"] },
        });
        assert.deepEqual(systems(resources), ["daily-report"]);
        const { urn } = only(resources, "kubernetes:core/v1:ConfigMap", "operator");
        assert.ok(only(resources, APPLICATION).dependencies.includes(urn));
    });

    it("celeborn: serves the applications that ask for it, and makes executors smaller", async () => {
        const alone = await make({
            sparkHistoryServer: undefined,
            sparkApplications: { "daily-report": sparkApplications["daily-report"] },
        });
        const shared = await make({ sparkHistoryServer: undefined, sparkApplications, celeborn });
        assert.deepEqual(systems(shared), ["celeborn", "daily-report", "large-report"]);
        const confOf = (name: string): Inputs => only(shared, APPLICATION, name).inputs["spec"].sparkConf;
        assert.match(
            confOf("large-report")["spark.celeborn.master.endpoints"],
            /^celeborn-master-0\..*:9097,celeborn-master-1/,
        );
        assert.ok(!("spark.shuffle.manager" in confOf("daily-report")));
        const cpu = (some: readonly Collected[]): number =>
            Number.parseInt(only(some, APPLICATION, "daily-report").inputs["spec"].executor.coreRequest, 10);
        assert.equal(cpu(alone) - cpu(shared), 1000);
        const policies = ofType(shared, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
        const peers = JSON.stringify(policies.find(({ name }) => name === "celeborn-master")?.inputs);
        assert.ok(peers.includes("large-report-driver") && !peers.includes("daily-report-driver"));
    });
});
