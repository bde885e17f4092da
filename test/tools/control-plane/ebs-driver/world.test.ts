import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import { World } from "../../../../tools/control-plane/ebs-driver/world.ts";

function node(resourceVersion: string, uid = "1"): KubernetesObject {
    return { kind: "Node", metadata: { name: "a-0", uid, resourceVersion } };
}

describe("World", () => {
    const seen = (world: World): string | undefined => world.find("Node", "a-0")?.metadata?.resourceVersion;

    it("keeps the newest, however late an older one comes", () => {
        const world = World.of([node("10"), node("9")]);
        assert.equal(seen(world), "10");
        world.put(node("11"));
        assert.equal(seen(world), "11");
    });

    it("does not bring back by a late answer what the watch saw go", () => {
        const world = World.of([node("10")]);
        world.renew(node("11"));
        assert.equal(seen(world), "11");
        world.drop(node("12"));
        world.renew(node("11"));
        assert.equal(seen(world), undefined);
        world.put(node("20", "2"));
        world.renew(node("21"));
        assert.equal(seen(world), "20");
    });

    it("does not drop another by the same name, nor takes in other kinds", () => {
        const world = World.of([node("20", "2")]);
        world.drop(node("12"));
        assert.equal(seen(world), "20");
        world.put({ kind: "Secret", metadata: { name: "a-0" } });
        assert.equal(world.all("Node").length, 1);
    });
});
