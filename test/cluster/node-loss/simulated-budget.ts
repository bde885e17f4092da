import {
    ENDPOINT_REMOVAL,
    type RecoveryBudget,
    type RecoveryTerm,
} from "../../../components/values/recovery-budget.ts";
import { placedSeconds } from "../support/placed-seconds.ts";

interface Simulated {
    readonly startUpScale: number;
    readonly queue: number;
}

/** What a control plane without real nodes does in the place of a term; terms that are not listed are as they are. */
const SIMULATED: Readonly<
    Record<string, (term: RecoveryTerm, plane: Simulated) => { readonly seconds: number; readonly why: string }>
> = {
    "the eviction's turn comes": ({ seconds }, { queue }) => ({
        seconds: seconds * queue,
        why: `so many nodes of the zone die here at once: ${queue}`,
    }),
    "the pod is scheduled and its image pulled": (_, { startUpScale }) => ({
        seconds: placedSeconds(startUpScale),
        why: "the scheduler is real, at most a second; the pull is scaled, and takes a second with all that is around it",
    }),
    "the leader's lease ends": () => ({ seconds: 0, why: "no program holds one here" }),
    "a survivor is promoted": () => ({
        seconds: ENDPOINT_REMOVAL.seconds,
        why: "no program is promoted; the dead one's address is taken off, as among survivors",
    }),
    "a node is started": (_, { startUpScale }) => ({
        seconds: placedSeconds(startUpScale),
        why: "nodes are there already; scheduled and started as above",
    }),
    "the program starts": ({ seconds }, { startUpScale }) => ({
        seconds: Math.max(1, seconds * startUpScale),
        why: "start-ups are scaled, and take a second at least",
    }),
};

/**
 * A recovery budget with the terms that a simulated cluster has.
 *
 * @param startUpScale the control plane's own
 * @param queue nodes whose pods are evicted one after the other, where the budget is for the death of one
 */
export function simulatedBudget(budget: RecoveryBudget, startUpScale: number, queue = 1): RecoveryBudget {
    const terms = budget.terms.map((term) => {
        const simulated = SIMULATED[term.name]?.(term, { startUpScale, queue });
        return simulated === undefined ? term : { ...term, seconds: simulated.seconds, source: simulated.why };
    });
    return { ...budget, terms, seconds: terms.reduce((sum, { seconds }) => sum + seconds, 0) };
}
