import assert from "node:assert/strict";
import { jupyterHubPolicies } from "../../../../stacks/workloads/jupyterhub/policies.ts";

describe("JupyterHub's policies", () => {
    it("open the proxy to a load balancer only where there is one", () => {
        const without = jupyterHubPolicies({ monitoringNamespace: "monitoring", loadBalancerCidrs: [] });
        assert.deepEqual(
            without.proxy.map(({ ports }) => JSON.stringify(ports)),
            ['[{"port":8001,"protocol":"TCP"}]'],
        );
        const behind = jupyterHubPolicies({ monitoringNamespace: "monitoring", loadBalancerCidrs: ["10.0.0.0/20"] });
        assert.deepEqual(behind.proxy[1]?.from, [{ ipBlock: { cidr: "10.0.0.0/20" } }]);
    });

    it("keep notebooks from each other", () => {
        const { "singleuser-server": rules } = jupyterHubPolicies({ monitoringNamespace: "m", loadBalancerCidrs: [] });
        assert.doesNotMatch(JSON.stringify(rules), /singleuser-server/);
    });
});
