import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { COMPUTED, type Collected, collect, ofType, only, Secret } from "../../support/mocks.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

class Box extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions = {}) {
        super("test:index:Box", name, { note: "kept" }, opts);
        new k8s.core.v1.ConfigMap(
            name,
            { metadata: { name }, data: { key: "value" } },
            { parent: this, retainOnDelete: true, ignoreChanges: ["data"], aliases: [{ name: "former" }] },
        );
        this.registerOutputs();
    }
}

function dataOf(resource: Collected): unknown {
    return resource.inputs["data"];
}

describe("recording", () => {
    it("keeps a component's inputs, its children's parent and the whole chain of types in the URN", async () => {
        const resources = await collect(() => {
            class Outer extends pulumi.ComponentResource {
                constructor() {
                    super("test:index:Outer", "outer");
                    new Box("box", { parent: this });
                }
            }
            new Outer();
        });
        const box = only(resources, "test:index:Box");
        const map = only(resources, CONFIG_MAP);
        assert.deepEqual(box.inputs, { note: "kept" });
        assert.equal(box.custom, false);
        assert.equal(map.parent, box.urn);
        assert.equal(
            map.urn,
            "urn:pulumi:test::data-platform::test:index:Outer$test:index:Box$kubernetes:core/v1:ConfigMap::box",
        );
        assert.equal(only(resources, "test:index:Outer").parent, undefined);
    });

    it("keeps options, with aliases as URNs and protection inherited", async () => {
        const map = only(await collect(() => new Box("box", { protect: true })), CONFIG_MAP);
        assert.equal(map.options.protect, true);
        assert.equal(map.options.retainOnDelete, true);
        assert.deepEqual(map.options.ignoreChanges, ["data"]);
        assert.deepEqual(map.options.aliases, [map.urn.replace(/box$/, "former")]);
    });

    it("marks secrets and unknown values where they stand", async () => {
        const resources = await collect(() => {
            const password = new random.RandomPassword("password", { length: 20 });
            new k8s.core.v1.ConfigMap("map", {
                metadata: { name: "map" },
                data: { known: "1", secret: pulumi.secret("hidden"), id: password.id, computed: password.result },
            });
        });
        const { known, secret, id, computed } = only(resources, CONFIG_MAP).inputs["data"];
        assert.equal(known, "1");
        assert.ok(secret instanceof Secret);
        assert.equal(secret.reveal(), "hidden");
        assert.equal(id, COMPUTED);
        assert.equal(computed, COMPUTED);
        assert.equal(JSON.stringify({ secret, id }), '{"secret":"[secret]","id":"[computed]"}');
    });

    it("resolves outputs to inputs, and leaves a generated name unknown", async () => {
        const resources = await collect(() => {
            const named = new k8s.core.v1.Namespace("named", { metadata: { name: "given" } });
            const unnamed = new k8s.core.v1.Namespace("unnamed");
            new k8s.core.v1.ConfigMap("map", {
                data: {
                    named: named.metadata.name,
                    unnamed: unnamed.metadata.name,
                    upper: named.metadata.name.apply((n) => n.toUpperCase()),
                },
            });
        });
        assert.deepEqual(dataOf(only(resources, CONFIG_MAP)), { named: "given", unnamed: COMPUTED, upper: "GIVEN" });
    });

    it("notes what a resource depends on, by property too", async () => {
        const resources = await collect(() => {
            const first = new k8s.core.v1.Namespace("first", { metadata: { name: "first" } });
            new k8s.core.v1.ConfigMap("second", { data: { name: first.metadata.name } });
        });
        const namespace = only(resources, "kubernetes:core/v1:Namespace");
        const map = only(resources, CONFIG_MAP);
        assert.deepEqual(map.dependencies, [namespace.urn]);
        assert.deepEqual(map.propertyDependencies["data"], [namespace.urn]);
    });

    it("runs the program again and again in one process, without what came before", async () => {
        for (const name of ["one", "two", "three"]) {
            const resources = await collect(() => new Box(name), { stack: name });
            assert.deepEqual(
                ofType(resources, CONFIG_MAP).map((map) => map.name),
                [name],
            );
            assert.match(only(resources, CONFIG_MAP).urn, new RegExp(`^urn:pulumi:${name}::`));
        }
    });

    it("waits for resources that an asynchronous program registers late", async () => {
        const resources = await collect(async () => {
            await new Promise((resolve) => {
                setTimeout(resolve, 5);
            });
            pulumi.output("late").apply((name) => {
                queueMicrotask(() => new Box(name));
            });
        });
        assert.equal(only(resources, CONFIG_MAP).name, "late");
    });

    it("rejects with what a constructor throws", async () => {
        const running = collect(() => {
            throw new pulumi.RunError("replicas: got 0");
        });
        await assert.rejects(running, pulumi.RunError);
    });

    it("rejects with what an output throws", async () => {
        const running = collect(() => {
            const data = pulumi.output("x").apply((): { [key: string]: string } => {
                throw new pulumi.RunError("thrown in an output");
            });
            new k8s.core.v1.ConfigMap("map", { data });
        });
        await assert.rejects(running, /thrown in an output/);
        assert.equal((await collect(() => new Box("after"))).length, 2);
    });

    it("rejects two resources with one URN, in the engine's words", async () => {
        const running = collect(() => {
            new Box("same");
            new Box("same");
        });
        await assert.rejects(running, /Duplicate resource URN '.*Box::same'/);
    });

    it("rejects a provider function that nobody answers, by its token", async () => {
        const running = collect(async () => {
            await pulumi.runtime.invoke("aws:ec2/getVpc:getVpc", {});
        });
        await assert.rejects(running, /provider function aws:ec2\/getVpc:getVpc/);
    });

    it("gives configuration to the program, secrets as secrets", async () => {
        const resources = await collect(
            () => {
                const config = new pulumi.Config("data-platform");
                new k8s.core.v1.ConfigMap("map", {
                    data: { size: config.require("size"), key: config.requireSecret("key") },
                });
            },
            { config: { "data-platform:size": "3", "data-platform:key": "k" }, secretKeys: ["data-platform:key"] },
        );
        const data = only(resources, CONFIG_MAP).inputs["data"];
        assert.equal(data.size, "3");
        assert.ok(data.key instanceof Secret);
    });
});
