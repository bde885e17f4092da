import { stringify } from "yaml";
import { type Stage, stages } from "./stages.ts";
import type { Program } from "./toolchain.ts";

/** Programs of a control plane. */
export const PROGRAMS = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok",
    "kwokctl",
] as const satisfies readonly Program[];

/** A program that a control plane runs. */
export type PlaneProgram = (typeof PROGRAMS)[number];

/** What kwokctl calls the processes that it starts. */
export const COMPONENTS = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
] as const;

/** How many ports a control plane takes. */
export const PORT_COUNT = 6;

/** What is decided for each cluster. */
export interface ClusterSettings {
    readonly paths: Readonly<Record<PlaneProgram, string>>;
    /** Version of Kubernetes, without a leading v. */
    readonly version: string;
    /** As many as {@link PORT_COUNT}. */
    readonly ports: readonly number[];
    /** Factor on the start-up that workloads allow themselves. */
    readonly startUpScale: number;
}

interface ComponentPatch {
    readonly name: (typeof COMPONENTS)[number];
    readonly extraArgs: readonly { readonly key: string; readonly value: string; readonly override?: boolean }[];
}

/** The fields of kwokctl's configuration that are used here (kwok's configv1alpha1.KwokctlConfiguration). */
interface KwokctlConfiguration {
    readonly apiVersion: "config.kwok.x-k8s.io/v1alpha1";
    readonly kind: "KwokctlConfiguration";
    readonly options: {
        readonly runtime: "binary";
        readonly bindAddress: string;
        readonly kubeVersion: string;
        readonly quietPull: boolean;
        readonly disableQPSLimits: boolean;
        readonly etcdPort: number;
        readonly etcdPeerPort: number;
        readonly kubeApiserverPort: number;
        readonly kubeControllerManagerPort: number;
        readonly kubeSchedulerPort: number;
        readonly kwokControllerPort: number;
        readonly etcdBinary: string;
        readonly kubeApiserverBinary: string;
        readonly kubeControllerManagerBinary: string;
        readonly kubeSchedulerBinary: string;
        readonly kwokControllerBinary: string;
    };
    readonly componentsPatches: readonly ComponentPatch[];
}

/** Addresses of pods; room for all of them, beside every range that a stack may choose for its nodes. */
const POD_CIDR = "198.18.0.1/15";

/**
 * What differs from kwokctl's own choice. Its leases would last 200 s and its patience 3 min 20 s: these are a real
 * cluster's (kube-controller-manager's defaults). Nothing in the cluster outlives its directory, so nothing is synced.
 */
const PATCHES: readonly ComponentPatch[] = [
    { name: "etcd", extraArgs: [{ key: "unsafe-no-fsync", value: "true" }] },
    {
        name: "kube-controller-manager",
        extraArgs: [
            { key: "node-monitor-grace-period", value: "50s", override: true },
            { key: "node-monitor-period", value: "5s", override: true },
            { key: "leader-elect", value: "false" },
        ],
    },
    { name: "kube-scheduler", extraArgs: [{ key: "leader-elect", value: "false" }] },
    {
        name: "kwok-controller",
        extraArgs: [
            { key: "node-lease-duration-seconds", value: "0", override: true },
            { key: "cidr", value: POD_CIDR },
        ],
    },
];

function kwokctlConfiguration({ paths, version, ports }: ClusterSettings): KwokctlConfiguration {
    const port = (index: number): number => {
        const given = ports[index];
        if (given === undefined) {
            throw new Error(`ports: got ${ports.length}; a control plane takes ${PORT_COUNT}. Reserve as many`);
        }
        return given;
    };
    return {
        apiVersion: "config.kwok.x-k8s.io/v1alpha1",
        kind: "KwokctlConfiguration",
        options: {
            runtime: "binary",
            bindAddress: "127.0.0.1",
            kubeVersion: `v${version}`,
            quietPull: true,
            // A managed control plane's limits grow with its nodes; the defaults are for small ones.
            disableQPSLimits: true,
            etcdPort: port(0),
            etcdPeerPort: port(1),
            kubeApiserverPort: port(2),
            kubeControllerManagerPort: port(3),
            kubeSchedulerPort: port(4),
            kwokControllerPort: port(5),
            etcdBinary: paths.etcd,
            kubeApiserverBinary: paths["kube-apiserver"],
            kubeControllerManagerBinary: paths["kube-controller-manager"],
            kubeSchedulerBinary: paths["kube-scheduler"],
            kwokControllerBinary: paths.kwok,
        },
        componentsPatches: PATCHES,
    };
}

/** The file that kwokctl creates a cluster from: its options, and every stage. */
export function kwokctlFile(settings: ClusterSettings): string {
    const documents: readonly (KwokctlConfiguration | Stage)[] = [
        kwokctlConfiguration(settings),
        ...stages(settings.startUpScale),
    ];
    return documents.map((document) => stringify(document, { lineWidth: 0 })).join("---\n");
}
