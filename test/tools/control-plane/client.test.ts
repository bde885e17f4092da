import assert from "node:assert/strict";
import type { V1APIResource } from "@kubernetes/client-node";
import { KubeConfig } from "@kubernetes/client-node";
import { ApiError, isApiError, requestTarget, subject } from "../../../tools/control-plane/client/api-error.ts";
import { Resources } from "../../../tools/control-plane/client/resources.ts";
import { warningTexts } from "../../../tools/control-plane/client/warnings.ts";
import { Client } from "../../../tools/control-plane/client.ts";

const SERVER = "https://127.0.0.1:6443";

function resource(name: string, kind: string, namespaced: boolean): V1APIResource {
    return { name, kind, namespaced, singularName: kind.toLowerCase(), verbs: [] };
}

describe("what a request was for", () => {
    const targets: readonly [string, string, string, string | undefined, string | undefined][] = [
        ["/api/v1/namespaces/data/pods/broker-0", "v1", "pods", "data", "broker-0"],
        ["/api/v1/namespaces/data/pods/broker-0/eviction", "v1", "pods/eviction", "data", "broker-0"],
        ["/apis/apps/v1/namespaces/data/statefulsets?force=true", "apps/v1", "statefulsets", "data", undefined],
        ["/api/v1/namespaces/data", "v1", "namespaces", undefined, "data"],
        ["/api/v1/namespaces/data/status", "v1", "namespaces/status", undefined, "data"],
        ["/api/v1/nodes/infra-a-0", "v1", "nodes", undefined, "infra-a-0"],
        ["/version", "", "version", undefined, undefined],
    ];
    for (const [path, apiVersion, plural, namespace, name] of targets) {
        it(`is read from ${path}`, () => {
            assert.deepEqual(requestTarget(SERVER + path), { apiVersion, resource: plural, namespace, name });
        });
    }

    it("has the kind of what was sent, and the name where the path has none", () => {
        const url = `${SERVER}/apis/apps/v1/namespaces/data/statefulsets`;
        const body = JSON.stringify({ kind: "StatefulSet", metadata: { name: "broker" } });
        assert.equal(subject(url, body), "apps/v1 StatefulSet data/broker");
        assert.equal(subject(`${url}/broker`, undefined), "apps/v1 statefulsets data/broker");
        assert.equal(subject(`${url}/broker`, "{not JSON"), "apps/v1 statefulsets data/broker");
    });
});

describe("ApiError", () => {
    it("says what the server says, with the causes that its message leaves out", () => {
        const status = {
            kind: "Status",
            message: 'Deployment "web" is invalid: spec.replicas: must not be negative',
            reason: "Invalid",
            details: {
                causes: [
                    { field: "spec.replicas", message: "must not be negative" },
                    { field: "spec.selector", message: "required" },
                ],
            },
        };
        const error = new ApiError("PATCH apps/v1 Deployment data/web", 422, JSON.stringify(status));
        assert.equal(
            error.message,
            'PATCH apps/v1 Deployment data/web: 422 Invalid: Deployment "web" is invalid: spec.replicas: must not be ' +
                "negative; spec.selector: required",
        );
        assert.ok(isApiError(error, 404, 422) && !isApiError(error, 404) && !isApiError(new Error("x"), 422));
    });

    it("shows an answer that is no Status as it is", () => {
        assert.equal(new ApiError("GET v1 pods", 502, "bad gateway\n").message, "GET v1 pods: 502: bad gateway");
        assert.equal(new ApiError("GET v1 pods", 502, "").message, "GET v1 pods: 502: no explanation");
    });
});

describe("warningTexts", () => {
    it("reads one, several and quoted ones", () => {
        assert.deepEqual(warningTexts('299 - "would violate PodSecurity"'), ["would violate PodSecurity"]);
        assert.deepEqual(warningTexts('299 - "a, \\"b\\"", 299 - "c"'), ['a, "b"', "c"]);
        assert.deepEqual(warningTexts(""), []);
    });
});

describe("Resources", () => {
    it("discovers a version once, however many ask at once", async () => {
        const asked: string[] = [];
        const resources = new Resources((apiVersion) => {
            asked.push(apiVersion);
            return Promise.resolve([resource("pods", "Pod", true), resource("nodes", "Node", false)]);
        });
        const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "data" } };
        const paths = await Promise.all(Array.from({ length: 20 }, () => resources.object(pod)));
        assert.deepEqual(new Set(paths), new Set(["/api/v1/namespaces/data/pods/a"]));
        assert.equal(await resources.object({ ...pod, kind: "Node" }, "status"), "/api/v1/nodes/a/status");
        assert.equal(await resources.all("v1", "Pod"), "/api/v1/pods");
        assert.equal(await resources.all("v1", "Pod", "data"), "/api/v1/namespaces/data/pods");
        assert.deepEqual(asked, ["v1"]);
    });

    it("asks again for a kind that came later, and after a failure", async () => {
        const served: V1APIResource[] = [];
        let failing = true;
        const resources = new Resources(() =>
            failing ? Promise.reject(new Error("away")) : Promise.resolve([...served]),
        );
        const object = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", metadata: { name: "a" } };
        await assert.rejects(resources.object(object), /away/);
        failing = false;
        await assert.rejects(resources.object(object), /keda.sh\/v1alpha1 ScaledObject is not served here/);
        served.push(resource("scaledobjects", "ScaledObject", true));
        assert.equal(await resources.object(object), "/apis/keda.sh/v1alpha1/namespaces/default/scaledobjects/a");
    });

    it("asks again once, however many miss the same kind at once", async () => {
        let asked = 0;
        const resources = new Resources(() => {
            asked += 1;
            return Promise.resolve(asked === 1 ? [] : [resource("pods", "Pod", true)]);
        });
        await assert.rejects(resources.all("v1", "Node"), /v1 Node is not served here/);
        const paths = await Promise.all(Array.from({ length: 20 }, () => resources.all("v1", "Pod")));
        assert.deepEqual(new Set(paths), new Set(["/api/v1/pods"]));
        assert.equal(asked, 2);
    });

    it("needs a kind and a name", async () => {
        const resources = new Resources(() => Promise.resolve([resource("pods", "Pod", true)]));
        await assert.rejects(resources.object({ kind: "Pod", metadata: { name: "a" } }), /a has no apiVersion or kind/);
        await assert.rejects(resources.object({ apiVersion: "v1", kind: "Pod" }), /Pod has no metadata.name/);
    });
});

describe("Client", () => {
    it("names the contexts that there are for one that is not", () => {
        const config = new KubeConfig();
        config.loadFromClusterAndUser({ name: "here", server: SERVER, skipTLSVerify: false }, { name: "me" });
        config.setCurrentContext("there");
        assert.throws(() => new Client(config), /the context "there" names no cluster. Name one of: loaded-context/);
    });
});
