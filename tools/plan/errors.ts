/** The command was called in a way that cannot work: exit code 2. */
export class Misuse extends Error {
    override readonly name = "Misuse";
}

/** What was asked for is understood, but cannot be planned as it stands: exit code 1, no stack trace. */
export class Refusal extends Error {
    override readonly name = "Refusal";
    /** Each a sentence or more, without a stack trace. */
    readonly problems: readonly string[];

    constructor(problems: readonly string[]) {
        super(problems.join("\n"));
        this.problems = problems;
    }
}

/** Steps (insertions, deletions, exchanges of one letter) from one word to another. */
function distance(from: string, to: string): number {
    let row = Array.from({ length: to.length + 1 }, (_, index) => index);
    for (const [i, letter] of from.split("").entries()) {
        const next = [i + 1];
        for (const [j, other] of to.split("").entries()) {
            const exchange = (row[j] ?? 0) + (letter === other ? 0 : 1);
            next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, exchange));
        }
        row = next;
    }
    return row.at(-1) ?? 0;
}

/** How many letters a word may be wrong by and still be meant: a third of it. */
const TYPO_SHARE = 3;

/** The known word that was probably meant, if any is near enough. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
    const near = known
        .map((candidate) => ({ candidate, steps: distance(word.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ candidate, steps }) => steps <= Math.ceil(Math.max(candidate.length, word.length) / TYPO_SHARE))
        .toSorted((a, b) => a.steps - b.steps);
    return near[0]?.candidate;
}
