import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { Misuse, Refusal } from "./plan/errors.ts";
import { packDirectory, startPack } from "./plan/pack-process.ts";
import { readStack } from "./plan/stack-files.ts";

interface Options {
    readonly stack: string;
    readonly json?: boolean;
    readonly out?: string;
    readonly with?: string;
    readonly compare?: string;
    readonly assume?: readonly string[];
    readonly verbose?: boolean;
    readonly color: boolean;
    readonly program: string;
}

const REPOSITORY = resolve(import.meta.dirname, "..");

/** The organization that a stack without a backend belongs to, as the CLI names it. */
const ORGANIZATION = "organization";

function parse(): Options {
    const command = new Command("plan")
        .description("Previews a stack offline: resources, policy verdicts, recovery budgets, capacity, cost.")
        // Required below: here, a misspelt --stack would be reported as a missing one.
        .option("-s, --stack <name>", "stack to plan, as in Pulumi.NAME.yaml")
        .option("--json", "print plan.json instead of text")
        .option("--out <folder>", "write a YAML file for each system, and plan.json")
        .option("--with <file>", "put the config of a YAML file over the stack's own, section by section")
        .option("--compare <file>", "show what it costs more or less than the plan of another plan.json")
        .option("--assume <name=value...>", "count the cost with other quantities than --verbose shows")
        .option("--verbose", "list every resource with its options, terms of the recovery budgets, prices, assumptions")
        .addOption(new Option("--program <folder>", "folder of Pulumi.yaml").default(REPOSITORY, "this repository"))
        .option("--no-color", "print without colours, on a terminal as well")
        .addHelpText(
            "after",
            "\nExit codes: 0 fine, 1 mandatory violation, too little capacity or invalid configuration, 2 misuse.",
        )
        .allowExcessArguments(false)
        .exitOverride()
        .parse();
    const options = command.opts<Partial<Pick<Options, "stack">> & Omit<Options, "stack">>();
    const { stack } = options;
    if (stack === undefined) {
        return command.error("error: required option '-s, --stack <name>' not specified");
    }
    return { ...options, stack };
}

async function plan(options: Options): Promise<number> {
    const files = readStack(resolve(options.program), options.stack, options.with);
    const pack = startPack(packDirectory(files.directory, REPOSITORY), files, ORGANIZATION);
    try {
        // Imported only now: the pack loads at the same time as the SDK.
        const { run } = await import("./plan/run.ts");
        return await run(files, pack, ORGANIZATION, {
            json: options.json ?? false,
            out: options.out,
            compare: options.compare === undefined ? undefined : resolve(options.compare),
            assume: options.assume ?? [],
            verbose: options.verbose ?? false,
            color: options.color,
        });
    } finally {
        pack.stop();
    }
}

async function refuse(refusal: Refusal, options: Options): Promise<number> {
    if (options.json) {
        const { failureJson } = await import("./plan/json.ts");
        process.stdout.write(`${JSON.stringify(failureJson(options.stack, refusal.problems), undefined, 2)}\n`);
    }
    process.stderr.write(`${options.stack} cannot be planned:\n\n${refusal.problems.join("\n\n")}\n`);
    return 1;
}

async function main(): Promise<number> {
    let options: Options;
    try {
        options = parse();
    } catch (error) {
        if (error instanceof CommanderError) {
            // Commander has printed it, or the help that was asked for.
            return error.exitCode === 0 ? 0 : 2;
        }
        throw error;
    }
    try {
        return await plan(options);
    } catch (error) {
        if (error instanceof Misuse) {
            process.stderr.write(`error: ${error.message}\n`);
            return 2;
        }
        if (error instanceof Refusal) {
            return refuse(error, options);
        }
        throw error;
    }
}

let done = false;

// Node ends without a word when nothing is left to do but the program still waits.
process.once("exit", () => {
    if (!done) {
        process.stderr.write(
            "error: the program waits for a value that never comes: a promise that is never settled.\n",
        );
        process.exitCode = 1;
    }
});

// Whoever reads the output may have seen enough: `… | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
        throw error;
    }
    process.exit();
});

try {
    process.exitCode = await main();
} finally {
    done = true;
}
