import assert from "node:assert/strict";
import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { ApiError } from "../../../tools/control-plane/client/api-error.ts";
import { type DrainClient, type Drained, type DrainOptions, drain } from "../../../tools/control-plane/drain.ts";
import { Refusal } from "../../../tools/plan/errors.ts";

const NODE = "infra-a-0";
const QUICK = { retryMs: 1, pollMs: 1 } as const;

type Answer = "evicted" | "refused" | "gone" | ApiError;

function pod(name: string, owner: string | undefined, more: { phase?: string; annotation?: string } = {}): V1Pod {
    const { phase = "Running", annotation } = more;
    return {
        metadata: {
            namespace: "data",
            name,
            uid: `${name}-1`,
            annotations: annotation === undefined ? {} : { [annotation]: "hash" },
            ownerReferences:
                owner === undefined
                    ? []
                    : [{ apiVersion: "apps/v1", kind: owner, name, uid: "owner", controller: true }],
        },
        status: { phase },
    };
}

function failure(code: number): ApiError {
    return new ApiError("POST v1 pods/eviction data/web-1", code, "");
}

/** A server with these pods on its node, which answers each request for an eviction with the next of `answers`. */
class Server {
    readonly cordoned: string[] = [];
    readonly asked: string[] = [];
    readonly #pods: readonly V1Pod[];
    readonly #answers: Answer[];
    /** What is there under a pod's name after each request, by how often it was looked for. */
    readonly #found: (looks: number, name: string) => KubernetesObject | undefined;
    #looks = 0;

    constructor(
        pods: readonly V1Pod[],
        answers: readonly Answer[] = [],
        found: (looks: number, name: string) => KubernetesObject | undefined = () => undefined,
    ) {
        this.#pods = pods;
        this.#answers = [...answers];
        this.#found = found;
    }

    drain(options: DrainOptions = {}): Promise<Drained> {
        return drain(this as unknown as DrainClient, NODE, { ...QUICK, ...options });
    }

    readonly core = {
        listPodForAllNamespaces: ({ fieldSelector }: { readonly fieldSelector?: string }) => {
            assert.equal(fieldSelector, `spec.nodeName=${NODE}`);
            return Promise.resolve({ items: this.#pods });
        },
    };

    cordon(node: string): Promise<void> {
        this.cordoned.push(node);
        return Promise.resolve();
    }

    evict(namespace: string, name: string): Promise<Answer> {
        this.asked.push(`${namespace}/${name}`);
        const answer = this.#answers.shift() ?? "evicted";
        return typeof answer === "string" ? Promise.resolve(answer) : Promise.reject(answer);
    }

    find({ metadata }: KubernetesObject): Promise<KubernetesObject | undefined> {
        this.#looks += 1;
        return Promise.resolve(this.#found(this.#looks, metadata?.name ?? ""));
    }
}

function there(uid: string): KubernetesObject {
    return { kind: "Pod", metadata: { uid } };
}

describe("drain", () => {
    it("cordons the node and evicts what runs there, agents and mirrored pods left out", async () => {
        const server = new Server([
            pod("web-1", "ReplicaSet"),
            pod("broker-0", "StatefulSet"),
            pod("agent-1", "DaemonSet"),
            pod("proxy", "Node", { annotation: "kubernetes.io/config.mirror" }),
        ]);
        const drained = await server.drain();
        assert.deepEqual(drained, { pods: ["data/web-1", "data/broker-0"], refusals: 0 });
        assert.deepEqual(server.cordoned, [NODE]);
        assert.deepEqual(server.asked, ["data/web-1", "data/broker-0"]);
    });

    it("takes what has finished along, an agent's pod and one without a controller as well", async () => {
        const finished = [
            pod("job-1", "Job", { phase: "Succeeded" }),
            pod("agent-1", "DaemonSet", { phase: "Failed" }),
            pod("bare", undefined, { phase: "Succeeded" }),
        ];
        assert.equal((await new Server(finished).drain()).pods.length, 3);
    });

    it("evicts nothing where a running pod has no controller", async () => {
        const server = new Server([pod("web-1", "ReplicaSet"), pod("bare", undefined)]);
        await assert.rejects(server.drain(), (error) => error instanceof Refusal && /data\/bare/.test(error.message));
        assert.deepEqual(server.asked, []);
    });

    it("asks again while a budget refuses, or the server has too much to do", async () => {
        const answers: Answer[] = ["refused", failure(429), "evicted"];
        const server = new Server([pod("web-1", "ReplicaSet")], answers, (looks) =>
            looks < 3 ? there("web-1-1") : undefined,
        );
        assert.equal((await server.drain()).refusals, 2);
        assert.equal(server.asked.length, 3);
    });

    it("does not evict the replacement that has the name of a pod that went meanwhile", async () => {
        const server = new Server([pod("broker-0", "StatefulSet")], ["refused"], () => there("broker-0-2"));
        await server.drain();
        assert.equal(server.asked.length, 1);
    });

    it("ends when the pods are gone, not when they are evicted", async () => {
        let seen = 0;
        const server = new Server([pod("web-1", "ReplicaSet")], [], (looks) => {
            seen = looks;
            return looks < 4 ? there("web-1-1") : undefined;
        });
        await server.drain();
        assert.equal(seen, 4);
    });

    it("says after its time which pods are left, and why", async () => {
        const server = new Server(
            [pod("web-1", "ReplicaSet"), pod("web-2", "ReplicaSet")],
            ["refused", "evicted", ...Array.from({ length: 1000 }, () => "refused" as const)],
            (_, name) => there(`${name}-1`),
        );
        await assert.rejects(
            server.drain({ timeoutMs: 200 }),
            /in 0.2 s:\n {2}data\/web-1: its eviction is refused\n {2}data\/web-2: evicted, and not gone yet/,
        );
    });

    it("fails with what the server says otherwise", async () => {
        const server = new Server([pod("web-1", "ReplicaSet")], [failure(500)]);
        await assert.rejects(server.drain(), ApiError);
    });
});
