import { createInterface } from "node:readline";
import { toolchain } from "../../../tools/control-plane/toolchain.ts";
import { startWatched, type Watched } from "./watched.ts";

/** An alert rule as a Prometheus has it. */
export interface LoadedRule {
    readonly name: string;
    readonly query: string;
    /** How the last evaluation went. */
    readonly health: "ok" | "err" | "unknown";
    readonly lastError?: string;
    readonly alerts: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** A group of rules as a Prometheus has it. */
export interface LoadedGroup {
    readonly name: string;
    readonly rules: readonly LoadedRule[];
    /** RFC 3339; of the year 1 before the first. */
    readonly lastEvaluation: string;
}

/** What a {@link Prometheus} starts with. */
export interface PrometheusOptions {
    /** Rule files by name. */
    readonly rules: ReadonlyMap<string, unknown>;
    /** `host:port` of exporters that it scrapes. */
    readonly targets: readonly string[];
    /** Path at which they have their metrics. */
    readonly metricsPath: string;
}

/** Longest that it may take to start, in milliseconds; it takes a tenth of a second. */
const START_PATIENCE = 30_000;
/** What is kept of its log for an error. */
const LOG_LINES = 20;

/** A Prometheus on a free port of the loopback interface that scrapes and evaluates once a second. */
export class Prometheus {
    readonly #process: Watched;
    readonly #url: string;

    private constructor(started: Watched, url: string) {
        this.#process = started;
        this.#url = url;
    }

    /**
     * @throws {Error} with the end of its log if it does not start
     */
    static async start({ rules, targets, metricsPath }: PrometheusOptions): Promise<Prometheus> {
        const binary = (await toolchain(["prometheus"])).get("prometheus") ?? "";
        const config = {
            global: { scrape_interval: "1s", evaluation_interval: "1s" },
            rule_files: [...rules.keys()],
            scrape_configs: [{ job_name: "exporters", metrics_path: metricsPath, static_configs: [{ targets }] }],
        };
        const started = await startWatched(
            binary,
            ["--config.file=prometheus.json", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0"],
            new Map<string, unknown>([...rules, ["prometheus.json", config]]),
        );
        started.stdout.resume();
        return new Prometheus(started, await listeningUrl(started));
    }

    /** Answer of its HTTP API (Prometheus, "HTTP API"). */
    async #get<T>(endpoint: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
        const response = await fetch(`${this.#url}/api/v1/${endpoint}?${String(new URLSearchParams(parameters))}`);
        const body = (await response.json()) as { readonly data?: T; readonly error?: string };
        if (body.data === undefined) {
            throw new Error(body.error ?? `${response.status} ${response.statusText}`);
        }
        return body.data;
    }

    /** The groups that it has loaded. */
    async groups(): Promise<readonly LoadedGroup[]> {
        const { groups } = await this.#get<{ readonly groups: readonly LoadedGroup[] }>("rules");
        return groups;
    }

    /**
     * The number of series in the result of an instant query.
     *
     * @throws {Error} as Prometheus has it, if the expression cannot be evaluated
     */
    async count(query: string): Promise<number> {
        const { result } = await this.#get<{ readonly result: readonly unknown[] }>("query", { query });
        return result.length;
    }

    /** Ends it and removes its data. */
    async stop(): Promise<void> {
        if (this.#process.exitCode === null) {
            const ended = new Promise((resolve) => this.#process.once("exit", resolve));
            this.#process.stdin.end();
            await ended;
        }
    }
}

/** Waits until it says where it listens. Its port is the kernel's choice, so that nobody else can take it in between. */
function listeningUrl(started: Watched): Promise<string> {
    const log: string[] = [];
    return new Promise((resolve, reject) => {
        const fail = (why: string): void => {
            started.stdin.end();
            reject(new Error([`Prometheus ${why}; its log ends with`, ...log.slice(-LOG_LINES)].join("\n  ")));
        };
        const timer = setTimeout(() => fail("does not say where it listens"), START_PATIENCE);
        started.once("exit", (code) => {
            clearTimeout(timer);
            fail(`ended with code ${code}`);
        });
        let address: string | undefined;
        createInterface({ input: started.stderr }).on("line", (line) => {
            log.push(line);
            address ??= /msg="Listening on".*\baddress=(\S+)/.exec(line)?.[1];
            // It answers before it has read its rules.
            if (address !== undefined && line.includes("Server is ready to receive web requests")) {
                clearTimeout(timer);
                resolve(`http://${address}`);
            }
        });
    });
}
