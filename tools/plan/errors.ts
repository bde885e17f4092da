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
