/**
 * Records which values a chart takes: keys and forms, out of its values.yaml and, if it has one, its values.schema.json.
 * The tests hold what we set against such records, so that a misspelt key fails.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { parse } from "yaml";
import { keysOfSchema, keysOfValues, refined } from "./chart-values/keys.ts";

const command = new Command()
    .name("node tools/chart-values.ts")
    .description("Writes the record of a chart's values to standard output, in JSON.")
    .argument("<values>", "the chart's values.yaml")
    .argument("[schema]", "the chart's values.schema.json, if it has one")
    .requiredOption("--chart <name>", "the chart's name")
    .requiredOption("--chart-version <version>", "the chart's version")
    .requiredOption("--source <address>", "where its values.yaml is public, at a commit")
    .option("--subchart <key=version...>", "dependencies whose values have records of their own")
    .option("--free <path...>", "maps that take any keys, although the defaults have some")
    .option("--also <path...>", "keys that the chart's templates read and its defaults leave out")
    .parse();
const [valuesFile = "", schemaFile] = command.args;
const options = command.opts<{
    chart: string;
    chartVersion: string;
    source: string;
    subchart?: string[];
    free?: string[];
    also?: string[];
}>();

function read(file: string): unknown {
    return parse(readFileSync(file, "utf8"));
}

const defaults = keysOfValues(read(valuesFile));
const record = {
    chart: options.chart,
    version: options.chartVersion,
    source: options.source,
    subcharts: Object.fromEntries((options.subchart ?? []).map((pair) => pair.split("=", 2))),
    free: options.free ?? [],
    also: options.also ?? [],
    keys: schemaFile === undefined ? defaults : refined(keysOfSchema(read(schemaFile)), defaults),
};
console.log(JSON.stringify(record, undefined, 4));
