/**
 * Splits a number by weights into whole parts, the largest remainders first, each at least `least`. Where the parts would
 * be too small, their sum is more than was asked for.
 */
export function shares(all: number, weights: readonly number[], least: number): readonly number[] {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const exact = weights.map((weight) => (all * weight) / total);
    const left = all - exact.reduce((sum, share) => sum + Math.floor(share), 0);
    const roundedUp = new Set(
        exact
            .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
            .toSorted((a, b) => b.remainder - a.remainder)
            .slice(0, Math.round(left))
            .map(({ index }) => index),
    );
    return exact.map((share, index) => Math.max(least, Math.floor(share) + (roundedUp.has(index) ? 1 : 0)));
}
