import type { Pod, Protocol, Source } from "./network-policy.ts";

/** A connection that a system needs, and who says so. */
export interface Connection {
    readonly from: Source;
    readonly to: Pod;
    readonly port: number;
    readonly protocol: Protocol;
    readonly why: string;
}

/** What was found, and what could not be understood. */
export interface Findings {
    readonly connections: readonly Connection[];
    readonly problems: readonly string[];
}
