import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CacheProxy } from "../../../stacks/workloads/cache-proxy.ts";
import { type Collected, collect, type Inputs, only } from "../../support/mocks.ts";
import { POOLS } from "./pools.ts";

describe("CacheProxy", () => {
    let made: Collected[];
    let proxy: CacheProxy | undefined;
    before(async () => {
        made = await collect(() => {
            const context = {
                cluster: {},
                claimProvider: new k8s.Provider("claims", {}),
                storageClass: undefined,
                throughputClass: undefined,
                pools: POOLS,
                availability: { downtimeBudget: "5 minutes" },
            } as const;
            proxy = new CacheProxy("cache-proxy", {
                config: { image: "haproxy:3.2.25", replicas: 3, resources: { cpu: "50m", memory: "64Mi" } },
                context,
                namespace: "data",
                cache: {
                    serverAddresses: ["cache-0.cache-headless.data.svc.cluster.local:6379"],
                    password: pulumi.secret("hidden"),
                    passwordSecret: { secret: "cache", key: "password" },
                },
                clients: [{ workload: "redash-worker", namespace: "bi" }],
            });
        });
    });
    const container = (): Inputs =>
        only(made, "kubernetes:apps/v1:Deployment").inputs["spec"].template.spec.containers[0];

    it("is one address, behind which replicas know the servers", () => {
        assert.equal(proxy?.host, "cache-proxy.data.svc.cluster.local");
        assert.equal(proxy?.port, 6379);
        assert.equal(only(made, "kubernetes:apps/v1:Deployment").inputs["spec"].replicas, 3);
        const [settings] = Object.values(only(made, "kubernetes:core/v1:ConfigMap").inputs["data"]);
        assert.match(String(settings), /^ {4}server cache-0 cache-0\.cache-headless\.data\.svc\.cluster\.local:6379$/m);
    });

    it("reads the settings that are mounted, and the password out of the cache's own Secret", () => {
        const file = container()["command"].at(-1);
        assert.ok(container()["volumeMounts"].some(({ mountPath }: Inputs) => mountPath === file));
        assert.deepEqual(container()["env"], [
            { name: "VALKEY_PASSWORD", valueFrom: { secretKeyRef: { name: "cache", key: "password" } } },
        ]);
        const others = made.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
        assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /hidden/);
    });

    it("lets its clients in, at the port of the data alone", () => {
        const { ingress } = only(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"];
        const rule = ingress.find(
            ({ from: [peer] }: Inputs) =>
                peer.namespaceSelector?.matchLabels !== undefined &&
                Object.values(peer.podSelector?.matchLabels ?? {}).includes("redash-worker"),
        );
        assert.deepEqual(
            rule?.ports.map(({ port }: Inputs) => port),
            [6379],
        );
    });

    it("stays ready while there is no primary, which it has no part in", () => {
        assert.deepEqual(container()["readinessProbe"].httpGet.path, "/");
        assert.equal(container()["readinessProbe"].httpGet.port, "status");
    });
});
