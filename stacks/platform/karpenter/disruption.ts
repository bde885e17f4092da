import type { IDisruption } from "@kubernetes-models/karpenter/karpenter.sh/v1/Disruption";
import type { Duration } from "../../../components/values/duration.ts";
import { seconds } from "../../../components/values/duration.ts";
import type { EksConfig } from "../../config.ts";

type Window = EksConfig["nodeUpdates"]["window"];

const WEEK_MINUTES = 7 * 24 * 60;
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Part of a pool's nodes that are replaced at once. */
const AT_ONCE = "10%";

/** How long an empty node waits for the next pod: tasks of one DAG follow each other within minutes. */
const EMPTY_FOR = "5m";

/** Reasons for which a node that works, and that pods run on, is taken away. */
const REPLACED = ["Drifted", "Underutilized"] as const;

/** As the API takes it: hours and minutes. */
function hoursAndMinutes(minutes: number): string {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
}

/** When nothing is replaced: from the window's end until it opens again. */
function closed({ day, start, duration }: Window): { readonly schedule: string; readonly duration: string } {
    const [hours = 0, minutes = 0] = start.split(":").map(Number);
    const length = seconds(duration satisfies Duration) / 60;
    const end = (DAYS.indexOf(day) * 24 * 60 + hours * 60 + minutes + length) % WEEK_MINUTES;
    const [endDay, endOfDay] = [Math.floor(end / (24 * 60)), end % (24 * 60)];
    return {
        schedule: `${endOfDay % 60} ${Math.floor(endOfDay / 60)} * * ${endDay}`,
        duration: hoursAndMinutes(WEEK_MINUTES - length),
    };
}

/**
 * What Karpenter may do to nodes that work. Nodes on which pods run are replaced in the weekly window only, by newer ones
 * or by fewer, a tenth of a pool at once; empty ones go at any time, because nobody notices but the bill.
 *
 * Of the budgets that hold at a time the strictest counts, so the window is where the one of none is not in force. What
 * they do not hold for: notices of interruption, a node's age, and nodes that somebody deletes.
 *
 * Source: Karpenter, "Disruption", "NodePool Disruption Budgets".
 */
export function disruption(window: Window): IDisruption {
    return {
        consolidationPolicy: "WhenEmptyOrUnderutilized",
        consolidateAfter: EMPTY_FOR,
        budgets: [
            { nodes: "100%", reasons: ["Empty"] },
            { nodes: AT_ONCE, reasons: [...REPLACED] },
            { nodes: "0", reasons: [...REPLACED], ...closed(window) },
        ],
    };
}
