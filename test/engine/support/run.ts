import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";

/** What the engine did, or would do, to a resource. */
export interface Step {
    readonly op: OpType;
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** Whether the engine forgets it instead of deleting it. */
    readonly retained: boolean;
}

/** What the CLI prints as an error, each with the paragraph that explains it; all of it where it has no such line. */
function errorsIn(printed: string): string {
    const errors = printed.match(/^ *error: [^]*?(?=\n *\n|\n@ |\s*(?![^]))/gm) ?? [printed];
    return [...new Set(errors.map((error) => error.trim()))].join("\n");
}

/** An operation of the engine, by the events that it sent. */
export class Run {
    readonly events: readonly EngineEvent[];
    /** The errors that the CLI and the engine told where it failed; undefined where it did not. */
    readonly failure: string | undefined;

    constructor(events: readonly EngineEvent[], failure?: string) {
        this.events = events;
        this.failure = failure;
    }

    /** Runs an operation to its end, also where that is a failure. */
    static async of(operation: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<Run> {
        const events: EngineEvent[] = [];
        try {
            await operation((event) => events.push(event));
            return new Run(events);
        } catch (error) {
            return new Run(events, errorsIn(error instanceof Error ? error.message : String(error)));
        }
    }

    /** Every step in order, also those that change nothing (`same`). */
    get steps(): readonly Step[] {
        return this.events.flatMap(({ resourcePreEvent }) => {
            if (resourcePreEvent === undefined) {
                return [];
            }
            const { op, urn, type, old } = resourcePreEvent.metadata;
            return [
                { op, urn, type, name: urn.slice(urn.lastIndexOf("::") + 2), retained: old?.retainOnDelete ?? false },
            ];
        });
    }

    /** Steps that do something. */
    get changes(): readonly Step[] {
        return this.steps.filter(({ op }) => op !== "same" && op !== "refresh");
    }

    /** What stays on the screen: warnings, errors and the program's own output, but no progress and no debugging. */
    get diagnostics(): readonly string[] {
        return this.events.flatMap(({ diagnosticEvent: said }) =>
            // The type leaves this severity out.
            said === undefined || said.ephemeral || (said.severity as string) === "debug"
                ? []
                : [`${said.severity}: ${said.message.trim()}`],
        );
    }

    /** What the pack reported. */
    get violations(): readonly NonNullable<EngineEvent["policyEvent"]>[] {
        return this.events.flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyEvent]));
    }
}
