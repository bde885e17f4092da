import { format } from "node:util";
import type { Message } from "./model.ts";

/** How the SDK marks its log where there is no engine to send it to. */
const MARKED = /^(info|warning|error): \[runtime\] /;

function messageOf(level: Message["level"], text: string): Message {
    const marked = MARKED.exec(text)?.[1];
    const own = marked === "info" || marked === "warning" || marked === "error" ? marked : level;
    return { level: own, text: text.replace(MARKED, "") };
}

/**
 * Keeps what is written to the console, so that standard output carries the plan alone.
 *
 * @returns the messages; `error` is only what was logged through the SDK, which fails a deployment
 */
export function captureConsole(): { readonly messages: readonly Message[]; readonly stop: () => void } {
    const messages: Message[] = [];
    const { log, info, warn, error } = console;
    const keep =
        (level: Message["level"]) =>
        (...args: unknown[]): void => {
            messages.push(messageOf(level, format(...args)));
        };
    console.log = keep("info");
    console.info = keep("info");
    console.warn = keep("warning");
    console.error = keep("warning");
    return {
        messages,
        stop: () => {
            Object.assign(console, { log, info, warn, error });
        },
    };
}
