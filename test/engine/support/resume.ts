import type { Project } from "./project.ts";
import type { Run } from "./run.ts";

/**
 * What the Kubernetes provider asks the environment for: objects that are there are taken over instead of refused, with
 * the fields that the killed update has under another manager's name.
 */
const TAKE_OVER = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true", PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };

/**
 * Goes on after an update that was killed: takes its lock away, forgets what it was about to create, and brings the
 * stack up over what it created all the same.
 */
export async function resume(project: Project): Promise<Run> {
    await project.stack.cancel();
    await project.stack.refresh({ clearPendingCreates: true });
    return project.up({ environment: TAKE_OVER });
}
