import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "../../../tools/control-plane/client.ts";
import { ControlPlane } from "../../../tools/control-plane/control-plane.ts";
import { PROGRAMS } from "../../../tools/control-plane/kwokctl.ts";
import { toolchain } from "../../../tools/control-plane/toolchain.ts";
import { Misuse } from "../../../tools/plan/errors.ts";
import type { RenderedObject } from "../../stacks/rendered/stack.ts";
import type { Program } from "./programs.ts";
import { workspace } from "./workspace.ts";

/** What says who may do what in a namespace, and what a pod is judged by; in the order in which it has to be there. */
const KINDS = ["Namespace", "PriorityClass", "ServiceAccount", "Role", "RoleBinding", "LimitRange", "ResourceQuota"];

/** Longer than a test takes. */
const TOKEN_SECONDS = 3600;

/** The programs of a control plane, built where they are not there. */
export async function controlPlane(): Promise<Program> {
    try {
        const paths = await toolchain(PROGRAMS);
        return { path: paths.get("kube-apiserver") ?? "" };
    } catch (error) {
        if (error instanceof Misuse) {
            return { missing: error.message };
        }
        throw error;
    }
}

/** A real API server with some namespaces of a stack, their accounts, rights and quotas, and no node. */
export class KubernetesApi {
    readonly client: Client;
    readonly #plane: ControlPlane;

    private constructor(plane: ControlPlane) {
        this.#plane = plane;
        this.client = plane.client;
    }

    static async start(objects: readonly RenderedObject[], namespaces: readonly string[]): Promise<KubernetesApi> {
        const plane = await ControlPlane.start({ nodes: [], customResources: [] });
        try {
            const isOwn = ({ kind, namespace, name }: RenderedObject): boolean =>
                kind === "PriorityClass" || namespaces.includes(kind === "Namespace" ? name : namespace);
            for (const kind of KINDS) {
                for (const { object } of objects.filter((one) => one.kind === kind && isOwn(one))) {
                    await plane.client.apply(object);
                }
            }
            return new KubernetesApi(plane);
        } catch (error) {
            await plane.stop();
            throw error;
        }
    }

    /**
     * Writes a file by which the processes of a service account reach the API server, with its rights and no other; in a
     * pod they find the same at a fixed place.
     */
    async kubeconfig(namespace: string, name: string): Promise<string> {
        const { status } = await this.client.core.createNamespacedServiceAccountToken({
            name,
            namespace,
            body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
        });
        const { server, caData, caFile } = this.client.kubeConfig.getCurrentCluster() ?? {};
        const authority = { "certificate-authority-data": caData, "certificate-authority": caFile };
        const config = {
            apiVersion: "v1",
            kind: "Config",
            "current-context": name,
            contexts: [{ name, context: { cluster: "cluster", user: name, namespace } }],
            clusters: [{ name: "cluster", cluster: { server, ...authority } }],
            users: [{ name, user: { token: status?.token } }],
        };
        const path = join(await workspace(), `${namespace}-${name}.kubeconfig`);
        // JSON is YAML.
        await writeFile(path, JSON.stringify(config), { mode: 0o600 });
        return path;
    }

    async stop(): Promise<void> {
        await this.#plane.stop();
    }
}
