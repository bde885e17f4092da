import type { Series } from "./metric.ts";

/** What a misfortune does to the series of a system. */
export type Turn = (all: readonly Series[]) => readonly Series[];

/** Something that goes wrong with a system, the alerts that say so, and what comes close to it and nobody has to hear of. */
export interface Misfortune {
    readonly what: string;
    /** These follow and no others. */
    readonly alerts: readonly string[];
    readonly change: Turn;
    /** The same in a degree, or for a time, from which nothing follows. */
    readonly nearly: { readonly what: string; readonly change: Turn };
}

/** A system that has alerts on what it does, beside those on its pods. */
export interface System {
    /** Name of the PrometheusRule. */
    readonly rules: string;
    /** What exporters say of it while it is well, at a time in seconds. */
    readonly well: (now: number) => readonly Series[];
    readonly misfortunes: readonly Misfortune[];
}

/** One thing after the other. */
export function all(...turns: readonly Turn[]): Turn {
    return (series) => turns.reduce((before, turn) => turn(before), series);
}
