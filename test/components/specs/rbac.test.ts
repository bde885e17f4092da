import assert from "node:assert/strict";
import * as fc from "fast-check";
import { clusterRole, namespaceRole, serviceAccount } from "../../../components/specs/rbac.ts";
import { assertValid } from "../../support/schema.ts";
import { name, OWNER, rendered } from "./arbitraries.ts";

const RULES = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];
const GROUP = "rbac.authorization.k8s.io/v1";

describe("rbac specs", () => {
    it("bind a role to the workload's own account, in its namespace", () => {
        fc.assert(
            fc.property(name, name, (workload, namespace) => {
                const owner = { ...OWNER, namespace };
                const account = rendered("v1", "ServiceAccount", serviceAccount(workload, owner));
                for (const kind of ["Role", "ClusterRole"]) {
                    const made = (kind === "Role" ? namespaceRole : clusterRole)(workload, owner, RULES);
                    const role = rendered(GROUP, kind, made.role);
                    const binding = rendered(GROUP, `${kind}Binding`, made.binding);
                    [account, role, binding].forEach(assertValid);
                    assert.deepEqual(binding["roleRef"], {
                        apiGroup: "rbac.authorization.k8s.io",
                        kind,
                        name: role["metadata"].name,
                    });
                    assert.deepEqual(binding["subjects"], [
                        { kind: "ServiceAccount", name: account["metadata"].name, namespace },
                    ]);
                    assert.equal(role["metadata"].namespace, kind === "Role" ? namespace : undefined);
                }
            }),
        );
    });

    it("bind a role to an account of another namespace, where that is said", () => {
        const { role, binding } = namespaceRole("web", { ...OWNER, namespace: "here" }, RULES, "there");
        const made = rendered(GROUP, "RoleBinding", binding);
        assertValid(made);
        assert.equal(rendered(GROUP, "Role", role)["metadata"].namespace, "here");
        assert.equal(made["metadata"].namespace, "here");
        assert.deepEqual(made["subjects"], [{ kind: "ServiceAccount", name: "web", namespace: "there" }]);
    });

    it("give an account no token by itself", () => {
        assert.equal(serviceAccount("web", OWNER).automountServiceAccountToken, false);
    });
});
