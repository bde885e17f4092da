import { z } from "zod";
import type { Finding } from "./findings.ts";

/** Findings that are accepted, and why. */
export interface Waiver {
    readonly check: string;
    readonly message: string;
    /** Objects as they are called in a finding; `*` stands for any text. */
    readonly objects: readonly string[];
    readonly reason: string;
}

const schema = z.array(
    z.strictObject({
        check: z.string().min(1),
        message: z.string().min(1),
        objects: z.array(z.string().min(1)).min(1),
        reason: z.string().min(20),
    }),
);

/**
 * Reads waivers.
 *
 * @throws {z.ZodError} if one lacks a field, its reason included
 */
export function readWaivers(content: unknown): readonly Waiver[] {
    return schema.parse(content);
}

function matchesPattern(pattern: string, object: string): boolean {
    const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${parts.join(".*")}$`).test(object);
}

function covers({ check, message }: Waiver, pattern: string, finding: Finding): boolean {
    return check === finding.check && message === finding.message && matchesPattern(pattern, finding.object);
}

/** Findings that nothing waives, a line each. */
export function notWaived(findings: readonly Finding[], waivers: readonly Waiver[]): readonly string[] {
    return findings
        .filter((finding) => !waivers.some((waiver) => waiver.objects.some((one) => covers(waiver, one, finding))))
        .map(({ object, check, path, message }) => `${object}${path === "" ? "" : `, ${path}`}: ${check}: ${message}`);
}

/** Objects of waivers in which nothing is found of what they waive, a line each. */
export function unused(findings: readonly Finding[], waivers: readonly Waiver[]): readonly string[] {
    return waivers.flatMap((waiver) =>
        waiver.objects
            .filter((pattern) => !findings.some((finding) => covers(waiver, pattern, finding)))
            .map((pattern) => `${pattern}: ${waiver.check}: ${waiver.message}`),
    );
}
