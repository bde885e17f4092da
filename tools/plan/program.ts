import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { Analyzer } from "./analyzer.ts";
import { captureConsole } from "./console.ts";
import { Refusal } from "./errors.ts";
import { type Costing, type Plan, unjudgedPlan } from "./model.ts";
import type { PackProcess } from "./pack-process.ts";
import { runProgram } from "./recording.ts";
import type { RecordedResource } from "./resource.ts";
import type { StackFiles } from "./stack-files.ts";

/** The engine prints these without a stack trace, and so does a plan; everything else is a defect of the program. */
function describe(error: unknown): string {
    if (pulumi.RunError.isInstance(error)) {
        return error.message;
    }
    if (pulumi.ResourceError.isInstance(error) && error.hideStack) {
        return error.message;
    }
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Runs a stack's program and has the pack judge what it registers, as it does so.
 *
 * @param pack started before, so that it loads meanwhile
 * @param costing what its cost is counted and compared with
 * @throws {Refusal} with everything that the program threw, or that the pack could not do
 */
export async function makePlan(
    files: StackFiles,
    pack: PackProcess,
    organization: string,
    costing: Costing = {},
): Promise<Plan> {
    const resources: RecordedResource[] = [];
    const analyzer = new Analyzer(pack, files, organization);
    try {
        const console = captureConsole();
        process.chdir(files.directory);
        const errors = await runProgram(
            {
                project: files.project,
                stack: files.stack,
                organization,
                config: files.config,
                secretKeys: files.secretKeys,
                onResource: (resource) => {
                    resources.push(resource);
                    analyzer.see(resource);
                },
            },
            () => import(pathToFileURL(files.main).href),
        ).finally(console.stop);
        const logged = console.messages.filter(({ level }) => level === "error").map(({ text }) => text);
        const problems = [...errors.map(describe), ...logged];
        if (problems.length > 0) {
            throw new Refusal(problems);
        }
        const judgement = analyzer.judgement();
        // Counted while the pack judges.
        const plan = unjudgedPlan(files, resources, console.messages, costing);
        return { ...plan, judgement: await judgement };
    } finally {
        analyzer.close();
    }
}
