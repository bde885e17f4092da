import { resolve } from "node:path";
import { isatty } from "node:tty";
import pc from "picocolors";
import { assumed } from "./cost/assumptions.ts";
import { readBaseline } from "./cost/compare.ts";
import { planJson } from "./json.ts";
import { checkOutput, writeOutput } from "./manifests.ts";
import type { PackProcess } from "./pack-process.ts";
import { makePlan } from "./program.ts";
import { render } from "./render.ts";
import type { StackFiles } from "./stack-files.ts";

/** What the command line asks for, beyond the stack. */
export interface OutputOptions {
    /** plan.json on standard output, and nothing else. */
    readonly json: boolean;
    /** Folder for manifests and plan.json. */
    readonly out: string | undefined;
    /** A plan.json whose cost this one is compared with. */
    readonly compare: string | undefined;
    /** Quantities that no program says, each `NAME=VALUE`. */
    readonly assume: readonly string[];
    readonly verbose: boolean;
    /** Colours are wanted where they can be shown. */
    readonly color: boolean;
}

/**
 * Plans a stack, prints it, and writes its files.
 *
 * @returns the exit code: 1 if a mandatory policy is violated, or the room there is breaks a promise of production; else 0
 * @throws {Misuse} if the output folder is not ours, the plan to compare with is none, or an assumption is none
 * @throws {Refusal} if there is no plan
 */
export async function run(
    files: StackFiles,
    pack: PackProcess,
    organization: string,
    options: OutputOptions,
): Promise<number> {
    const out = options.out === undefined ? undefined : resolve(options.out);
    if (out !== undefined) {
        checkOutput(out);
    }
    const baseline = options.compare === undefined ? undefined : readBaseline(options.compare);
    const plan = await makePlan(files, pack, organization, { baseline, assumed: assumed(options.assume) });
    const written = out === undefined ? [] : writeOutput(plan, out);
    if (options.json) {
        process.stdout.write(`${JSON.stringify(planJson(plan), undefined, 2)}\n`);
    } else {
        const colors = pc.createColors(options.color && pc.isColorSupported && isatty(process.stdout.fd));
        process.stdout.write(render(plan, { colors, verbose: options.verbose }));
        if (options.out !== undefined) {
            process.stdout.write(`\nWritten to ${options.out}: ${written.join(", ")}\n`);
        }
    }
    const violated = plan.judgement.verdicts.some(({ level }) => level === "mandatory");
    const broken = plan.capacity?.findings.some(({ level }) => level === "error") ?? false;
    return violated || broken ? 1 : 0;
}
