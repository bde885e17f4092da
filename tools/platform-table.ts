/** Writes the tables of `docs/platform.md` to standard output: prod, with everything that is optional. */
import { pathToFileURL } from "node:url";
import { runProgram } from "./plan/recording.ts";
import type { RecordedResource } from "./plan/resource.ts";
import { readStack } from "./plan/stack-files.ts";
import { OPTIONAL_SECTIONS } from "./platform-table/optional-sections.ts";
import { addonTable, controllerTable } from "./platform-table/table.ts";

const { project, stack, main, config, secretKeys } = readStack(".", "prod");
const optional = Object.entries(OPTIONAL_SECTIONS).map(([key, value]) => [`${project}:${key}`, JSON.stringify(value)]);
const resources: RecordedResource[] = [];
const errors = await runProgram(
    {
        project,
        stack,
        config: { ...config, ...Object.fromEntries(optional) },
        secretKeys,
        onResource: (resource) => resources.push(resource),
    },
    () => import(pathToFileURL(main).href),
);
if (errors.length > 0) {
    throw new AggregateError(errors, errors.map(String).join("\n"));
}
console.log(`${controllerTable(resources)}\n\n${addonTable(resources)}`);
