import { ADDON_NAMESPACE } from "../infrastructure/addons.ts";
import type { ValuePaths } from "./controllers.ts";

/** A controller that an add-on of EKS brings: what its alerts and its line in `docs/platform.md` are made of. */
export interface AddonController {
    /** The add-on, as EKS calls it. */
    readonly addon: string;
    readonly namespace: typeof ADDON_NAMESPACE;
    /** Name of the Deployment, as the add-on makes it. */
    readonly name: string;
    /** Containers that run for good. */
    readonly containers: readonly string[];
    /** Where the add-on's configuration says something about it. What it leaves out is as EKS has it. */
    readonly values: Required<Pick<ValuePaths, "replicas" | "spread" | "budget" | "tolerations">>;
    /**
     * Pods that the disruption budget lets go at once that the add-on makes unasked.
     * @default it is not documented that it makes one
     */
    readonly ownBudget?: number;
}

/** Paths of an add-on that takes a number of replicas under this name, with all settings under one key; "" is the top. */
function paths(replicas: string, key = ""): AddonController["values"] {
    const at = (name: string): string => (key === "" ? name : `${key}.${name}`);
    return {
        replicas: at(replicas),
        spread: at("topologySpreadConstraints"),
        budget: at("podDisruptionBudget"),
        tolerations: at("tolerations"),
    };
}

/**
 * Every controller that an add-on of EKS brings. What other add-ons bring runs on every node, and is a DaemonSet of which
 * kube-prometheus-stack's own alerts tell (`KubeDaemonSetRolloutStuck`).
 */
export const ADDON_CONTROLLERS: readonly AddonController[] = [
    {
        addon: "snapshot-controller",
        namespace: ADDON_NAMESPACE,
        name: "snapshot-controller",
        containers: ["snapshot-controller"],
        values: paths("replicaCount"),
    },
    {
        addon: "coredns",
        namespace: ADDON_NAMESPACE,
        name: "coredns",
        containers: ["coredns"],
        values: paths("replicaCount"),
        // Of two. Source: EKS user guide, "Manage CoreDNS", "Important CoreDNS upgrade considerations".
        ownBudget: 1,
    },
    {
        addon: "metrics-server",
        namespace: ADDON_NAMESPACE,
        name: "metrics-server",
        containers: ["metrics-server"],
        values: paths("replicas"),
    },
    {
        addon: "aws-ebs-csi-driver",
        namespace: ADDON_NAMESPACE,
        name: "ebs-csi-controller",
        // Source, and of the budget: aws-ebs-csi-driver's chart 2.64.0, `templates/controller.yaml` and
        // `poddisruptionbudget-controller.yaml`.
        containers: [
            "ebs-plugin",
            "csi-provisioner",
            "csi-attacher",
            "csi-snapshotter",
            "csi-resizer",
            "liveness-probe",
        ],
        values: paths("replicaCount", "controller"),
        // Of two; of more it keeps two.
        ownBudget: 1,
    },
];
