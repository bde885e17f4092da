import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { collect } from "../../support/mocks.ts";
import { leaks } from "./leaks.ts";
import { withGeneratedValues } from "./stack.ts";

const MAP = "kubernetes:core/v1:ConfigMap map";

function leaksOf(use: (password: random.RandomPassword) => void): Promise<readonly string[]> {
    return withGeneratedValues(async () =>
        leaks(await collect(() => use(new random.RandomPassword("password", { length: 20 })))),
    );
}

const configMap = (data: Record<string, pulumi.Input<string>>, annotations = {}): k8s.core.v1.ConfigMap =>
    new k8s.core.v1.ConfigMap("map", { metadata: { name: "map", annotations }, data });

describe("leaks", () => {
    it("are none in a Secret", async () => {
        const found = await leaksOf(({ result }) => {
            new k8s.core.v1.Secret("login", { metadata: { name: "login" }, stringData: { password: result } });
        });
        assert.deepEqual(found, []);
    });

    it("are found in a ConfigMap, by itself or inside of other text", async () => {
        assert.deepEqual(await leaksOf(({ result }) => configMap({ key: result, other: "x" })), [`${MAP}: data.key`]);
        assert.deepEqual(await leaksOf(({ result }) => configMap({ key: pulumi.interpolate`user:${result}@db` })), [
            `${MAP}: data.key`,
        ]);
    });

    it("are found where the mark of a secret was taken off", async () => {
        assert.deepEqual(await leaksOf(({ result }) => configMap({ key: pulumi.unsecret(result) })), [
            `${MAP}: data.key`,
        ]);
    });

    it("are found where random bytes are written as text", async () => {
        const found = await withGeneratedValues(async () =>
            leaks(
                await collect(() => {
                    const key = new random.RandomBytes("key", { length: 32 });
                    configMap({ base64: pulumi.unsecret(key.base64), hex: pulumi.unsecret(key.hex) });
                }),
            ),
        );
        assert.deepEqual(found, [`${MAP}: data.base64`, `${MAP}: data.hex`]);
    });

    it("are found in an annotation and in a variable", async () => {
        const found = await leaksOf(({ result }) => {
            configMap({}, { note: result });
            const env = [{ name: "PASSWORD", value: result }];
            new k8s.core.v1.Pod("pod", { spec: { containers: [{ name: "a", env }] } });
        });
        assert.deepEqual(found.toSorted(), [
            `${MAP}: metadata.annotations.note`,
            "kubernetes:core/v1:Pod pod: spec.containers.0.env.0.value",
        ]);
    });

    it("are found in the metadata of a Secret", async () => {
        const found = await leaksOf(({ result }) => {
            new k8s.core.v1.Secret("login", { metadata: { name: "login", labels: { password: result } } });
        });
        assert.deepEqual(found, ["kubernetes:core/v1:Secret login: metadata.labels.password"]);
    });
});
