import { writeFile } from "node:fs/promises";
import { KubeConfig, type V1Endpoints, type V1Pod } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { Client } from "../../../tools/control-plane/client.ts";
import { ControlPlane } from "../../../tools/control-plane/control-plane.ts";
import { stackNodes } from "../../../tools/control-plane/nodes.ts";
import { isReady } from "../../../tools/control-plane/readiness.ts";
import { Recorder } from "../../../tools/control-plane/recorder.ts";
import { stackConfig } from "../../stacks/raw-config.ts";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import type { Inputs } from "../../support/mocks.ts";
import { ServiceAddress } from "./address.ts";

export const NAMESPACE = "data";
export const DATABASE = "metadata-database";

/** What Patroni finds of the stack in the API server. */
const OWN_KINDS = new Set(["ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Service"]);
/** Of these, what belongs to the whole cluster is named after the namespace. */
const OWN_NAME = new RegExp(`^(${NAMESPACE}:)?${DATABASE}(-config|-sync|-replica|-headless)?$`);

/** On a busy machine. */
const READY_MS = 60_000;

/** A pod's rights for as long as the tests may take, in seconds. */
const TOKEN_SECONDS = 3600;

function isOwn({ kind, name }: { readonly kind: string; readonly name: string }): boolean {
    return (
        (OWN_KINDS.has(kind) && OWN_NAME.test(name)) ||
        (kind === "Namespace" && name === NAMESPACE) ||
        kind === "PriorityClass"
    );
}

/** A real API server with what the stack has there for the database, its pods as far as Patroni sees them included. */
export class DatabaseCluster {
    readonly client: Client;
    readonly recorder: Recorder;
    readonly #plane: ControlPlane;
    readonly #nodes: readonly string[];
    #api: ServiceAddress | undefined;
    #away = false;

    private constructor(plane: ControlPlane, nodes: readonly string[], recorder: Recorder) {
        this.#plane = plane;
        this.#nodes = nodes;
        this.recorder = recorder;
        this.client = plane.client;
    }

    static async start({ objects }: RenderedStack): Promise<DatabaseCluster> {
        const nodes = stackNodes(stackConfig("local"));
        // Its pods are processes, whose start somebody else waits for.
        const plane = await ControlPlane.start({ nodes, startUpScale: 0, customResources: [] });
        try {
            for (const { object } of objects.filter(isOwn)) {
                await plane.client.apply(object);
            }
            const names = nodes.flatMap(({ kind, metadata }) => (kind === "Node" ? [metadata?.name ?? ""] : []));
            const cluster = new DatabaseCluster(
                plane,
                names,
                await Recorder.start(plane.client, ["pods", "endpoints"]),
            );
            await cluster.#relay();
            return cluster;
        } catch (error) {
            await plane.stop();
            throw error;
        }
    }

    async stop(): Promise<void> {
        await this.#api?.close();
        await this.recorder.stop();
        await this.#plane.stop();
    }

    /**
     * Makes a pod as its controller would, on a node of its own.
     *
     * @returns its address, once it is ready for all that the API server knows
     */
    async addPod({ objects }: RenderedStack, ordinal: number): Promise<string> {
        const set = objects.find(({ kind, name }) => kind === "StatefulSet" && name === DATABASE)?.object ?? {};
        const { metadata, spec }: Inputs = set["spec"].template;
        const name = `${DATABASE}-${ordinal}`;
        const claim = { name: "data", persistentVolumeClaim: { claimName: `data-${name}` } };
        const nodeName = this.#nodes[ordinal];
        await this.client.create<V1Pod>({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { ...metadata, name, namespace: NAMESPACE },
            spec: { ...spec, nodeName, hostname: name, volumes: [...(spec.volumes ?? []), claim] },
        });
        return this.recorder.waitFor(
            `${name} to be ready`,
            (seen) => {
                const pod: V1Pod | undefined = seen.current("Pod").find(({ metadata: own }) => own?.name === name);
                return pod !== undefined && isReady(pod) && pod.status?.podIP;
            },
            READY_MS,
        );
    }

    /** The client configuration that a pod's own account has, as a file that Patroni reads. */
    async kubeconfig(pod: string, path: string): Promise<void> {
        const { token } = await this.#token(pod);
        await writeFile(path, stringify(this.#configuration(token)), { mode: 0o600 });
    }

    /** The API as a pod sees it. */
    async clientOf(pod: string): Promise<Client> {
        const { token } = await this.#token(pod);
        const config = new KubeConfig();
        config.loadFromString(stringify(this.#configuration(token)));
        return new Client(config);
    }

    /** Keeps the API from the pods, while something is done. */
    async whileAway(work: () => Promise<void>): Promise<void> {
        this.#away = true;
        this.#api?.cut();
        try {
            await work();
        } finally {
            this.#away = false;
        }
    }

    /** Addresses in the endpoints of a Service. */
    targets(service: string): readonly string[] {
        const found: V1Endpoints | undefined = this.recorder
            .current("Endpoints")
            .find(({ metadata }) => metadata?.namespace === NAMESPACE && metadata.name === service);
        return (found?.subsets ?? []).flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
    }

    /** Stands between the pods and the API server, by the host's name for the sake of its certificate. */
    async #relay(): Promise<void> {
        const { hostname: host, port } = new URL(this.#server());
        const target = { host, port: Number(port) };
        this.#api = await ServiceAddress.listen(host, 0, () => (this.#away ? undefined : target));
    }

    #server(): string {
        return this.client.kubeConfig.getCurrentCluster()?.server ?? "";
    }

    async #token(pod: string): Promise<{ readonly token: string }> {
        const { metadata, spec } =
            (await this.client.find<V1Pod>({
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name: pod, namespace: NAMESPACE },
            })) ?? {};
        const { status } = await this.client.core.createNamespacedServiceAccountToken({
            name: spec?.serviceAccountName ?? "",
            namespace: NAMESPACE,
            body: {
                spec: {
                    audiences: [],
                    expirationSeconds: TOKEN_SECONDS,
                    boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod, uid: metadata?.uid ?? "" },
                },
            },
        });
        return { token: status?.token ?? "" };
    }

    #configuration(token: string): object {
        const server = new URL(this.#server());
        server.port = String(this.#api?.port);
        const { caFile, caData, skipTLSVerify } = this.client.kubeConfig.getCurrentCluster() ?? {};
        const authority =
            caData === undefined ? { "certificate-authority": caFile } : { "certificate-authority-data": caData };
        const cluster = { server: server.origin, ...authority, "insecure-skip-tls-verify": skipTLSVerify };
        return {
            apiVersion: "v1",
            kind: "Config",
            "current-context": "pod",
            clusters: [{ name: "pod", cluster }],
            users: [{ name: "pod", user: { token } }],
            contexts: [{ name: "pod", context: { cluster: "pod", user: "pod", namespace: NAMESPACE } }],
        };
    }
}
