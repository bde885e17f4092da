import assert from "node:assert/strict";
import type { Change } from "../rendered/sample.ts";
import { rulesOf } from "./network-policy.ts";
import { main, sample } from "./sample.ts";
import { crowdedSources, MAX_COMBINATIONS, mistranslatedServices, unprotectedPods } from "./vpc-cni.ts";
import { worldOf } from "./world.ts";

const world = (change?: Change) => worldOf(sample(change));

describe("the VPC CNI", () => {
    it("has nothing against the sample", () => {
        assert.deepEqual(mistranslatedServices(world()), []);
        assert.deepEqual(unprotectedPods(world()), []);
    });

    it("matches no service whose port is another than the container's", () => {
        assert.deepEqual(mistranslatedServices(world((of) => (of("Service", "db").spec.ports[0].port = 80))), [
            "Service shop/db: port 80 is 5432 of shop/db",
        ]);
    });

    it("matches no named port that is called otherwise by the container", () => {
        assert.deepEqual(mistranslatedServices(world((of) => (of("Service", "db").spec.ports[0].name = "postgres"))), [
            "Service shop/db: port postgres is called sql by shop/db",
        ]);
    });

    it("leaves a headless service alone", () => {
        assert.deepEqual(
            mistranslatedServices(world((of) => (of("Service", "db-headless").spec.ports[0].targetPort = "sql2"))),
            [],
        );
    });

    it("takes 24 combinations of port and protocol for an address, over all policies", () => {
        const source = { kind: "address", name: "a balancer", address: "10.1.2.3" } as const;
        const crowd = (count: number): readonly string[] => {
            const stack = sample((of) => {
                const ports = Array.from({ length: count }, (_, i) => ({ port: 8080 + i }));
                of("NetworkPolicy", "web").spec.ingress[1].ports = [...ports, { port: 8080, protocol: "TCP" }];
            });
            return crowdedSources(rulesOf(stack.objects), [source]);
        };
        assert.deepEqual(crowd(MAX_COMBINATIONS), []);
        assert.deepEqual(crowd(MAX_COMBINATIONS + 1), [
            "a balancer: 25 combinations of port and protocol, and 24 are allowed",
        ]);
    });

    it("protects no pod without an owner, and none on the node's address", () => {
        const found = world((of, all) => {
            const { template } = of("Deployment").spec;
            all.push({
                kind: "Pod",
                metadata: { ...template.metadata, name: "x", namespace: "own" },
                spec: template.spec,
            });
            of("StatefulSet").spec.template.spec.hostNetwork = true;
            main(of("StatefulSet")).ports = [];
        });
        assert.deepEqual(
            unprotectedPods(found).map(({ name }) => name),
            ["shop/db", "own/web"],
        );
    });
});
