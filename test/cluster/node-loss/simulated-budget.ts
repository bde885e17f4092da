import type { RecoveryBudget, RecoveryTerm } from "../../../components/values/recovery-budget.ts";
import { placedSeconds } from "../support/placed-seconds.ts";

/** What a control plane without real nodes does in the place of a term; terms that are not listed are as they are. */
const SIMULATED: Readonly<
    Record<string, (term: RecoveryTerm, startUpScale: number) => { readonly seconds: number; readonly why: string }>
> = {
    "the pod is scheduled and its image pulled": (_, startUpScale) => ({
        seconds: placedSeconds(startUpScale),
        why: "the scheduler is real, at most a second; the pull is scaled, and takes a second with all that is around it",
    }),
    "a node is started": (_, startUpScale) => ({
        seconds: placedSeconds(startUpScale),
        why: "nodes are there already; scheduled and started as above",
    }),
    "the program starts": ({ seconds }, startUpScale) => ({
        seconds: Math.max(1, seconds * startUpScale),
        why: "start-ups are scaled, and take a second at least",
    }),
};

/**
 * A recovery budget with the terms that a simulated cluster has.
 *
 * @param startUpScale the control plane's own
 */
export function simulatedBudget(budget: RecoveryBudget, startUpScale: number): RecoveryBudget {
    const terms = budget.terms.map((term) => {
        const simulated = SIMULATED[term.name]?.(term, startUpScale);
        return simulated === undefined ? term : { ...term, seconds: simulated.seconds, source: simulated.why };
    });
    return { ...budget, terms, seconds: terms.reduce((sum, { seconds }) => sum + seconds, 0) };
}
