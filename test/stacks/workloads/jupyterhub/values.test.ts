import assert from "node:assert/strict";
import { jupyterHubValues } from "../../../../stacks/workloads/jupyterhub/values.ts";
import type { Inputs } from "../../../support/mocks.ts";

const made = (change: Partial<Parameters<typeof jupyterHubValues>[0]> = {}): Inputs =>
    jupyterHubValues({
        image: "quay.io/jupyter/scipy-notebook:1",
        user: { guarantee: { cpu: "500m", memory: "512Mi" }, limit: { cpu: "1.5", memory: "1Gi" } },
        homeStorage: "10Gi",
        homeStorageClass: undefined,
        idleSeconds: 600,
        admins: ["eva"],
        users: [],
        databaseUrl: "postgresql+psycopg2://jupyterhub@db:5432/jupyterhub",
        secret: "jupyterhub",
        pool: undefined,
        ...change,
    });

describe("values of JupyterHub's chart", () => {
    it("leave pool and class out where the cluster has none", () => {
        const { nodeSelector, extraTolerations, storage } = made()["singleuser"];
        assert.deepEqual([nodeSelector, extraTolerations, storage.dynamic], [undefined, undefined, undefined]);
        assert.deepEqual(made({ pool: "batch" })["singleuser"].nodeSelector, { workload: "batch" });
    });

    it("write CPU and memory as KubeSpawner reads them", () => {
        const { cpu, memory } = made()["singleuser"];
        assert.deepEqual(cpu, { guarantee: 0.5, limit: 1.5 });
        assert.deepEqual(memory, { guarantee: "512M", limit: "1G" });
    });

    it("start nothing on nodes that no user has asked for", () => {
        const { scheduling, prePuller } = made();
        assert.deepEqual(
            [scheduling.userScheduler, scheduling.userPlaceholder, prePuller.hook, prePuller.continuous],
            Array.from({ length: 4 }, () => ({ enabled: false })),
        );
    });

    it("keep homes when their users go", () => {
        assert.equal(made()["hub"].config.KubeSpawner.delete_pvc, false);
    });
});
