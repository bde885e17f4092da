import { distance } from "fastest-levenshtein";

/** Edits beyond which two words are not a slip of the pen. */
const MAX_DISTANCE = 3;

/** The word that was probably meant, if one is near: at most 3 edits, and fewer than half of the word. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const ranked = known
        .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
        .toSorted((a, b) => a.edits - b.edits);
    const best = ranked[0];
    return best && best.edits <= MAX_DISTANCE && best.edits * 2 < word.length + 1 ? best.candidate : undefined;
}
