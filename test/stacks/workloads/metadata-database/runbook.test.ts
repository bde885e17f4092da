import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { bucketName } from "../../../../stacks/infrastructure/buckets.ts";
import { ARCHIVE_TIMEOUT, SCRIPTS } from "../../../../stacks/workloads/metadata-database/archive.ts";
import { generationUrl } from "../../../../stacks/workloads/metadata-database/backup-store.ts";
import type { Inputs } from "../../../support/mocks.ts";
import { schemaProblems } from "../../../support/schema.ts";
import { rawConfig } from "../../raw-config.ts";
import { type RenderedObject, renderedStack } from "../../rendered/stack.ts";

const text = readFileSync(new URL("../../../../docs/runbooks/restore-metadata-database.md", import.meta.url), "utf8");

/** Blocks of a language, without the indentation of the list that they stand in. */
function blocks(language: string): readonly string[] {
    return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\n([^]*?)\n\\1\`\`\``, "gm"))].map(([, indent, body]) =>
        (body ?? "").replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    );
}

const KINDS: Readonly<Record<string, string>> = {
    cronjob: "CronJob",
    deployment: "Deployment",
    statefulset: "StatefulSet",
};

describe("the runbook of the metadata database", () => {
    let objects: readonly RenderedObject[] = [];
    let database: Inputs = {};
    before(async function () {
        this.timeout(20_000);
        ({ objects } = await renderedStack("prod"));
        database = JSON.parse(rawConfig("prod")["data-platform:metadataDatabase"] ?? "{}");
    });
    const named = (kind: string, namespace: string, name: string) =>
        objects.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);

    it("names objects that there are", () => {
        const commands = text.match(/kubectl --namespace \S+ [^\n`]*/g) ?? [];
        const found = commands.flatMap((command) => {
            const namespace = /--namespace (\S+)/.exec(command)?.[1] ?? "";
            const objectsNamed = [...command.matchAll(/\b(cronjob|deployment|statefulset)\/([\w-]+)/g)];
            return objectsNamed.map(([, kind = "", name = ""]) => [KINDS[kind] ?? "", namespace, name] as const);
        });
        assert.ok(found.length >= 6);
        for (const [kind, namespace, name] of found) {
            assert.ok(named(kind, namespace, name), `${kind} ${namespace}/${name}`);
        }
        for (const [, name = ""] of text.matchAll(/`job\/([\w-]+)`/g)) {
            assert.ok(
                objects.some(
                    (one) => one.kind === "Job" && one.object["metadata"].labels["app.kubernetes.io/name"] === name,
                ),
            );
        }
    });

    it("asks pods and containers that there are, for scripts that they have", () => {
        const set = named("StatefulSet", "data", "metadata-database")?.object["spec"];
        const containers = new Set(set.template.spec.containers.map(({ name }: Inputs) => name));
        for (const [, name = ""] of text.matchAll(/--container (\S+)/g)) {
            assert.ok(containers.has(name), name);
        }
        for (const [, ordinal] of text.matchAll(/metadata-database-(\d+)\b/g)) {
            assert.ok(Number(ordinal) < set.replicas);
        }
        const mounted = new Set(set.template.spec.containers[0].volumeMounts.map(({ mountPath }: Inputs) => mountPath));
        const scripts = text.match(new RegExp(`${SCRIPTS}/[\\w.-]+`, "g")) ?? [];
        assert.ok(scripts.length > 0);
        assert.deepEqual(
            scripts.filter((script) => !mounted.has(script)),
            [],
        );
        // Patroni finds its objects by it, and so does the command that deletes them.
        assert.equal(set.template.metadata.labels["cluster-name"], "metadata-database");
        assert.match(text, /delete endpoints --selector cluster-name=metadata-database$/m);
    });

    it("names bucket and prefix", () => {
        const bucket = bucketName("database-backups", "prod", { account: "111122223333", region: "eu-central-1" });
        const store = { bucket, region: "eu-central-1", prefix: "metadata-database", generation: 1 };
        const urls = text.match(/s3:\/\/[\w./-]+/g) ?? [];
        assert.ok(urls.length >= 3);
        assert.deepEqual(
            urls.filter((url) => !url.startsWith(`${generationUrl(store, 1)}/`)),
            [],
        );
        const script = named("ConfigMap", "data", "metadata-database-files")?.object["data"];
        assert.ok(script["etc.metadata-database.wal-g.sh"].includes(generationUrl(store, 1)));
    });

    it("promises what is configured", () => {
        const { schedule, keepDays } = database["backups"];
        const [minute, hour] = schedule.cron.split(" ");
        assert.ok(text.includes(`every night at ${hour.padStart(2, "0")}:${minute} ${schedule.timeZone}`));
        assert.equal(schedule.cron, `${minute} ${hour} * * *`);
        assert.ok(text.includes(`every moment of the last ${keepDays} days needs`));
        assert.ok(
            text.includes(`at the latest while anybody writes`) && text.includes(`every ${ARCHIVE_TIMEOUT} seconds`),
        );
        assert.ok(text.includes(`for ${Number.parseInt(database["storage"], 10)} GiB, full`));
        const restored = blocks("yaml")
            .map((block) => parse(block))
            .find((block) => !("kind" in block));
        assert.deepEqual(Object.keys(restored["data-platform:metadataDatabase"].restored), [
            "generation",
            "from",
            "to",
        ]);
    });

    it("names alerts that there are", () => {
        // Rules of a job that is named by what it is may be unknown.
        const rules = objects
            .filter(({ kind, namespace }) => kind === "PrometheusRule" && namespace === "data")
            .flatMap(({ object }): readonly Inputs[] => object["spec"].groups ?? [])
            .flatMap((group): readonly Inputs[] => group["rules"]);
        const alerts = new Set(rules.map(({ alert }) => alert));
        const mentioned = text.match(/\b(Database|CronJob)[A-Z]\w+/g) ?? [];
        assert.ok(mentioned.length >= 4);
        assert.deepEqual(
            mentioned.filter((alert) => !alerts.has(alert)),
            [],
        );
    });

    it("makes a clone that the API takes, with what it needs", () => {
        const clone = blocks("yaml")
            .map((block) => parse(block))
            .find(({ kind }) => kind === "Pod");
        assert.deepEqual(schemaProblems(clone), []);
        const { serviceAccountName, volumes, containers, nodeSelector, securityContext } = clone.spec;
        assert.ok(named("ServiceAccount", "data", serviceAccountName));
        const map = named("ConfigMap", "data", volumes[0].configMap.name)?.object["data"];
        assert.ok(containers[0].volumeMounts[1].subPath in map);
        assert.ok(named("StorageClass", "", volumes[1].ephemeral.volumeClaimTemplate.spec.storageClassName));
        const set = named("StatefulSet", "data", "metadata-database")?.object["spec"].template.spec;
        assert.deepEqual(nodeSelector, set.nodeSelector);
        assert.equal(containers[0].image, database["image"]);
        const { runAsUser, runAsGroup } = set.containers[0].securityContext;
        assert.deepEqual([securityContext.runAsUser, securityContext.runAsGroup], [runAsUser, runAsGroup]);
        assert.match(containers[0].args[0], /-c archive_mode=off/);
    });
});
