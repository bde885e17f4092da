import assert from "node:assert/strict";
import type { Change } from "../rendered/sample.ts";
import type { Connection } from "./findings.ts";
import { idleGrants, refused, unneeded } from "./grants.ts";
import { rulesOf } from "./network-policy.ts";
import { sample } from "./sample.ts";
import { podNamed, worldOf } from "./world.ts";

function look(change?: Change) {
    const stack = sample(change);
    const world = worldOf(stack);
    const [web, db] = [podNamed(world, "shop/web"), podNamed(world, "shop/db")];
    const connections: readonly Connection[] = [
        { from: web, to: db, port: 5432, protocol: "TCP", why: "a variable" },
        {
            from: { kind: "address", name: "balancer", address: "10.1.2.3" },
            to: web,
            port: 8080,
            protocol: "TCP",
            why: "a load balancer",
        },
    ];
    const rules = rulesOf(stack.objects);
    return {
        refused: refused(rules, connections),
        idle: idleGrants(rules, connections),
        unneeded: unneeded(rules, connections, world.pods, world.pods),
    };
}

const ingress = (of: Parameters<Change>[0], name: string) => of("NetworkPolicy", name).spec.ingress;

describe("grants", () => {
    it("are what is needed, and a workload's own replicas", () => {
        assert.deepEqual(look(), { refused: [], idle: [], unneeded: [] });
    });

    it("refuse a connection at another port", () => {
        assert.deepEqual(look((of) => (ingress(of, "db")[1].ports[0].port = 5433)).refused, [
            "shop/web → shop/db:5432 (a variable)",
        ]);
    });

    it("are idle for a peer and for a port that nothing uses, and for a range that nobody is in", () => {
        const found = look((of) => {
            ingress(of, "db")[1].from.push({ namespaceSelector: {} });
            ingress(of, "db")[1].ports.push({ port: 9187 });
            ingress(of, "web")[1].from[0].ipBlock.cidr = "10.2.0.0/16";
        });
        assert.deepEqual(found.idle, [
            'NetworkPolicy shop/web: {"peer":{"ipBlock":{"cidr":"10.2.0.0/16"}},"port":{"port":8080}}',
            'NetworkPolicy shop/db: {"peer":{"podSelector":{"matchLabels":{"app.kubernetes.io/name":"web"}}},"port":{"port":9187}}',
            'NetworkPolicy shop/db: {"peer":{"namespaceSelector":{}},"port":{"port":9187}}',
        ]);
        assert.deepEqual(found.refused, ["balancer → shop/web:8080 (a load balancer)"]);
    });

    it("let in what nobody needs", () => {
        assert.deepEqual(look((of) => Reflect.deleteProperty(ingress(of, "db")[1], "ports")).unneeded, [
            "shop/web → shop/db:9187",
        ]);
        assert.deepEqual(look((of, all) => all.splice(all.indexOf(of("NetworkPolicy", "web")), 1)).unneeded, [
            "shop/db → shop/web:8080",
        ]);
    });
});
