/** Edits beyond which two words are not a slip of the pen. */
const MAX_DISTANCE = 3;

/** The number of characters to insert, delete or replace that makes one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (const [i, left] of a.split("").entries()) {
        const next = [i + 1];
        for (const [j, right] of b.split("").entries()) {
            const replace = (row[j] ?? 0) + (left === right ? 0 : 1);
            next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
        }
        row = next;
    }
    return row[b.length] ?? 0;
}

/** The word that was probably meant, if one is near: at most 3 edits, and fewer than half of the word. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
        .toSorted((a, b) => a.edits - b.edits);
    const best = ranked[0];
    return best && best.edits <= MAX_DISTANCE && best.edits * 2 < word.length + 1 ? best.candidate : undefined;
}
