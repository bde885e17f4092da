import type { Problems } from "../../components/support/errors.ts";
import type { ValidSections } from "./checks.ts";

/** Tools whose state is in a database. */
const TOOLS = ["metabase", "superset", "redash", "jupyterhub"] as const;

/** Checks that the tools to look at data with have a server for their databases. */
export function checkBi(problems: Problems, sections: ValidSections): void {
    for (const tool of TOOLS) {
        problems.check(
            sections[tool] === undefined || sections.metabaseDatabase !== undefined,
            tool,
            "configured",
            "what it keeps is in a database on the server of metabaseDatabase, and there is none",
            `Configure metabaseDatabase, or leave ${tool} out`,
        );
    }
    const { superset, cache } = sections;
    problems.check(
        superset === undefined || cache !== undefined,
        "superset",
        "configured",
        "its queries wait in the cache, and there is none",
        "Configure cache, or leave superset out",
    );
    problems.check(
        superset === undefined || cache === undefined || cache.whenFull === "refuse-writes",
        "cache.whenFull",
        cache?.whenFull,
        "Superset's queue is in it, of which messages would be thrown away",
        'Use "refuse-writes", or leave superset out',
    );
}
