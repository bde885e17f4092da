import type { Problems } from "../../components/support/errors.ts";
import type { ValidSections } from "./checks.ts";

/**
 * Refuses what only AWS has in a stack on a cluster that is there.
 *
 * @param given what is configured of it, by field; undefined where nothing is
 */
export function checkWithoutAws(
    problems: Problems,
    { target }: ValidSections,
    given: Readonly<Record<string, unknown>>,
): void {
    for (const [field, value] of Object.entries(given)) {
        problems.check(
            target !== "kubeconfig" || value === undefined,
            field,
            value,
            "a stack on a cluster that is there has no AWS",
            "Leave it out",
        );
    }
}
