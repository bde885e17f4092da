/** Splits by weights into whole parts, the largest remainders first. */
function rounded(all: number, weights: readonly number[]): readonly number[] {
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
    return exact.map((share, index) => Math.floor(share) + (roundedUp.has(index) ? 1 : 0));
}

/**
 * Splits a number by weights into whole parts, each at least `least`: what the small ones get more, the others get less.
 * Their sum is more than was asked for only where it is less than the least of all together.
 */
export function shares(all: number, weights: readonly number[], least: number): readonly number[] {
    const parts = rounded(all, weights);
    const small = parts.map((part) => part < least);
    if (!small.includes(true)) {
        return parts;
    }
    const large = weights.filter((_, index) => small[index] === false);
    const rest = shares(all - least * (weights.length - large.length), large, least).values();
    return small.map((isSmall) => (isSmall ? least : (rest.next().value ?? least)));
}
