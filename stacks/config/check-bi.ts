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
    const { superset, redash, cache } = sections;
    const queued = redash?.cache.kind === "in-cluster";
    problems.check(
        !queued || cache !== undefined,
        "redash.cache.kind",
        "in-cluster",
        "the stack has no cache",
        'Configure cache, or use "external"',
    );
    problems.check(
        superset === undefined || cache !== undefined,
        "superset",
        "configured",
        "its queries wait in the cache, and there is none",
        "Configure cache, or leave superset out",
    );
    problems.check(
        (superset === undefined && !queued) || cache === undefined || cache.whenFull === "refuse-writes",
        "cache.whenFull",
        cache?.whenFull,
        `the queue of ${[...(superset === undefined ? [] : ["Superset"]), ...(queued ? ["Redash"] : [])].join(" and ")} is in it, of which messages would be thrown away`,
        'Use "refuse-writes", or another cache for them',
    );
}
