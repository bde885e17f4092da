import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Zeppelin, type ZeppelinArgs } from "../../../stacks/workloads/zeppelin.ts";
import { type Collected, collect, type Inputs, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

const CONFIG: ZeppelinArgs["config"] = {
    image: "apache/zeppelin:0.12.1",
    storage: "20Gi",
    resources: { cpu: "500m", memory: "4Gi" },
};

const make = (config: Partial<ZeppelinArgs["config"]> = {}, domain?: string): Promise<Collected[]> =>
    collect(() => {
        const context = {
            cluster: { loadBalancer: { groupName: "shared", cidrs: ["10.0.0.0/20"] } },
            claimProvider: new k8s.Provider("claims", {}),
            storageClass: "gp3-retain",
            throughputClass: undefined,
            pools: POOLS,
            availability: { downtimeBudget: "5 minutes" },
            ...(domain === undefined ? {} : { domain }),
        } as const;
        new Zeppelin("zeppelin", { config: { ...CONFIG, ...config }, context, namespace: "bi" });
    });

const SET = "kubernetes:apps/v1:StatefulSet";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";

describe("Zeppelin", () => {
    let made: Collected[];
    before(async () => {
        made = await make();
    });
    const container = (resources = made): Inputs => only(resources, SET).inputs["spec"].template.spec.containers[0];
    const variable = (name: string, resources = made): unknown =>
        container(resources)["env"].find((one: Inputs) => one["name"] === name)?.value;

    it("is one StatefulSet with its notebooks on a volume that outlives it", () => {
        assert.equal(only(made, SET).inputs["spec"].replicas, 1);
        const { spec } = only(made, CLAIM).inputs;
        assert.deepEqual([spec.resources.requests.storage, spec.storageClassName], ["20Gi", "gp3-retain"]);
        assert.equal(variable("ZEPPELIN_NOTEBOOK_DIR"), "/data/notebook");
    });

    it("lets nobody in without an account, whose password is in its Secret alone", () => {
        assert.equal(variable("ZEPPELIN_ANONYMOUS_ALLOWED"), "false");
        const mounts: readonly Inputs[] = container()["volumeMounts"];
        assert.ok(mounts.some(({ mountPath }) => mountPath === "/etc/zeppelin/accounts"));
        assert.match(
            container()["command"].at(-1),
            /ln -sf \/etc\/zeppelin\/accounts\/shiro\.ini \/data\/conf\/shiro\.ini/,
        );
    });

    it("starts interpreters in its own pod, without rights in the cluster", () => {
        assert.equal(variable("ZEPPELIN_RUN_MODE"), "local");
        assert.equal(only(made, SET).inputs["spec"].template.spec.automountServiceAccountToken, false);
    });

    it("has a name on the load balancer, which alone is let in, where there is a domain", async () => {
        assert.ok(!made.some(({ type }) => type === INGRESS));
        const named = await make({}, "data.example.com");
        const { rules } = only(named, INGRESS).inputs["spec"];
        assert.equal(rules[0].host, "zeppelin.data.example.com");
        assert.deepEqual(rules[0].http.paths[0].backend.service, { name: "zeppelin", port: { name: "http" } });
        const policy = only(named, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"].ingress;
        assert.deepEqual(policy[1].from, [{ ipBlock: { cidr: "10.0.0.0/20" } }]);
    });

    it("does what storage, memory and image say", async () => {
        const other = await make({
            image: "apache/zeppelin:0.13.0",
            storage: "50Gi",
            resources: { cpu: "1", memory: "8Gi" },
        });
        assert.equal(only(other, CLAIM).inputs["spec"].resources.requests.storage, "50Gi");
        assert.deepEqual([variable("ZEPPELIN_MEM"), variable("ZEPPELIN_MEM", other)], ["-Xmx1024m", "-Xmx2048m"]);
        assert.equal(container(other)["image"], "apache/zeppelin:0.13.0");
    });
});
