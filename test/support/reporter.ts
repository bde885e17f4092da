import mocha from "mocha";

const { EVENT_RUN_END, EVENT_TEST_PENDING } = mocha.Runner.constants;

/** Mocha's dots, the reason behind each skipped test, and a last line that says how it went: `N passed, N failed`. */
export default class Reporter extends mocha.reporters.Dot {
    constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
        super(runner, options);
        const skipped: string[] = [];
        runner.on(EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
        runner.once(EVENT_RUN_END, () => {
            const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
            for (const title of skipped) {
                console.log(`  skipped: ${title}`);
            }
            console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
        });
    }
}
