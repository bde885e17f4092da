import { kubernetesPolicy, type Subject } from "./harness.ts";
import { at, list, type Plain, type PlainObject, text, texts } from "./predicates/plain.ts";
import { podSpecOf } from "./predicates/pod.ts";
import { comesFrom } from "./predicates/registry.ts";

/** Where images may come from when the configuration does not say: the public registries that the systems are published in. */
const DEFAULT_REGISTRIES = ["docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "public.ecr.aws"];

const CONTROLLERS = [
    "DaemonSet",
    "Deployment",
    "Job",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
] as const;

function podSpec(kind: string, object: Plain): Plain {
    switch (kind) {
        case "Pod":
            return at(object, "spec");
        case "PodTemplate":
            return at(object, "template", "spec");
        case "CronJob":
            return podSpecOf(at(object, "spec", "jobTemplate"));
        default:
            return podSpecOf(object);
    }
}

/** Containers of every sort, those that somebody adds to a running pod included. */
function containers(spec: Plain): readonly { readonly container: Plain; readonly place: string }[] {
    return ["initContainers", "containers", "ephemeralContainers"].flatMap((field) =>
        list(spec, field).map((container, index) => ({ container, place: `${field}[${index}]` })),
    );
}

function judge({ kind, object, label }: Subject, config: PlainObject): readonly string[] {
    const allowed = "allowedRegistries" in config ? texts(config, "allowedRegistries") : DEFAULT_REGISTRIES;
    return containers(podSpec(kind, object)).flatMap(({ container, place }) => {
        const image = text(container, "image");
        if (image === undefined || comesFrom(image, allowed)) {
            return [];
        }
        return [
            `${label}: ${place}.image: got ${JSON.stringify(image)}; images come from ${allowed.join(", ")} alone, so ` +
                "that what runs here was looked at, and starts while other registries are down. Use the image's copy " +
                "there, or add its registry to allowedRegistries in the pack's configuration.",
        ];
    });
}

/** Rejects images from registries that nobody agreed on. */
export const imageRegistry = kubernetesPolicy(
    {
        name: "image-registry",
        description: "Images come from the registries that the environment allows.",
        enforcementLevel: "mandatory",
        severity: "high",
        configSchema: {
            properties: {
                allowedRegistries: {
                    type: "array",
                    items: { type: "string" },
                    minItems: 1,
                    default: DEFAULT_REGISTRIES,
                },
            },
        },
    },
    ["Pod", "CronJob", ...CONTROLLERS],
    judge,
);
