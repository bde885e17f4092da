import assert from "node:assert/strict";
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import { objectOf, type RenderedObject } from "../rendered/stack.ts";
import { allowed, grantsOf, type Pod, rulesOf, type Source } from "./network-policy.ts";

const pod = (namespace: string, app: string, more: Partial<Pod> = {}): Pod => ({
    kind: "pod",
    name: `${namespace}/${app}`,
    namespace,
    labels: { app, tier: "back" },
    hostNetwork: false,
    ports: [
        { name: "sql", number: 5432, protocol: "TCP" },
        { name: "dns", number: 53, protocol: "UDP" },
    ],
    ...more,
});

const DB = pod("data", "db");
const WEB = pod("data", "web");
const FOREIGN = pod("shop", "web");
const OUTSIDE = { kind: "address", name: "outside", address: "203.0.113.7" } as const;

const namespace = (name: string, labels: object): RenderedObject =>
    objectOf({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, name);

const policy = (spec: Partial<INetworkPolicySpec>, inNamespace = "data"): RenderedObject =>
    objectOf(
        {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "policy", namespace: inNamespace },
            spec: { podSelector: { matchLabels: { app: "db" } }, ...spec },
        },
        "policy",
    );

const rulesWith = (...policies: readonly RenderedObject[]) =>
    rulesOf([namespace("data", { team: "platform" }), namespace("shop", { team: "shop" }), ...policies]);

/** Whether a connection to the database is let in by policies with these rules. */
function lets(specs: readonly Partial<INetworkPolicySpec>[], source: Source, port = 5432, target = DB): boolean {
    return allowed(rulesWith(...specs.map((spec) => policy(spec))), source, { pod: target, port, protocol: "TCP" });
}

const from = (...peers: NonNullable<NonNullable<INetworkPolicySpec["ingress"]>[number]["from"]>) => ({
    ingress: [{ from: peers }],
});
const ports = (...list: NonNullable<NonNullable<INetworkPolicySpec["ingress"]>[number]["ports"]>) => ({
    ingress: [{ ports: list }],
});

describe("a network policy", () => {
    it("that there is not lets everybody in", () => {
        assert.ok(lets([], OUTSIDE));
    });

    it("about other pods, or of another namespace, changes nothing", () => {
        assert.ok(lets([{ podSelector: { matchLabels: { app: "web" } } }], OUTSIDE));
        assert.ok(allowed(rulesWith(policy({}, "shop")), OUTSIDE, { pod: DB, port: 5432, protocol: "TCP" }));
    });

    it("without rules lets nobody in", () => {
        for (const spec of [{}, { ingress: [] }, { podSelector: {} }]) {
            assert.ok(!lets([spec], WEB));
            assert.ok(!lets([spec], OUTSIDE));
        }
    });

    it("is about ingress unless its types say otherwise", () => {
        assert.ok(lets([{ policyTypes: ["Egress"], egress: [] }], WEB));
        assert.ok(!lets([{ policyTypes: ["Egress", "Ingress"], egress: [] }], WEB));
        assert.ok(!lets([{ egress: [{}] }], WEB));
    });

    it("with an empty rule, or empty lists in it, lets everybody in at every port", () => {
        for (const rule of [{}, { from: [] }, { ports: [] }]) {
            assert.ok(lets([{ ingress: [rule] }], OUTSIDE, 1));
        }
    });

    it("selects by labels and by expressions, all of which have to hold", () => {
        const selected = (podSelector: NonNullable<INetworkPolicySpec["podSelector"]>) => !lets([{ podSelector }], WEB);
        assert.ok(selected({ matchExpressions: [{ key: "app", operator: "In", values: ["db", "cache"] }] }));
        assert.ok(!selected({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["db"] }] }));
        assert.ok(selected({ matchExpressions: [{ key: "none", operator: "NotIn", values: ["db"] }] }));
        assert.ok(selected({ matchExpressions: [{ key: "tier", operator: "Exists" }] }));
        assert.ok(!selected({ matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }));
        assert.ok(!selected({ matchLabels: { app: "db" }, matchExpressions: [{ key: "none", operator: "Exists" }] }));
    });

    it("with a pod selector lets in pods of its own namespace", () => {
        const spec = from({ podSelector: { matchLabels: { app: "web" } } });
        assert.ok(lets([spec], WEB));
        assert.ok(!lets([spec], FOREIGN));
        assert.ok(!lets([spec], pod("data", "cache")));
        assert.ok(!lets([spec], OUTSIDE));
    });

    it("with a namespace selector lets in every pod there, by any label of the namespace or its name", () => {
        for (const matchLabels of [{ team: "shop" }, { "kubernetes.io/metadata.name": "shop" }]) {
            const spec = from({ namespaceSelector: { matchLabels } });
            assert.ok(lets([spec], FOREIGN));
            assert.ok(lets([spec], pod("shop", "other")));
            assert.ok(!lets([spec], WEB));
        }
        assert.ok(lets([from({ namespaceSelector: {} })], pod("unheard-of", "x")));
    });

    it("with both selectors in one peer wants both, in two peers one of them", () => {
        const namespaceSelector = { matchLabels: { team: "shop" } };
        const podSelector = { matchLabels: { app: "web" } };
        assert.ok(lets([from({ namespaceSelector, podSelector })], FOREIGN));
        assert.ok(!lets([from({ namespaceSelector, podSelector })], WEB));
        assert.ok(!lets([from({ namespaceSelector, podSelector })], pod("shop", "other")));
        assert.ok(lets([from({ namespaceSelector }, { podSelector })], WEB));
        assert.ok(lets([from({ namespaceSelector }, { podSelector })], pod("shop", "other")));
    });

    it("with a range lets in its addresses but for exceptions, pods' too, where they are known", () => {
        const spec = from({ ipBlock: { cidr: "203.0.112.0/22", except: ["203.0.113.8/29"] } });
        const at = (address: string): Source => ({ ...OUTSIDE, address });
        assert.ok(lets([spec], at("203.0.113.7")));
        assert.ok(!lets([spec], at("203.0.113.8")));
        assert.ok(lets([spec], at("203.0.113.16")));
        assert.ok(!lets([spec], at("203.0.116.0")));
        assert.ok(!lets([spec], at("2001:db8::1")));
        assert.ok(!lets([spec], WEB));
        assert.ok(lets([spec], { ...WEB, address: "203.0.115.255" }));
        assert.ok(lets([from({ ipBlock: { cidr: "2001:db8::/32" } })], at("2001:db8::1")));
    });

    it("opens ports by number, by range and by name", () => {
        assert.ok(lets([ports({ port: 5432 })], OUTSIDE));
        assert.ok(!lets([ports({ port: 5432 })], OUTSIDE, 5433));
        assert.deepEqual(
            [5431, 5432, 5440, 5441].map((port) => lets([ports({ port: 5432, endPort: 5440 })], OUTSIDE, port)),
            [false, true, true, false],
        );
        assert.ok(lets([ports({ port: "sql" })], OUTSIDE));
        assert.ok(!lets([ports({ port: "sql" })], OUTSIDE, 80));
        assert.ok(!lets([ports({ port: "sql" })], OUTSIDE, 5432, { ...DB, ports: [] }));
    });

    it("opens TCP unless it names another protocol", () => {
        const opens = (port: { port?: number | string; protocol?: "UDP" }, number: number, protocol: "TCP" | "UDP") =>
            allowed(rulesWith(policy(ports(port))), OUTSIDE, { pod: DB, port: number, protocol });
        assert.ok(!opens({ port: 53 }, 53, "UDP"));
        assert.ok(opens({ port: 53, protocol: "UDP" }, 53, "UDP"));
        assert.ok(!opens({ port: 53, protocol: "UDP" }, 53, "TCP"));
        assert.ok(!opens({ port: "dns" }, 53, "UDP"));
        assert.ok(opens({ port: "dns", protocol: "UDP" }, 53, "UDP"));
        assert.ok(opens({ protocol: "UDP" }, 4711, "UDP"));
    });

    it("wants peer and port of one rule", () => {
        const spec = {
            ingress: [
                { from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 80 }] },
                { from: [{ podSelector: { matchLabels: { app: "cache" } } }], ports: [{ port: 5432 }] },
            ],
        };
        assert.ok(!lets([spec], WEB));
        assert.ok(lets([spec], WEB, 80));
        assert.equal(grantsOf(policy(spec)).length, 2);
    });

    it("adds to others about the same pods", () => {
        const web = from({ podSelector: { matchLabels: { app: "web" } } });
        assert.ok(lets([{ podSelector: {} }, web], WEB));
        assert.ok(lets([web, from({ ipBlock: { cidr: "0.0.0.0/0" } })], OUTSIDE));
    });

    it("never keeps out the pod's own node", () => {
        assert.ok(lets([{}], { kind: "kubelet", name: "kubelet" }));
    });

    it("takes a pod on the host's network for its node", () => {
        const spec = from({ podSelector: {} });
        assert.ok(lets([{}], OUTSIDE, 5432, { ...DB, hostNetwork: true }));
        assert.ok(!lets([spec], { ...WEB, hostNetwork: true }));
        assert.ok(lets([spec], WEB));
    });
});
