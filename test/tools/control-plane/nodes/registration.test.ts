import assert from "node:assert/strict";
import { registered } from "../../../../tools/control-plane/nodes/registration.ts";

describe("a node that is registered", () => {
    const now = new Date("2026-03-01T10:00:00Z");

    it("is ready from then on, with what else it says of itself", () => {
        const node = { apiVersion: "v1", kind: "Node", metadata: { name: "a" }, status: { capacity: { cpu: "4" } } };
        const { status, ...rest } = registered(node, now);
        assert.deepEqual(rest, { apiVersion: "v1", kind: "Node", metadata: { name: "a" } });
        const { conditions, capacity } = status as { conditions: { type: string; status: string }[]; capacity: object };
        assert.deepEqual(capacity, { cpu: "4" });
        assert.deepEqual(Object.fromEntries(conditions.map((one) => [one.type, one.status])), {
            Ready: "True",
            MemoryPressure: "False",
            DiskPressure: "False",
            PIDPressure: "False",
            NetworkUnavailable: "False",
        });
        assert.ok(conditions.every((one) => "lastHeartbeatTime" in one && one.lastHeartbeatTime === now));
    });

    it("is the only kind with a kubelet", () => {
        const claim = { apiVersion: "storage.k8s.io/v1", kind: "CSINode", metadata: { name: "a" } };
        assert.equal(registered(claim, now), claim);
    });
});
