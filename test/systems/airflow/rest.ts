import { until } from "../support/waiting.ts";

/** A try of a task, as the API server shows it. */
interface TaskInstance {
    readonly task_id: string;
    readonly map_index: number;
    readonly try_number: number;
    readonly state: string | null;
}

/** A component that beats in the database. */
interface Job {
    readonly id: number;
    readonly hostname: string;
    readonly state: string;
}

/** A user of Airflow's REST API. Source: Airflow 3.3, "REST API reference"; FAB provider, "Token authentication". */
export class Rest {
    readonly #base: string;
    readonly #token: string;

    private constructor(base: string, token: string) {
        this.#base = base;
        this.#token = token;
    }

    /** @throws {Error} if the user is not let in */
    static async signIn(base: string, username: string, password: string): Promise<Rest> {
        const response = await fetch(`${base}/auth/token`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ username, password }),
        });
        const answer = (await response.json()) as { readonly access_token?: string };
        if (answer.access_token === undefined) {
            throw new Error(`${response.status} for ${username}`);
        }
        return new Rest(base, answer.access_token);
    }

    /** Waits until a DAG is known, and lets it run. */
    async unpause(dag: string, timeoutMs: number): Promise<void> {
        await until(`the DAG ${dag}`, () => this.#call("PATCH", `dags/${dag}`, { is_paused: false }), timeoutMs);
    }

    /** @returns the run's id */
    async trigger(dag: string): Promise<string> {
        const run = await this.#call<{ readonly dag_run_id: string }>("POST", `dags/${dag}/dagRuns`, {
            logical_date: null,
        });
        return run.dag_run_id;
    }

    /** Waits until a run is over. @returns how it ended */
    async ended(dag: string, run: string, timeoutMs: number): Promise<string> {
        const path = `dags/${dag}/dagRuns/${encodeURIComponent(run)}`;
        return until(
            `the run of ${dag} to end`,
            async () => {
                const { state } = await this.#call<{ readonly state: string }>("GET", path);
                return ["success", "failed"].includes(state) && state;
            },
            timeoutMs,
            async () => JSON.stringify(await this.tasks(dag, run)),
        );
    }

    async tasks(dag: string, run: string): Promise<readonly TaskInstance[]> {
        const path = `dags/${dag}/dagRuns/${encodeURIComponent(run)}/taskInstances`;
        return (await this.#call<{ readonly task_instances: readonly TaskInstance[] }>("GET", path)).task_instances;
    }

    /** The log of a task's first try, as the user interface shows it. */
    async log(dag: string, run: string, task: string): Promise<string> {
        const path = `dags/${dag}/dagRuns/${encodeURIComponent(run)}/taskInstances/${task}/logs/1`;
        return JSON.stringify(await this.#call("GET", path));
    }

    /** Components of a kind that have not ended. */
    async jobs(type: string): Promise<readonly Job[]> {
        const { jobs } = await this.#call<{ readonly jobs: readonly Job[] }>("GET", `jobs?job_type=${type}`);
        return jobs.filter(({ state }) => state === "running");
    }

    async #call<T>(method: string, path: string, body?: object): Promise<T> {
        const response = await fetch(`${this.#base}/api/v2/${path}`, {
            method,
            headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.#token}` },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok) {
            throw new Error(`${method} ${path}: ${response.status} ${text}`);
        }
        return JSON.parse(text) as T;
    }
}
