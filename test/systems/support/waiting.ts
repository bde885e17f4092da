import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 100;

/**
 * Waits until a condition holds. One that throws does not hold yet.
 *
 * @param what named in the error: "the quorum to have a leader"
 * @returns what the condition gave, which is neither false nor undefined
 * @throws {Error} when the time is over, with what the condition threw last, or what `state` says
 */
export async function until<T>(
    what: string,
    condition: () => T | false | undefined | Promise<T | false | undefined>,
    timeoutMs: number,
    state?: () => string | Promise<string>,
): Promise<T> {
    const begin = performance.now();
    let thrown: unknown;
    do {
        try {
            const result = await condition();
            if (result !== false && result !== undefined) {
                return result;
            }
            thrown = undefined;
        } catch (error) {
            thrown = error;
        }
        await delay(POLL_MS);
    } while (performance.now() - begin < timeoutMs);
    const last = thrown instanceof Error ? thrown.message : ((await state?.()) ?? "");
    throw new Error(`waited ${timeoutMs / 1000} s for ${what}${last === "" ? "" : `:\n${last}`}`, { cause: thrown });
}
