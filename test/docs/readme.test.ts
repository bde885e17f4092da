import assert from "node:assert/strict";
import { parse } from "yaml";
import { isRecord } from "../../tools/plan/project-config.ts";
import { everything } from "../stacks/platform/everything.ts";
import { renderedStack } from "../stacks/rendered/stack.ts";
import type { Collected } from "../support/mocks.ts";
import { brokenLinks, codeSpans, page, rows, under } from "./markdown.ts";

const PATH = "README.md";
const TEXT = page(PATH);
const REMOVE = under(TEXT, "Remove");
const NAMESPACE = "kubernetes:core/v1:Namespace";

/** What a row of the table of what stays is about: its first type says how it stays. */
const KEPT: Readonly<Record<string, readonly [string, ...string[]]>> = {
    cluster: ["eks:index:Cluster"],
    keys: ["aws:kms/key:Key"],
    "log groups": ["aws:cloudwatch/logGroup:LogGroup"],
    buckets: [
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
    ],
    "databases of RDS": ["aws:rds/instance:Instance", "aws:rds/parameterGroup:ParameterGroup"],
    namespaces: [NAMESPACE],
    claims: ["kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:storage.k8s.io/v1:VolumeAttributesClass"],
};

/** Values that are nobody's: accounts, ranges, domains and names that documentation has. */
const EXAMPLE = /111122223333|444455556666|192\.0\.2\.|198\.51\.100\.|example\.com|\/example\/|Z0123456789|-AbCdEf/;

/** The paths of the values that are examples, without the places in lists. */
function examples(value: unknown, path: readonly string[] = []): readonly string[] {
    if (Array.isArray(value)) {
        return value.flatMap((entry) => examples(entry, path));
    }
    if (isRecord(value)) {
        return Object.entries(value).flatMap(([key, inner]) => examples(inner, [...path, key]));
    }
    return typeof value === "string" && EXAMPLE.test(value) ? [path.join(".").replace("data-platform:", "")] : [];
}

function names(resources: readonly Collected[], type: string): readonly string[] {
    return resources.filter((made) => made.type === type).map(({ name }) => name);
}

describe(PATH, () => {
    let prod: readonly Collected[] = [];
    let staging: readonly Collected[] = [];
    let all: readonly Collected[] = [];
    before(async function () {
        this.timeout("120s");
        all = await everything();
        ({ resources: prod } = await renderedStack("prod"));
        ({ resources: staging } = await renderedStack("staging"));
    });
    const stay = (resources: readonly Collected[]): Collected[] =>
        resources.filter(({ options }) => options.retainOnDelete);
    const guarded = (resources: readonly Collected[]): Collected[] =>
        resources.filter(({ options }) => options.protect);
    const table = rows(REMOVE);
    const row = (what: string): readonly string[] => table.find(([first = ""]) => first.startsWith(what)) ?? [];

    it("links to what there is", () => {
        assert.deepEqual(brokenLinks(PATH), []);
    });

    it("lists every kind of thing that is protected or stays", () => {
        const kinds = new Set([...stay(all), ...guarded(all), ...stay(staging)].map(({ type }) => type));
        assert.deepEqual([...kinds].toSorted(), Object.values(KEPT).flat().toSorted());
        assert.deepEqual(
            Object.keys(KEPT).filter((what) => row(what).length === 0),
            [],
        );
    });

    for (const [what, [type]] of Object.entries(KEPT)) {
        it(`says of ${what} whether they are protected, and where they stay`, () => {
            const [, protection = "", outlives = ""] = row(what);
            assert.equal(protection.startsWith("yes"), names(guarded(prod), type).length > 0, protection);
            assert.deepEqual(names(guarded(staging), type), []);
            const where = names(stay(staging), type).length > 0 ? "everywhere" : "prod";
            const expected = names(stay(prod), type).length > 0 ? where : "no";
            assert.ok(outlives.startsWith(expected), `${outlives}, expected ${expected}`);
        });
    }

    it("names the namespaces that stay, those of prod, and deletes just these", () => {
        const stateful = names(stay(all), NAMESPACE).toSorted();
        const [some = "", without = ""] = row("namespaces")[0]?.split("(") ?? [];
        assert.deepEqual(codeSpans(some).toSorted(), stateful);
        assert.deepEqual(
            stateful.filter((name) => !codeSpans(without).includes(name)),
            names(stay(prod), NAMESPACE).toSorted(),
        );
        const [, deleted = ""] = /^kubectl delete namespace (.*) --ignore-not-found$/m.exec(REMOVE) ?? [];
        assert.deepEqual(deleted.split(" "), stateful);
    });

    it("names the cluster and a database that prod has", () => {
        for (const [option, type] of [
            ["--name", "eks:index:Cluster"],
            ["--db-instance-identifier", "aws:rds/instance:Instance"],
        ] as const) {
            const [, name = ""] = new RegExp(`\\s${option} (\\S+)`).exec(REMOVE) ?? [];
            assert.deepEqual(names(prod, type), [name]);
        }
    });

    it("lists every example value that has to be replaced", () => {
        const files = ["Pulumi.staging.yaml", "Pulumi.prod.yaml"];
        const keys = files.flatMap((file) => examples(parse(page(file)).config));
        const registries = examples(JSON.parse(page("policies/config/prod.json")));
        const written = rows(under(TEXT, "Deploy").replaceAll(/^ +(?=\|)/gm, "")).flatMap(([key = ""]) =>
            codeSpans(key),
        );
        assert.deepEqual(written.toSorted(), [...new Set([...keys, ...registries])].toSorted());
    });

    it("lists every command that tests", () => {
        const { scripts } = JSON.parse(page("package.json")) as { scripts: Readonly<Record<string, string>> };
        const commands = Object.keys(scripts).filter((name) => /^(?:test|check$)/.test(name));
        const written = rows(under(TEXT, "Tests")).flatMap(([command = ""]) => codeSpans(command));
        assert.deepEqual(
            written.map((command) => command.replace(/^npm (?:run )?/, "")).toSorted(),
            commands.toSorted(),
        );
    });
});
