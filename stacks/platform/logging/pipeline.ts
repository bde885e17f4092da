import { stringify } from "yaml";
import type { Bytes } from "../../../components/values/quantity.ts";
import type { LogStream } from "../../infrastructure/log-groups.ts";
import { maxChunksUp } from "./memory.ts";
import { REDACT, REDACTION } from "./redaction.ts";

/** Where Loki takes records. */
export interface LokiAddress {
    readonly host: string;
    readonly port: number;
}

/** Where the collector leaves what it has read. */
type PipelineDestination =
    | {
          readonly kind: "cloudwatch";
          readonly region: string;
          /** Names of log groups that are there; the collector creates none. */
          readonly groups: Readonly<Record<LogStream, string>>;
          /**
           * Where everything goes as well, for searching.
           * @default nowhere
           */
          readonly loki?: LokiAddress;
      }
    | {
          readonly kind: "stdout";
          /** Name of the collector itself, whose own log it must not read: it would collect what it has written. */
          readonly collector: string;
      };

/** What the pipeline is made of. */
export interface PipelineArgs {
    readonly destination: PipelineDestination;
    /** Memory of the collector's container. A quarter of it holds chunks; the rest of the buffer is on disk. */
    readonly memory: Bytes;
}

/** Where the node's log files and journal are, on the node as in the container. */
export const LOG_DIRECTORY = "/var/log";
/** Where positions and the buffer are kept, on the node as in the container, so that a restart goes on where it was. */
export const STATE_DIRECTORY = "/var/lib/fluent-bit";
/** Port of health and metrics. */
export const HTTP_PORT = 2020;
/** Environment variable with the node's name. */
export const NODE_NAME = "NODE_NAME";

/**
 * Seconds between two deliveries. What was read within them is lost with the node's disk, everything older only if the
 * destination had not taken it.
 */
export const FLUSH_SECONDS = 5;
/** Seconds for which a collector that is told to stop goes on delivering what it has; it stops earlier when done. */
export const DELIVERY_GRACE_SECONDS = 30;

/** Seconds after which a delivery that failed is tried again at the latest. */
const RETRY_CAP_SECONDS = 60;
/** Seconds between two looks for new files; a pod that comes and goes in between is never seen. */
const REFRESH_SECONDS = 5;
/** Seconds for which a rotated file is still read. */
const ROTATE_WAIT_SECONDS = 30;

/**
 * How much of a node's disk may wait for each group while CloudWatch takes nothing; beyond it the oldest goes. At 1 MiB
 * a second, a busy node, half an hour of its pods' logs.
 */
export const BUFFER_LIMIT: Readonly<Record<LogStream, string>> = { application: "2G", dataplane: "256M", host: "256M" };

/** Name of the output to Loki, in metrics too. */
export const LOKI_OUTPUT = "loki";

/** The same for Loki, which has to have nothing: CloudWatch is where logs are kept. */
export const LOKI_BUFFER_LIMIT = "512M";

/** Pods of the namespace in which the programs run that make a node one. The name of a log file is POD_NAMESPACE_CONTAINER. */
const SYSTEM_PODS = "_kube-system_";
/** Units of the journal that belong to them. */
const SYSTEM_UNITS = String.raw`(kubelet|containerd)\.service`;

/** Which tags go to which group. Every tag goes to exactly one. */
export const ROUTES: Readonly<Record<LogStream, string>> = {
    application: String.raw`^pod\.(?!.*${SYSTEM_PODS})`,
    dataplane: String.raw`^(pod\..*${SYSTEM_PODS}|journal\.${SYSTEM_UNITS}$)`,
    host: String.raw`^journal\.(?!${SYSTEM_UNITS}$)`,
};

/** The fields of a journal entry that are worth their price; there are about thirty. */
const JOURNAL_FIELDS = ["message", "priority", "systemd_unit", "syslog_identifier", "transport", "pid", "hostname"];

type Section = Readonly<Record<string, string | number | boolean | readonly string[]>>;

function service(args: PipelineArgs): Section {
    return {
        flush: FLUSH_SECONDS,
        grace: DELIVERY_GRACE_SECONDS,
        log_level: "info",
        http_server: true,
        http_listen: "0.0.0.0",
        http_port: HTTP_PORT,
        health_check: true,
        "scheduler.cap": RETRY_CAP_SECONDS,
        "storage.path": `${STATE_DIRECTORY}/buffer`,
        "storage.metrics": true,
        "storage.max_chunks_up": maxChunksUp(args.memory),
        // A node that is going away takes its disk along.
        "storage.backlog.flush_on_shutdown": true,
    };
}

function inputs({ destination }: PipelineArgs): Section[] {
    const containers = `${LOG_DIRECTORY}/containers`;
    return [
        {
            name: "tail",
            alias: "pods",
            tag: "pod.*",
            path: `${containers}/*.log`,
            ...(destination.kind === "stdout" ? { exclude_path: `${containers}/${destination.collector}-*.log` } : {}),
            // Nodes that run Kubernetes 1.35 write this format alone; it also joins the parts of a long line.
            "multiline.parser": "cri",
            db: `${STATE_DIRECTORY}/pods.db`,
            // A pod that is older than the collector counts, too.
            read_from_head: true,
            refresh_interval: REFRESH_SECONDS,
            rotate_wait: ROTATE_WAIT_SECONDS,
            // Else a single line that is too long ends the reading of its file.
            skip_long_lines: true,
            buffer_max_size: "256k",
            "storage.type": "filesystem",
        },
        {
            name: "systemd",
            alias: "journal",
            tag: "journal.*",
            path: `${LOG_DIRECTORY}/journal`,
            db: `${STATE_DIRECTORY}/journal.db`,
            lowercase: true,
            strip_underscores: true,
            "storage.type": "filesystem",
        },
    ];
}

/** In this order: metadata are found by what a file is called, JSON is parsed before its fields are looked at. */
function filters(): Section[] {
    return [
        {
            name: "kubernetes",
            match: "pod.*",
            kube_tag_prefix: `pod.${LOG_DIRECTORY.slice(1).replaceAll("/", ".")}.containers.`,
            // Under a key of its own: a program's field named "kubernetes" or "stream" must not replace ours.
            merge_log: true,
            merge_log_key: "json",
            keep_log: false,
            annotations: false,
            // No limit: the metadata of a pod with a long specification would be missing from its records.
            buffer_size: 0,
        },
        { name: "lua", match: "*", code: REDACTION, call: REDACT, enable_flb_null: true },
        // Time is the event's own; the other only marks parts of a line that are joined by now.
        { name: "record_modifier", match: "pod.*", remove_key: ["time", "_p"] },
        { name: "record_modifier", match: "journal.*", allowlist_key: JOURNAL_FIELDS },
    ];
}

function cloudWatch(
    stream: LogStream,
    { region, groups }: Extract<PipelineDestination, { kind: "cloudwatch" }>,
): Section {
    return {
        name: "cloudwatch_logs",
        alias: stream,
        match_regex: ROUTES[stream],
        region,
        log_group_name: groups[stream],
        // The node's stream takes what is no pod's.
        log_stream_name: `\${${NODE_NAME}}`,
        ...(stream === "host"
            ? {}
            : {
                  log_stream_template:
                      "$kubernetes['namespace_name'].$kubernetes['pod_name'].$kubernetes['container_name']",
              }),
        auto_create_group: false,
        // What CloudWatch does not take now stays in the buffer until it does, or until the buffer is full.
        retry_limit: "no_limits",
        "storage.total_limit_size": BUFFER_LIMIT[stream],
    };
}

/**
 * A second copy of everything. Few labels, whose values are few: each set of them is a stream with chunks of its own, and
 * names of pods would be a new stream with every rollout.
 */
function loki({ host, port }: LokiAddress): Section {
    return {
        name: "loki",
        alias: LOKI_OUTPUT,
        match: "*",
        host,
        port,
        labels: [
            "job=fluent-bit",
            `node=\${${NODE_NAME}}`,
            "namespace=$kubernetes['namespace_name']",
            "container=$kubernetes['container_name']",
            "unit=$systemd_unit",
        ].join(", "),
        structured_metadata: "pod=$kubernetes['pod_name']",
        line_format: "json",
        retry_limit: "no_limits",
        "storage.total_limit_size": LOKI_BUFFER_LIMIT,
    };
}

function outputs({ destination }: PipelineArgs): Section[] {
    switch (destination.kind) {
        case "cloudwatch":
            return [
                ...(["application", "dataplane", "host"] as const).map((stream) => cloudWatch(stream, destination)),
                ...(destination.loki === undefined ? [] : [loki(destination.loki)]),
            ];
        case "stdout":
            return [{ name: "stdout", alias: "stdout", match: "*", format: "json_lines" }];
    }
}

/**
 * The configuration of Fluent Bit 4.2 or later, in YAML: every container's log and the node's journal, with pods'
 * metadata and JSON lines parsed, secrets taken out as far as they are known by their form, buffered on the node's disk.
 *
 * Memory is bounded by the chunks that are up; `mem_buf_limit` has no effect on an input with a buffer on disk. No input
 * is ever paused: a full buffer drops its oldest chunk, and an alert says so long before.
 *
 * Source: Fluent Bit manual, "YAML configuration", "Buffering and storage", "Tail", "Systemd", "Kubernetes", "Lua",
 * "Amazon CloudWatch", "Loki".
 */
export function pipeline(args: PipelineArgs): string {
    return stringify(
        {
            service: service(args),
            pipeline: { inputs: inputs(args), filters: filters(), outputs: outputs(args) },
        },
        // A folded line would be another value.
        { lineWidth: 0 },
    );
}
