import * as pulumi from "@pulumi/pulumi";
import { RecordingMonitor } from "./monitor.ts";
import type { RecordedResource } from "./resource.ts";
import { withoutSdkTraces } from "./sdk-traces.ts";

/** What a program runs as. */
export interface RecordingArgs {
    readonly project: string;
    readonly stack: string;
    /** @default "organization" */
    readonly organization?: string;
    /** Full keys (`project:name`, `aws:region`), values as the engine hands them over: strings, or JSON. */
    readonly config: Readonly<Record<string, string>>;
    /** Keys of `config` that are secret. */
    readonly secretKeys: readonly string[];
    /** Called with each resource as it is registered. */
    readonly onResource: (resource: RecordedResource) => void;
}

/** One turn of the event loop, after which Node has reported every rejection that nobody handled. */
function turn(): Promise<void> {
    return new Promise((resolve) => {
        setImmediate(resolve);
    });
}

/**
 * Waits until no call to the monitor is under way. Handlers of outputs that run after the last call may start new
 * ones, so it has to stay quiet for a turn.
 */
async function settled(registered: () => number): Promise<void> {
    for (;;) {
        const before = registered();
        await pulumi.runtime.disconnect();
        await turn();
        if (registered() === before) {
            return;
        }
    }
}

/** Collects rejections that nobody handles, in the place of whoever listens for them otherwise. */
function interceptRejections(): { readonly errors: unknown[]; readonly stop: () => void } {
    const errors: unknown[] = [];
    const listeners = process.listeners("unhandledRejection");
    const listener = (reason: unknown): void => {
        // The same error surfaces at every promise that waited for the failed one.
        if (!errors.includes(reason)) {
            errors.push(reason);
        }
    };
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", listener);
    return {
        errors,
        stop: () => {
            process.off("unhandledRejection", listener);
            for (const former of listeners) {
                process.on("unhandledRejection", former);
            }
        },
    };
}

/**
 * Runs a program as a first preview would, in this process and without any engine or provider.
 *
 * It uses the SDK's process-wide settings, so that one program runs at a time.
 *
 * @param program registers resources; may be asynchronous
 * @returns every error that it threw, at once or in an output, in order; none if it ran through
 */
export async function runProgram(args: RecordingArgs, program: () => unknown): Promise<readonly unknown[]> {
    let registered = 0;
    const monitor = new RecordingMonitor({
        project: args.project,
        stack: args.stack,
        region: args.config["aws:region"],
        onResource: (resource) => {
            registered += 1;
            args.onResource(resource);
        },
    });
    const organization = args.organization ?? "organization";
    pulumi.runtime.setMockOptions(monitor, args.project, args.stack, true, organization);
    pulumi.runtime.setAllConfig({ ...args.config }, [...args.secretKeys]);
    const rejections = interceptRejections();
    const restoreTraces = withoutSdkTraces();
    const errors: unknown[] = [];
    try {
        await pulumi.runtime.runInPulumiStack(async () => program());
    } catch (error) {
        errors.push(error);
    }
    try {
        await settled(() => registered);
    } finally {
        rejections.stop();
        restoreTraces();
    }
    return [...new Set([...errors, ...rejections.errors])];
}
