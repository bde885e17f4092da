/** One reason to hold a pod for stateful. */
export interface Evidence {
    /** What kind of fact it is. */
    readonly kind: "volume" | "host-path" | "identity" | "engine";
    /** The fact in words, beginning with the field that shows it. */
    readonly fact: string;
    /** False when a value that is not known yet could still refute it. */
    readonly certain: boolean;
}
