import type { WorkloadSummary } from "../../../components/support/summary.ts";
import { NODE_DETECTION } from "../../../components/values/recovery-budget.ts";
import { type RenderedStack, renderedStack } from "../../stacks/rendered/stack.ts";

/**
 * Seconds in which a component promises to be back once a loss is noticed: its recovery budget without the time in which a
 * node controller notices that a node is silent, which a killed process does not need.
 *
 * @throws {Error} if it promises nothing
 */
export async function promisedSeconds(stack: string | RenderedStack, namespace: string, name: string): Promise<number> {
    const { resources } = typeof stack === "string" ? await renderedStack(stack) : stack;
    const found = resources.find(
        (resource) =>
            resource.type.startsWith("dataplatform:workload:") &&
            resource.name === name &&
            resource.inputs["namespace"] === namespace,
    );
    const { recovery } = (found?.inputs ?? {}) as Partial<WorkloadSummary>;
    if (recovery === undefined) {
        throw new Error(`${namespace}/${name} promises no recovery`);
    }
    const detection = recovery.terms.find((term) => term.name === NODE_DETECTION.name);
    return recovery.seconds - (detection?.seconds ?? 0);
}
