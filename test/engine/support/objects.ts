import type { Client } from "../../../tools/control-plane/client.ts";

/** Kinds of which two would be one too many, with their versions. */
const KINDS = {
    ConfigMap: "v1",
    CronJob: "batch/v1",
    DaemonSet: "apps/v1",
    Deployment: "apps/v1",
    Job: "batch/v1",
    PersistentVolumeClaim: "v1",
    Secret: "v1",
    Service: "v1",
    StatefulSet: "apps/v1",
} as const;

/** The program's objects in the cluster: `KIND NAMESPACE/NAME`, in order. */
export async function programsObjects(client: Client): Promise<readonly string[]> {
    const labelSelector = "app.kubernetes.io/managed-by=pulumi";
    const found = await Promise.all(
        Object.entries(KINDS).map(async ([kind, apiVersion]) => {
            const objects = await client.list(apiVersion, kind, { labelSelector });
            return objects.map(({ metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`);
        }),
    );
    return found.flat().toSorted();
}
