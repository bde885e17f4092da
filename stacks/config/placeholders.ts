import { ArgumentError, type Problem } from "../../components/support/errors.ts";

/** Images of an account that is nobody of ours: they stand for one that the team makes. */
const PLACEHOLDER = /^ghcr\.io\/example\//;

function images(value: unknown, path: string): readonly (readonly [field: string, image: string])[] {
    if (typeof value !== "object" || value === null) {
        return typeof value === "string" && PLACEHOLDER.test(value) ? [[path, value]] : [];
    }
    return Object.entries(value).flatMap(([key, inner]) => images(inner, path === "" ? key : `${path}.${key}`));
}

/**
 * Refuses images that stand for the team's own, which nobody has made yet: whoever owns that account could put anything
 * under their names. A preview goes on without them.
 *
 * @param project the name in front of our own keys
 * @throws {ArgumentError} with every such image
 */
export function refusePlaceholders(config: object, project: string): void {
    const problems = images(config, "").map(
        ([field, value]): Problem => ({
            field: `${project}:${field}`,
            value,
            reason: "it stands for an image of your own, and is not deployed",
            fix: "Build docs/images/spark/Dockerfile, push it to a registry of yours and put its name in",
        }),
    );
    if (problems.length > 0) {
        throw new ArgumentError("Configuration", problems);
    }
}
