import assert from "node:assert/strict";
import { type EksConfig, parseConfig } from "../../../../stacks/config.ts";
import { type KarpenterPool, karpenterPools } from "../../../../stacks/infrastructure/pools.ts";
import { machinesOf } from "../../../../stacks/platform/karpenter/node-class.ts";
import { nodePool } from "../../../../stacks/platform/karpenter/node-pool.ts";
import { schemaProblems } from "../../../support/schema.ts";
import { rawConfig } from "../../raw-config.ts";

function prod(): EksConfig {
    const config = parseConfig(rawConfig("prod"), "data-platform");
    assert.equal(config.target, "eks");
    return config;
}

const { pools, nodeUpdates } = prod();
const [batch, driver, executor] = karpenterPools(pools);
assert.ok(batch && driver && executor);
const made = (pool: KarpenterPool) => nodePool(pool, nodeUpdates.window);

/** What a pool asks of a machine, by label. */
function asked(pool: KarpenterPool, key: string): unknown {
    const found = made(pool).spec.template.spec?.requirements.filter((requirement) => requirement.key === key) ?? [];
    return found.map(({ operator, values }) => [operator, values])[0];
}

describe("a node pool", () => {
    it("is valid", () => {
        for (const pool of [batch, driver, executor]) {
            assert.deepEqual(schemaProblems(made(pool)), []);
        }
    });

    it("starts what its table says: capacity, architecture, families, sizes", () => {
        assert.deepEqual(asked(driver, "karpenter.sh/capacity-type"), ["In", ["on-demand"]]);
        assert.deepEqual(asked(executor, "karpenter.sh/capacity-type"), ["In", ["spot", "on-demand"]]);
        assert.deepEqual(asked(executor, "kubernetes.io/arch"), ["In", ["amd64"]]);
        assert.deepEqual(asked(executor, "karpenter.k8s.aws/instance-family"), ["In", executor.needs.families]);
        assert.deepEqual(asked(executor, "karpenter.k8s.aws/instance-cpu"), ["In", ["8", "16"]]);
        // 64 GiB and more, in MiB.
        assert.deepEqual(asked(executor, "karpenter.k8s.aws/instance-memory"), ["Gt", ["65535"]]);
    });

    it("asks for local disks where scratch space lies on them", () => {
        assert.deepEqual(asked(executor, "karpenter.k8s.aws/instance-local-nvme"), ["Gt", ["0"]]);
        assert.equal(asked(batch, "karpenter.k8s.aws/instance-local-nvme"), undefined);
        assert.equal(machinesOf(executor, "prod", "latest").instanceStorePolicy, "RAID0");
        assert.equal(machinesOf(batch, "prod", "latest").instanceStorePolicy, undefined);
    });

    it("has at most as much as its most nodes of the smallest size", () => {
        assert.deepEqual(made(executor).spec.limits, { nodes: "300", cpu: "2400", memory: "19200Gi" });
        assert.deepEqual(made(batch).spec.limits, { nodes: "20", cpu: "80", memory: "320Gi" });
    });

    it("labels and taints its nodes, and keeps pods off until volumes can be counted", () => {
        const { metadata, spec } = made(executor).spec.template;
        assert.deepEqual(metadata?.labels, { workload: "spark-executor" });
        assert.deepEqual(spec?.taints, [{ key: "workload", value: "spark-executor", effect: "NoSchedule" }]);
        assert.deepEqual(spec?.startupTaints, [
            { key: "ebs.csi.aws.com/agent-not-ready", value: "true", effect: "NoExecute" },
        ]);
    });

    it("waits for what must not be disrupted, and not for ever", () => {
        const { spec } = made(batch).spec.template;
        assert.equal(spec?.terminationGracePeriod, "7h");
        assert.equal(spec?.expireAfter, "720h");
    });

    it("starts machines of the class of its name", () => {
        assert.deepEqual(made(driver).spec.template.spec?.nodeClassRef, {
            group: "karpenter.k8s.aws",
            kind: "EC2NodeClass",
            name: "spark-driver",
        });
    });
});

describe("a node class", () => {
    const machines = machinesOf(batch, "data-platform-prod", nodeUpdates.amiRelease);

    it("boots the pinned release of Amazon Linux 2023", () => {
        assert.deepEqual(machines.amiSelectorTerms, [{ alias: "al2023@v20260827" }]);
    });

    it("keeps a node's credentials from pods", () => {
        assert.equal(machines.metadataOptions?.httpTokens, "required");
        assert.equal(machines.metadataOptions?.httpPutResponseHopLimit, 1);
    });

    it("encrypts the root volume, which goes with the node", () => {
        assert.deepEqual(machines.blockDeviceMappings, [
            {
                deviceName: "/dev/xvda",
                ebs: { volumeType: "gp3", volumeSize: "100Gi", encrypted: true, deleteOnTermination: true },
            },
        ]);
    });

    it("has no public address", () => assert.equal(machines.associatePublicIPAddress, false));

    it("leaves the host's own programs room", () => {
        assert.deepEqual(machines.kubelet?.systemReserved, {
            cpu: "100m",
            memory: "300Mi",
            "ephemeral-storage": "1Gi",
        });
    });

    it("says in its tags what it is, and none that Karpenter keeps for itself", () => {
        assert.deepEqual(machines.tags, { Name: "data-platform-prod-batch", workload: "batch" });
    });
});
