import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { BUFFER_LIMIT, type PipelineArgs, pipeline, ROUTES } from "../../../../stacks/platform/logging/pipeline.ts";
import { REDACTION } from "../../../../stacks/platform/logging/redaction.ts";

type Section = Readonly<Record<string, unknown>>;

interface Parsed {
    readonly service: Section;
    readonly pipeline: Readonly<Record<"inputs" | "filters" | "outputs", readonly Section[]>>;
}

const GROUPS = { application: "/logs/application", dataplane: "/logs/dataplane", host: "/logs/host" };
const CLOUDWATCH: PipelineArgs = {
    memory: "256Mi",
    destination: { kind: "cloudwatch", region: "eu-central-1", groups: GROUPS },
};
const STDOUT: PipelineArgs = { memory: "256Mi", destination: { kind: "stdout", collector: "fluent-bit" } };

const read = (args: PipelineArgs): Parsed => parse(pipeline(args)) as Parsed;

function named(sections: readonly Section[], name: string): Section {
    const found = sections.filter((section) => section["name"] === name);
    assert.equal(found.length, 1, name);
    return found[0] ?? {};
}

/** The matching that Fluent Bit does: `*` is any text. */
const matches = (pattern: unknown, tag: string): boolean =>
    new RegExp(`^${String(pattern).replaceAll(".", String.raw`\.`).replaceAll("*", ".*")}$`).test(tag);

const FILE = "airflow-scheduler-7c9_airflow_scheduler-0123abc.log";
const TAG = `pod.var.log.containers.${FILE}`;

describe("The log pipeline", () => {
    it("copies everything to Loki where there is one, and lets CloudWatch have its own room", () => {
        const loki = { host: "loki.loki.svc", port: 3100 };
        const args: PipelineArgs = {
            memory: "256Mi",
            destination: { kind: "cloudwatch", region: "eu-central-1", groups: GROUPS, loki },
        };
        const { outputs } = read(args).pipeline;
        const copy = named(outputs, "loki");
        assert.deepEqual([copy["match"], copy["host"], copy["port"]], ["*", "loki.loki.svc", 3100]);
        assert.equal(copy["storage.total_limit_size"], "512M");
        assert.doesNotMatch(String(copy["labels"]), /pod_name/);
        assert.deepEqual(
            outputs.filter(({ name }) => name !== "loki"),
            read(CLOUDWATCH).pipeline.outputs,
        );
    });

    it("puts every tag into exactly one group", () => {
        const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
        const pod = fc
            .tuple(name, fc.oneof(name, fc.constant("kube-system")), name)
            .map((parts) => `pod.var.log.containers.${parts.join("_")}-0123abc.log`);
        const unit = fc
            .constantFrom("kubelet", "containerd", "sshd", "session-3", "kubelet-x")
            .map((u) => `journal.${u}.service`);
        fc.assert(
            fc.property(fc.oneof(pod, unit, fc.constant("journal.unknown")), (tag) => {
                const taken = Object.values(ROUTES).filter((route) => new RegExp(route).test(tag));
                assert.equal(taken.length, 1, tag);
            }),
        );
    });

    for (const [tag, stream] of [
        [TAG, "application"],
        ["pod.var.log.containers.kube-system-x_default_kube-system-0123abc.log", "application"],
        ["pod.var.log.containers.aws-node-x_kube-system_aws-node-0123abc.log", "dataplane"],
        ["journal.kubelet.service", "dataplane"],
        ["journal.containerd.service", "dataplane"],
        ["journal.kubelet.service.d", "host"],
        ["journal.sshd.service", "host"],
        ["journal.unknown", "host"],
    ] as const) {
        it(`sends ${tag} to ${stream}`, () => {
            assert.match(tag, new RegExp(ROUTES[stream]));
        });
    }

    it("reads every container's log and the journal, and remembers how far it has come", () => {
        const { inputs } = read(CLOUDWATCH).pipeline;
        const pods = named(inputs, "tail");
        assert.equal(pods["path"], "/var/log/containers/*.log");
        assert.equal(pods["multiline.parser"], "cri");
        assert.equal(pods["read_from_head"], true);
        assert.equal(named(inputs, "systemd")["path"], "/var/log/journal");
        const state = inputs.map((input) => input["db"]);
        assert.equal(new Set(state).size, inputs.length);
        for (const path of [...state, read(CLOUDWATCH).service["storage.path"]]) {
            assert.match(String(path), /^\/var\/lib\/fluent-bit\/./);
        }
    });

    it("buffers every input on disk, with a limit for every group", () => {
        const { inputs, outputs } = read(CLOUDWATCH).pipeline;
        for (const input of inputs) {
            assert.equal(input["storage.type"], "filesystem");
            // It would look like a limit and be none.
            assert.equal(input["mem_buf_limit"], undefined);
        }
        for (const output of outputs) {
            assert.equal(
                output["storage.total_limit_size"],
                BUFFER_LIMIT[output["alias"] as keyof typeof BUFFER_LIMIT],
            );
        }
    });

    it("keeps at most a quarter of the memory in chunks", () => {
        assert.equal(read(CLOUDWATCH).service["storage.max_chunks_up"], 32);
    });

    it("finds metadata, takes out secrets, and only then drops fields", () => {
        const { filters } = read(CLOUDWATCH).pipeline;
        assert.deepEqual(
            filters.map((filter) => `${String(filter["name"])} ${String(filter["match"])}`),
            ["kubernetes pod.*", "lua *", "record_modifier pod.*", "record_modifier journal.*"],
        );
        const lua = named(filters, "lua");
        assert.equal(lua["code"], REDACTION);
        assert.match(REDACTION, new RegExp(`^function ${String(lua["call"])}\\(tag, timestamp, record\\)$`, "m"));
    });

    it("finds a pod's metadata by the tag that its file gets", () => {
        const { inputs, filters } = read(CLOUDWATCH).pipeline;
        const kubernetes = named(filters, "kubernetes");
        assert.ok(matches(named(inputs, "tail")["tag"], TAG) && matches(kubernetes["match"], TAG));
        assert.equal(TAG.slice(String(kubernetes["kube_tag_prefix"]).length), FILE);
        assert.deepEqual([kubernetes["merge_log"], kubernetes["merge_log_key"]], [true, "json"]);
    });

    it("keeps of journal entries what is worth keeping, and nothing of this touches pods' logs", () => {
        const modifiers = read(CLOUDWATCH).pipeline.filters.filter((filter) => filter["name"] === "record_modifier");
        const keeping = modifiers.filter((filter) => Array.isArray(filter["allowlist_key"]));
        assert.deepEqual(
            keeping.map((filter) => filter["match"]),
            ["journal.*"],
        );
        assert.ok([keeping[0]?.["allowlist_key"]].flat().includes("message"));
        assert.ok(!matches("journal.*", TAG));
    });

    it("writes to groups that are there, to a stream for each container or node, and never gives up", () => {
        const { outputs } = read(CLOUDWATCH).pipeline;
        assert.deepEqual(
            Object.fromEntries(outputs.map((output) => [output["alias"], output["log_group_name"]])),
            GROUPS,
        );
        for (const output of outputs) {
            assert.deepEqual(
                [output["name"], output["region"], output["auto_create_group"], output["retry_limit"]],
                ["cloudwatch_logs", "eu-central-1", false, "no_limits"],
            );
            // oxlint-disable-next-line no-template-curly-in-string -- Fluent Bit's own syntax
            assert.equal(output["log_stream_name"], "${NODE_NAME}");
        }
        assert.match(String(outputs[0]?.["log_stream_template"]), /namespace_name.*pod_name.*container_name/);
        assert.equal(named([outputs[2] ?? {}], "cloudwatch_logs")["log_stream_template"], undefined);
    });

    it("reads its own log only where it does not write the records to it", () => {
        const excluded = String(named(read(STDOUT).pipeline.inputs, "tail")["exclude_path"]);
        assert.ok(matches(excluded, "/var/log/containers/fluent-bit-x7k2p_node-agents_fluent-bit-0123abc.log"));
        assert.ok(!matches(excluded, `/var/log/containers/${FILE}`));
        assert.equal(named(read(CLOUDWATCH).pipeline.inputs, "tail")["exclude_path"], undefined);
    });

    it("names nothing of AWS where there is none", () => {
        assert.deepEqual(
            read(STDOUT).pipeline.outputs.map((output) => [output["name"], output["match"]]),
            [["stdout", "*"]],
        );
        assert.doesNotMatch(pipeline(STDOUT), /cloudwatch|region/);
    });

    it("serves health and metrics", () => {
        const { service } = read(CLOUDWATCH);
        assert.deepEqual(
            [service["http_server"], service["http_port"], service["health_check"], service["storage.metrics"]],
            [true, 2020, true, true],
        );
    });

    it("folds no line", () => {
        const long = "/logs/".concat("a ".repeat(150).trimEnd());
        const { outputs } = read({
            ...CLOUDWATCH,
            destination: { kind: "cloudwatch", region: "eu-central-1", groups: { ...GROUPS, host: long } },
        }).pipeline;
        assert.equal(outputs[2]?.["log_group_name"], long);
        assert.match(
            pipeline({
                ...CLOUDWATCH,
                destination: { kind: "cloudwatch", region: "eu-central-1", groups: { ...GROUPS, host: long } },
            }),
            new RegExp(`log_group_name: ${long}\n`),
        );
    });
});
