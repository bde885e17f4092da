import type {
    KubernetesObject,
    V1DaemonSet,
    V1Deployment,
    V1Job,
    V1Node,
    V1PersistentVolumeClaim,
    V1Pod,
    V1StatefulSet,
} from "@kubernetes/client-node";

/** Whether a node or a pod says that it is ready. */
export function isReady({ status }: V1Node | V1Pod): boolean {
    return status?.conditions?.some(({ type, status: holds }) => type === "Ready" && holds === "True") ?? false;
}

function deployment({ metadata, spec, status }: V1Deployment): string | undefined {
    const wanted = spec?.replicas ?? 1;
    const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status ?? {};
    const done =
        observedGeneration >= (metadata?.generation ?? 0) &&
        updatedReplicas === wanted &&
        replicas === wanted &&
        availableReplicas === wanted;
    return done ? undefined : `${availableReplicas} of ${wanted} available, ${updatedReplicas} of them updated`;
}

function statefulSet({ metadata, spec, status }: V1StatefulSet): string | undefined {
    const wanted = spec?.replicas ?? 1;
    const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
    const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status ?? {};
    const updated = status?.currentRevision === status?.updateRevision ? wanted : updatedReplicas;
    const done =
        observedGeneration >= (metadata?.generation ?? 0) &&
        replicas === wanted &&
        availableReplicas === wanted &&
        updated >= Math.max(0, wanted - partition);
    return done ? undefined : `${availableReplicas} of ${wanted} available, ${updated} of them updated`;
}

function daemonSet({ metadata, status }: V1DaemonSet): string | undefined {
    const { observedGeneration = 0, desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0 } = status ?? {};
    const available = status?.numberAvailable ?? 0;
    const done =
        observedGeneration >= (metadata?.generation ?? 0) &&
        wanted > 0 &&
        updatedNumberScheduled === wanted &&
        available === wanted;
    return done ? undefined : `${available} of ${wanted} available, ${updatedNumberScheduled} updated`;
}

function job({ spec, status }: V1Job): string | undefined {
    const conditions = status?.conditions ?? [];
    if (conditions.some(({ type, status: holds }) => type === "Complete" && holds === "True")) {
        return undefined;
    }
    const failed = conditions.find(({ type, status: holds }) => type === "Failed" && holds === "True");
    return failed?.message ?? `${status?.succeeded ?? 0} of ${spec?.completions ?? 1} succeeded`;
}

function claim({ status }: V1PersistentVolumeClaim): string | undefined {
    return status?.phase === "Bound" ? undefined : (status?.phase ?? "not seen by any controller");
}

/**
 * Why a controller, job or claim has not got to where its spec says, in its own figures.
 *
 * A StatefulSet with a partition is there when the ordinals from it on are updated.
 *
 * @returns undefined if it has, and for every other kind
 */
export function unready(object: KubernetesObject): string | undefined {
    switch (object.kind ?? "") {
        case "Deployment":
            return deployment(object);
        case "StatefulSet":
            return statefulSet(object);
        case "DaemonSet":
            return daemonSet(object);
        case "Job":
            return job(object);
        case "PersistentVolumeClaim":
            return claim(object);
        default:
            return undefined;
    }
}
