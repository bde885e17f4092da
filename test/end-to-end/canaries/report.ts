/** What became of the values that were planted in a plan. */
export interface Report {
    /** Names of the resources that generate a value. */
    readonly planted: readonly string[];
    /** Those of them whose value no Secret and no chart has: of these a plan could not show anything. */
    readonly lost: readonly string[];
    /** Inputs that have such a value and are no Secret's content: `TYPE NAME: PATH`. */
    readonly exposed: readonly string[];
}
