import type { ApiAccess } from "../../../components/workload-args.ts";

/**
 * What Patroni does with the Kubernetes API in endpoints mode. Source: Patroni, "Using Patroni with Kubernetes", sample
 * manifest; without `delete`, which only `patronictl remove` uses, and without creating Services, which are declared.
 *
 * Kubernetes calls the Endpoints API deprecated since 1.33; it goes on serving it, and mirrors it into EndpointSlices.
 */
export const PATRONI_ACCESS: ApiAccess = {
    rules: [
        {
            apiGroups: [""],
            resources: ["endpoints"],
            verbs: ["create", "get", "list", "patch", "update", "watch"],
        },
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "patch", "update", "watch"] },
    ],
    clusterRules: [
        // The addresses of the API servers themselves, so that one which is gone with its zone is passed over at once.
        { apiGroups: [""], resources: ["endpoints"], resourceNames: ["kubernetes"], verbs: ["get"] },
    ],
};
