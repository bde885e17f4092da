import type { PlaneProgram } from "../kwokctl.ts";

/** What a keeper is told to start. */
export interface Order {
    readonly name: string;
    readonly directory: string;
    readonly persistent: boolean;
    readonly stack: string | undefined;
    readonly startUpScale: number;
    readonly paths: Readonly<Record<PlaneProgram, string>>;
    readonly versions: { readonly kubernetes: string; readonly kwok: string };
}

/** What it is told later: that the cluster has to stay when its owner ends. */
export const KEEP = "keep";

/** What a keeper says: that the API server answers, that everything runs, or why it gave up. */
export type Report =
    | { readonly state: "serving" }
    | { readonly state: "ready" }
    | { readonly state: "failed"; readonly reason: string };
