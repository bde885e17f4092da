import assert from "node:assert/strict";
import * as fc from "fast-check";
import { resolveClusterFacts } from "../../../components/cluster-facts.ts";
import { networkPolicy } from "../../../components/specs/network-policy.ts";
import type { Peer } from "../../../components/workload-args.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { name, OWNER, ports, rendered } from "./arbitraries.ts";

const CLUSTER = resolveClusterFacts({ loadBalancer: { groupName: "internal", cidrs: ["10.0.0.0/16", "10.1.0.0/16"] } });
const PORTS = { http: 8080, dns: { port: 53, protocol: "UDP" } } as const;

function rulesFor(source: object, cluster = CLUSTER): readonly Inputs[] {
    const object = rendered(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        networkPolicy("web", { ...OWNER, ...source }, cluster),
    );
    assertValid(object);
    assert.deepEqual(object["spec"].policyTypes, ["Ingress"]);
    return object["spec"].ingress;
}

const ns = (namespace: string): object => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
});
const pods = (labels: object): object => ({ podSelector: { matchLabels: labels } });

describe("networkPolicy", () => {
    const peers: readonly (readonly [what: string, peer: Peer, from: readonly object[]])[] = [
        ["a workload of the namespace", { workload: "a" }, [pods({ "app.kubernetes.io/name": "a" })]],
        [
            "a workload of another one",
            { workload: "a", namespace: "b" },
            [{ ...ns("b"), ...pods({ "app.kubernetes.io/name": "a" }) }],
        ],
        ["a system of the namespace", { system: "a" }, [pods({ "app.kubernetes.io/part-of": "a" })]],
        [
            "a system of another one",
            { system: "a", namespace: "b" },
            [{ ...ns("b"), ...pods({ "app.kubernetes.io/part-of": "a" }) }],
        ],
        ["a whole namespace", { everyPodOf: "b" }, [ns("b")]],
        [
            "addresses, each by itself",
            { cidrs: ["10.0.0.0/8", "192.168.0.0/16"] },
            [{ ipBlock: { cidr: "10.0.0.0/8" } }, { ipBlock: { cidr: "192.168.0.0/16" } }],
        ],
    ];
    for (const [what, peer, from] of peers) {
        it(`lets in ${what}, on every port or the named ones`, () => {
            const named = { ...peer, ports: ["dns"] };
            const [, all, one] = rulesFor({ ports: PORTS, allowFrom: [peer, named] });
            const [http, dns] = [
                { port: 8080, protocol: "TCP" },
                { port: 53, protocol: "UDP" },
            ];
            assert.deepEqual(all, { from, ports: [http, dns] });
            assert.deepEqual(one, { from, ports: [dns] });
        });
    }

    it("knows the ports of sidecars: Prometheus may ask one", () => {
        const sidecars = {
            exporter: { image: "e:1", resources: { cpu: "1", memory: "1Gi" }, ports: { metrics: 9100 } },
        };
        const [, prometheus] = rulesFor({ ports: PORTS, sidecars, metrics: { port: "metrics" } });
        assert.deepEqual(prometheus, { from: [ns("monitoring")], ports: [{ port: 9100, protocol: "TCP" }] });
    });

    it("lets the load balancer in only to the port that it serves, and only where there is one", () => {
        const [, balancer] = rulesFor({ ports: PORTS, ingressPort: "http" });
        assert.deepEqual(balancer?.["ports"], [{ port: 8080, protocol: "TCP" }]);
        assert.equal(balancer?.["from"].length, 2);
        assert.equal(rulesFor({ ports: PORTS, ingressPort: "http" }, resolveClusterFacts()).length, 1);
    });

    it("always lets in its own group, and nobody without a peer", () => {
        assert.deepEqual(rulesFor({}), [{ from: [pods({ "app.kubernetes.io/name": "web" })] }]);
    });

    it("opens to peers nothing but its own ports, by number", () => {
        fc.assert(
            fc.property(ports, name, (own, workload) => {
                const numbers = Object.values(own).map((port) => (typeof port === "number" ? port : port.port));
                const [, rule] = rulesFor({ ports: own, allowFrom: [{ workload }] });
                assert.deepEqual(
                    rule?.["ports"].map((p: Inputs) => p["port"]),
                    numbers,
                );
            }),
        );
    });
});
