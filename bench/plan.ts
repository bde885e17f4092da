/**
 * How long a plan takes: `npm run bench`.
 *
 * Prints the median of five runs of `npm start`'s command, of the same command on a stack without resources (same
 * imports, same pack), and their ratio; then of 500 and 1,000 StatelessServices, and theirs. Each with the most memory
 * that it held. Runs of a pair take turns, so that both have the same neighbours on the machine.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "..");
const RUNS = 5;

/** Prints, as the last line of standard error, what a process has held at most, in KiB. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
    'process.on("exit", () => process.stderr.write(`\\n${process.resourceUsage().maxRSS}\\n`))',
)}`;

interface Run {
    readonly milliseconds: number;
    readonly mebibytes: number;
}

interface Candidate {
    readonly name: string;
    readonly args: readonly string[];
}

function once({ name, args }: Candidate): Promise<Run> {
    const start = performance.now();
    return new Promise((done, fail) => {
        const child = spawn(
            process.execPath,
            ["--import", REPORT_MEMORY, join(REPOSITORY, "tools", "plan.ts"), ...args],
            {
                stdio: ["ignore", "ignore", "pipe"],
            },
        );
        let errors = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            errors += text;
        });
        child.on("error", fail);
        child.on("close", (code) => {
            if (code !== 0) {
                fail(new Error(`${name} ended with ${code}:\n${errors}`));
                return;
            }
            const kibibytes = Number(errors.trim().split("\n").at(-1));
            done({ milliseconds: performance.now() - start, mebibytes: kibibytes / 1024 });
        });
    });
}

function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(name: string, runs: readonly Run[]): void {
    const time = `${Math.round(median(runs.map(({ milliseconds }) => milliseconds)))} ms`;
    const memory = `${Math.round(Math.max(...runs.map(({ mebibytes }) => mebibytes)))} MiB`;
    process.stdout.write(`${name.padEnd(40)}${time.padStart(10)}${memory.padStart(12)}\n`);
}

/** Measures two commands in turns and prints both, and how many times the first one's time the second one takes. */
async function compare(base: Candidate, other: Candidate, limit: number): Promise<void> {
    const bases: Run[] = [];
    const others: Run[] = [];
    for (let run = 0; run < RUNS; run += 1) {
        bases.push(await once(base));
        others.push(await once(other));
    }
    report(base.name, bases);
    report(other.name, others);
    const time = (runs: readonly Run[]): number => median(runs.map(({ milliseconds }) => milliseconds));
    const ratio = (time(others) / time(bases)).toFixed(2);
    process.stdout.write(`${"ratio".padEnd(40)}${ratio.padStart(10)}   at most ${limit}\n\n`);
}

/** A project in the folder for outputs, whose program lies in this one. */
function project(name: string, main: string, config: Readonly<Record<string, string>>): string {
    const folder = join(REPOSITORY, "out", "bench", name);
    mkdirSync(folder, { recursive: true });
    const path = relative(folder, join(import.meta.dirname, main));
    writeFileSync(join(folder, "Pulumi.yaml"), `name: bench\nruntime: nodejs\nmain: ${path}\n`);
    const lines = Object.entries(config).map(([key, value]) => `    bench:${key}: ${value}\n`);
    writeFileSync(join(folder, "Pulumi.prod.yaml"), lines.length === 0 ? "{}\n" : `config:\n${lines.join("")}`);
    return folder;
}

function services(number: number): Candidate {
    const folder = project(`services-${number}`, "stateless-services.ts", { services: String(number) });
    return { name: `${number} StatelessServices`, args: ["--stack", "prod", "--program", folder] };
}

const empty = {
    name: "a stack without resources",
    args: ["--stack", "prod", "--program", project("empty", "empty.ts", {})],
};
await compare(empty, { name: "npm start (prod)", args: ["--stack", "prod"] }, 2);
await compare(services(500), services(1000), 2.2);
