import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { nearest } from "../stacks/config/nearest.ts";
import { endInstance, findInstance, type Instance, instances, sweep } from "./control-plane/instances.ts";
import { Misuse, Refusal } from "./plan/errors.ts";
import { readStack } from "./plan/stack-files.ts";
import { WIDTH, wrap } from "./plan/text.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");

const MOST_NODES = 1000;
const LARGEST_SCALE = 10;

/** As shells report a program that was ended by Ctrl-C. */
const INTERRUPTED = 130;

interface UpOptions {
    readonly stack: string;
    readonly nodes?: number;
    readonly name?: string;
    readonly startUpScale: number;
    readonly customResources?: readonly string[];
}

/** What was asked for was given up on request. */
class Interrupted extends Error {}

function print(...lines: readonly string[]): void {
    process.stdout.write(`${lines.join("\n")}\n`);
}

function complain(text: string): void {
    process.stderr.write(`${wrap(text, WIDTH).join("\n")}\n`);
}

function nodeCount(text: string): number {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < 1 || count > MOST_NODES) {
        throw new InvalidArgumentError(`Use a whole number from 1 to ${MOST_NODES}.`);
    }
    return count;
}

function factor(text: string): number {
    const scale = Number(text);
    if (!/^[\d.]+$/.test(text) || !(scale <= LARGEST_SCALE)) {
        throw new InvalidArgumentError(`Use a number from 0 to ${LARGEST_SCALE}.`);
    }
    return scale;
}

function kinds(text: string): readonly string[] {
    return text === "none" ? [] : text.split(",");
}

async function up({ stack, nodes: count, name = stack, startUpScale, customResources }: UpOptions): Promise<number> {
    const files = readStack(REPOSITORY, stack);
    // Imported only here: the other commands do not need the SDK.
    const [{ parseConfig }, { ControlPlane }, { stackNodes }] = await Promise.all([
        import("../stacks/config.ts"),
        import("./control-plane/control-plane.ts"),
        import("./control-plane/nodes.ts"),
    ]);
    const nodes = stackNodes(parseConfig(files.config, files.project), count === undefined ? {} : { nodes: count });
    const interrupted = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.once(signal, () => interrupted.abort(new Interrupted()));
    }
    await ControlPlane.start({
        name,
        nodes,
        stack,
        startUpScale,
        ...(customResources && { customResources }),
        persistent: true,
        signal: interrupted.signal,
        onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    return status({ name });
}

function chosen(name: string | undefined): Instance {
    const found = name === undefined ? undefined : findInstance(name);
    if (found !== undefined) {
        return found;
    }
    const names = instances()
        .filter(({ persistent }) => persistent || name !== undefined)
        .map((instance) => instance.name);
    const [only] = names;
    if (name === undefined && names.length === 1 && only !== undefined) {
        return chosen(only);
    }
    if (only === undefined) {
        throw new Misuse(
            name === undefined
                ? "no cluster is up on this machine"
                : `no cluster "${name}" is up on this machine, nor any other`,
        );
    }
    const list = names.join(", ");
    if (name === undefined) {
        throw new Misuse(`there are several clusters: ${list}. Choose one with --name`);
    }
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new Misuse(`there is no cluster "${name}" on this machine: there is ${list}.${hint}`);
}

async function status({ name }: { readonly name?: string }): Promise<number> {
    await sweep();
    const { clusterStatus, isWhole, statusText } = await import("./control-plane/status.ts");
    const looked = name === undefined ? instances() : [chosen(name)];
    const statuses = await Promise.all(looked.map(clusterStatus));
    if (statuses.length === 0) {
        print("No cluster is up. Start one: npm run cluster -- up --stack prod");
    }
    print(...statuses.map(statusText));
    return statuses.every(isWhole) ? 0 : 1;
}

async function down({ name }: { readonly name?: string }): Promise<number> {
    const instance = chosen(name);
    await endInstance(instance);
    print(`${instance.name} is down; nothing of it is left.`);
    return 0;
}

async function run(): Promise<number> {
    let exitCode = 0;
    const ending = async (command: Promise<number>): Promise<void> => {
        exitCode = await command;
    };
    const program = new Command("cluster")
        .description("Runs a real control plane on this machine, with the simulated nodes of a stack.")
        .addHelpText("after", "\nExit codes: 0 fine, 1 failed, or something of a cluster has died, 2 misuse.")
        .exitOverride();
    program
        .command("up")
        .description("start a cluster that stays until it is taken down")
        .option("-s, --stack <name>", "stack whose nodes it has, as in Pulumi.NAME.yaml", "prod")
        .option(
            "-n, --nodes <number>",
            "nodes of all pools together (default: what the stack has typically)",
            nodeCount,
        )
        .option("--name <name>", "name of the cluster (default: the stack's)")
        .option("--custom-resources <kinds>", "kinds of custom resources, by commas, or none (default: all)", kinds)
        .option("--start-up-scale <factor>", "factor on the time that workloads take to start", factor, 1)
        .allowExcessArguments(false)
        .action((options: UpOptions) => ending(up(options)));
    program
        .command("status")
        .description("show what is up, and whether it is well")
        .option("--name <name>", "only this cluster")
        .allowExcessArguments(false)
        .action((options: { name?: string }) => ending(status(options)));
    program
        .command("down")
        .description("end a cluster, with all that is in it")
        .option("--name <name>", "which one, if there are several")
        .allowExcessArguments(false)
        .action((options: { name?: string }) => ending(down(options)));
    await program.parseAsync();
    return exitCode;
}

/** Whether an error is the configuration's own; its class is in the SDK's company. */
function isRefusal(error: unknown): error is Error {
    return error instanceof Refusal || (error instanceof Error && error.name === "ArgumentError");
}

async function main(): Promise<number> {
    try {
        return await run();
    } catch (error) {
        if (error instanceof CommanderError) {
            // Commander has printed it, or the help that was asked for.
            return error.exitCode === 0 ? 0 : 2;
        }
        if (error instanceof Interrupted) {
            complain("interrupted: nothing is left");
            return INTERRUPTED;
        }
        if (error instanceof Misuse) {
            complain(`error: ${error.message}`);
            return 2;
        }
        if (isRefusal(error)) {
            complain(`The cluster cannot be started:\n${error.message}`);
            return 1;
        }
        throw error;
    }
}

process.exitCode = await main();
