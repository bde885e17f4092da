import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { OPTIONAL_SECTIONS } from "../../tools/platform-table/optional-sections.ts";
import { rawConfig } from "../stacks/raw-config.ts";
import { containersOf, podsOf } from "../stacks/rendered/pods.ts";
import type { RenderedObject } from "../stacks/rendered/stack.ts";
import type { Inputs } from "../support/mocks.ts";
import { brokenLinks, codeSpans, page, rows } from "./markdown.ts";
import { alertNames, everyObject } from "./stacks.ts";

const FOLDER = "docs/runbooks";
const PAGES = globSync(`${FOLDER}/*.md`, { cwd: new URL("../../", import.meta.url) }).toSorted();
const INDEX = `${FOLDER}/README.md`;

const KINDS: Readonly<Record<string, string>> = {
    cronjob: "CronJob",
    daemonset: "DaemonSet",
    deployment: "Deployment",
    statefulset: "StatefulSet",
};

/** Lines of shell, with what a backslash continues. */
function commands(text: string): readonly string[] {
    const blocks = [...text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].map(([, body = ""]) => body);
    return [...blocks.flatMap((body) => body.split("\n")), ...codeSpans(text)].filter((line) =>
        line.includes("kubectl "),
    );
}

/** What a command says in an option: `--namespace kafka`. */
function option(command: string, name: string): string | undefined {
    return new RegExp(`--${name}[ =](\\S+)`).exec(command)?.[1];
}

/** Names of pods and claims in a command, without what stands for any. */
function replicas(command: string, names: readonly string[]): readonly (readonly [name: string, ordinal: number])[] {
    return names.flatMap((name) =>
        [...command.matchAll(new RegExp(`(?<![\\w-])(?:data-)?${name}-(\\d+)(?![\\w-])`, "g"))].map(
            ([, ordinal]) => [name, Number(ordinal)] as const,
        ),
    );
}

describe("runbooks", () => {
    let objects: readonly RenderedObject[] = [];
    before(async function () {
        this.timeout("60s");
        objects = await everyObject();
    });

    it("are all in the index, each with alerts that there are", () => {
        const alerts = alertNames(objects);
        const index = rows(page(INDEX));
        const linked = index.map(([, link = ""]) => `${FOLDER}/${/\((.*)\)/.exec(link)?.[1]}`);
        assert.deepEqual(
            linked.toSorted(),
            PAGES.filter((path) => path !== INDEX),
        );
        for (const [names = "", link = ""] of index) {
            const text = page(`${FOLDER}/${/\((.*)\)/.exec(link)?.[1]}`);
            for (const alert of codeSpans(names)) {
                assert.ok(alerts.has(alert), `${link}: there is no alert ${alert}`);
                assert.ok(text.includes(`\`${alert}\``), `${link} does not say what ${alert} is`);
            }
        }
    });

    it("are those that alerts point at", () => {
        const wanted = new Map(
            rows(page(INDEX)).flatMap(([names = "", link = ""]) => codeSpans(names).map((name) => [name, link])),
        );
        const groups: readonly Inputs[] = objects.flatMap(({ kind, object }) =>
            kind === "PrometheusRule" && Array.isArray(object["spec"].groups) ? object["spec"].groups : [],
        );
        for (const { alert, annotations } of groups.flatMap(({ rules }) => rules)) {
            const [, target] = /docs\/runbooks\/([\w-]+\.md)/.exec(annotations.description) ?? [];
            assert.ok(
                target === undefined || wanted.get(alert)?.includes(`(${target})`),
                `${alert} points at ${target}`,
            );
        }
    });

    for (const path of PAGES) {
        describe(path, () => {
            const text = page(path);

            it("links to what there is, and names alerts that there are", () => {
                assert.deepEqual(brokenLinks(path), []);
                const alerts = alertNames(objects);
                const families = new Set([...alerts].map((alert) => /^[A-Z][a-z]+/.exec(alert)?.[0]));
                const named = codeSpans(text).filter(
                    (code) => /^(?:[A-Z][a-z]+){3,}$/.test(code) && families.has(/^[A-Z][a-z]+/.exec(code)?.[0]),
                );
                assert.deepEqual(
                    named.filter((alert) => !alerts.has(alert)),
                    [],
                );
            });

            it("asks for objects, pods and containers that there are", () => {
                const pods = podsOf(objects);
                const sets = objects.filter(({ kind }) => kind === "StatefulSet");
                for (const command of commands(text)) {
                    const namespace = option(command, "namespace");
                    assert.ok(
                        namespace === undefined ||
                            objects.some((one) => one.kind === "Namespace" && one.name === namespace),
                        command,
                    );
                    for (const [, kind = "", name = ""] of command.matchAll(
                        /\b(cronjob|daemonset|deployment|statefulset)\/([\w-]+)/g,
                    )) {
                        const found = objects.some(
                            (one) => one.kind === KINDS[kind] && one.namespace === namespace && one.name === name,
                        );
                        assert.ok(found, command);
                    }
                    const system = /--selector app\.kubernetes\.io\/name=([\w-]+)/.exec(command)?.[1];
                    assert.ok(
                        system === undefined ||
                            pods.some(({ labels }) => labels["app.kubernetes.io/name"] === system) ||
                            system === "airflow-task",
                        command,
                    );
                    const container = option(command, "container");
                    const found = replicas(
                        command,
                        sets.map(({ name }) => name),
                    );
                    for (const [name, ordinal] of found) {
                        const set = sets.find((one) => one.name === name && one.namespace === namespace);
                        const { replicas: count, ordinals } = set?.object["spec"] ?? {};
                        const first = ordinals?.start ?? 0;
                        assert.ok(set && ordinal >= first && ordinal < first + count, `${command}: ${name}-${ordinal}`);
                        const own = pods
                            .filter(({ owner }) => owner === set)
                            .flatMap((one) => containersOf(one).map((each) => each["name"]));
                        assert.ok(container === undefined || own.includes(container), `${command}: ${container}`);
                    }
                }
            });

            it("names fields that the configuration has", () => {
                const raw = rawConfig("prod");
                const sections: Inputs = { ...OPTIONAL_SECTIONS };
                for (const [, section = "", field = ""] of text.matchAll(/`([a-z]\w+)\.([a-z]\w+)(?:\.\w+)*`/g)) {
                    const given = sections[section] ?? JSON.parse(raw[`data-platform:${section}`] ?? "{}");
                    const isSection = section in sections || `data-platform:${section}` in raw;
                    assert.ok(!isSection || field in given, `${section}.${field}`);
                }
            });
        });
    }
});
