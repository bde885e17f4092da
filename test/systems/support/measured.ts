/** Seconds since a moment of `performance.now()`. */
export function secondsSince(moment: number): number {
    return (performance.now() - moment) / 1000;
}

/** Prints a measured time beside the claim that it is held against, as `test:cluster` prints its recoveries. */
export function printMeasured(what: string, seconds: number, claimSeconds?: number): void {
    const share =
        claimSeconds === undefined ? "" : ` of ${claimSeconds} s, ${Math.round((100 * seconds) / claimSeconds)} %`;
    console.log(`    ${what.padEnd(66)}${seconds.toFixed(1)} s${share}`);
}
