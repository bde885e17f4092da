import { POOL_LABEL } from "../../../components/support/naming.ts";
import type { Resources } from "../../../components/workload-args.ts";
import { INFRA, resources, TOLERATIONS } from "../../platform/placement.ts";
import { priorityClass } from "../../platform/priorities.ts";

/** What the values of JupyterHub's chart depend on. */
export interface JupyterHubValues {
    /** Image of the notebooks' pods. */
    readonly image: string;
    /** What a notebook is sure of, and what it may take at most. */
    readonly user: { readonly guarantee: Resources; readonly limit: Resources };
    /** Of each user's home. */
    readonly homeStorage: string;
    readonly homeStorageClass: string | undefined;
    /** Seconds after which a notebook that does nothing is stopped. */
    readonly idleSeconds: number;
    readonly admins: readonly string[];
    readonly users: readonly string[];
    readonly databaseUrl: string;
    /** Secret with `hub.db.password` and `values.yaml`, which the hub puts over these. */
    readonly secret: string;
    /** The pool of the users' pods; undefined for any node. */
    readonly pool: string | undefined;
}

const OFF = { enabled: false };

/** What the namespace's restricted level asks of a container, which the chart leaves out for users' pods. */
const USER_SECURITY = {
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
};

/** Where hub and proxy run: they are there once, on the nodes that are always there. */
function core(cpu: string, memory: string): object {
    return {
        nodeSelector: INFRA,
        tolerations: TOLERATIONS,
        resources: resources(cpu, memory),
        extraPodSpec: { priorityClassName: priorityClass("service") },
    };
}

/** A tag or a digest, apart from the name: the chart joins them by a colon. */
function imageParts(image: string): { readonly name: string; readonly tag: string } {
    const colon = image.lastIndexOf(":");
    return { name: image.slice(0, colon), tag: image.slice(colon + 1) };
}

function singleuser(args: JupyterHubValues): object {
    const { guarantee, limit } = args.user;
    return {
        image: imageParts(args.image),
        cpu: { guarantee: cores(guarantee.cpu), limit: cores(limit.cpu) },
        memory: { guarantee: chartBytes(guarantee.memory), limit: chartBytes(limit.memory) },
        storage: {
            type: "dynamic",
            capacity: args.homeStorage,
            ...(args.homeStorageClass === undefined ? {} : { dynamic: { storageClass: args.homeStorageClass } }),
        },
        ...(args.pool === undefined
            ? {}
            : {
                  nodeSelector: { [POOL_LABEL]: args.pool },
                  extraTolerations: [{ key: POOL_LABEL, operator: "Equal", value: args.pool, effect: "NoSchedule" }],
              }),
        // Somebody works in it: nodes are not emptied under him to save money.
        extraAnnotations: { "karpenter.sh/do-not-disrupt": "true" },
        // By a privileged container, which the namespace refuses; nodes answer no pod (a hop limit of 1).
        cloudMetadata: { blockWithIptables: false },
        networkPolicy: { enabled: true },
    };
}

function cores(cpu: Resources["cpu"]): number {
    return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}

/** KubeSpawner's units are binary too, and have one letter: `512M`. */
function chartBytes(memory: Resources["memory"]): string {
    return memory.slice(0, -1);
}

/**
 * Values of JupyterHub's chart. The hub keeps its state in a database: on the claim of the chart's default, its Deployment
 * would be a stateful workload. Neither pulls images ahead, which would keep a pod on each node of the pool, nor brings its
 * own scheduler: Karpenter starts nodes for the pods that wait.
 *
 * Source: zero-to-jupyterhub-k8s, jupyterhub/values.schema.yaml; JupyterHub, `SharedPasswordAuthenticator`; KubeSpawner.
 */
export function jupyterHubValues(args: JupyterHubValues): Record<string, unknown> {
    return {
        hub: {
            ...core("200m", "512Mi"),
            existingSecret: args.secret,
            db: { type: "postgres", url: args.databaseUrl, upgrade: true },
            config: {
                JupyterHub: { authenticator_class: "shared-password", admin_access: false },
                Authenticator: { admin_users: args.admins, allowed_users: [...args.admins, ...args.users] },
                // A home outlives its user: whoever deletes one by mistake loses nothing.
                KubeSpawner: { container_security_context: USER_SECURITY, delete_pvc: false },
            },
            // Prometheus has no token; the network policy says who may ask.
            authenticatePrometheus: false,
            // The program's own policies say who may connect.
            networkPolicy: OFF,
        },
        proxy: {
            service: { type: "ClusterIP" },
            chp: { ...core("100m", "256Mi"), networkPolicy: OFF },
        },
        singleuser: singleuser(args),
        cull: { enabled: true, timeout: args.idleSeconds, every: 300 },
        scheduling: {
            userScheduler: OFF,
            userPlaceholder: OFF,
            corePods: { nodeAffinity: { matchNodePurpose: "ignore" } },
            userPods: { nodeAffinity: { matchNodePurpose: "ignore" } },
        },
        prePuller: { hook: OFF, continuous: OFF },
    };
}
