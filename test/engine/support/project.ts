import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parseDocument } from "yaml";
import type { DoublePackage } from "../doubles/package.ts";
import { ProviderDouble } from "../doubles/provider-double.ts";
import { temporaryHome } from "./home.ts";
import { Run } from "./run.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");
const PACK = join(REPOSITORY, "policies");

/** The CLI writes into these; everything else of the repository is only read. */
const WRITTEN = /^Pulumi\..*ya?ml$/;
const LEFT_OUT = new Set([".git", "out"]);

/** What a {@link Project} is made of. */
export interface ProjectOptions {
    /** As in `Pulumi.STACK.yaml`. */
    readonly stack: string;
    /** Providers that are not the real ones. */
    readonly doubles: readonly DoublePackage[];
    /** Path of the program. @default the repository's own */
    readonly program?: string;
    /** Path; @default none, so that nobody's cluster is reached */
    readonly kubeconfig?: string;
}

/** What can be asked of an operation. */
export interface OperationOptions {
    /** Whether the state is read from the providers first. @default false */
    readonly refresh?: boolean;
    /** Whether a change is an error. @default false */
    readonly expectNoChanges?: boolean;
}

/** What can be asked of an update. */
export interface UpdateOptions extends OperationOptions {
    /** Variables for this update alone. @default none */
    readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The repository's program and policy pack as a project of its own, with its backend, its home and its passphrase in a
 * temporary folder. Nothing outside of it is written to, and nothing is left once it is closed.
 */
export class Project {
    /** Every operation so far. */
    readonly runs: Run[] = [];
    /** Of the project, where the CLI runs. */
    readonly folder: string;
    /** Of the CLI; the programs that it starts are called by their path in it. */
    readonly home: string;
    /** What the CLI needs in its environment. */
    readonly environment: Readonly<Record<string, string>>;
    readonly stack: Stack;
    readonly #root: string;
    readonly #doubles: readonly ProviderDouble[];
    readonly #pack: { policyPacks: string[]; policyPackConfigs: string[] };

    private constructor(
        root: string,
        environment: Readonly<Record<string, string>>,
        stack: Stack,
        doubles: readonly ProviderDouble[],
    ) {
        this.#root = root;
        this.folder = join(root, "project");
        this.home = join(root, "home");
        this.environment = environment;
        this.stack = stack;
        this.#doubles = doubles;
        this.#pack = { policyPacks: [PACK], policyPackConfigs: [join(PACK, "config", `${stack.name}.json`)] };
    }

    /** Makes the project and an empty stack in it. */
    static async create(options: ProjectOptions): Promise<Project> {
        const root = await mkdtemp(join(tmpdir(), "data-platform-engine-"));
        // A run that is broken off does not come to the end of its suites.
        process.once("exit", () => rmSync(root, { recursive: true, force: true }));
        const doubles = await Promise.all(options.doubles.map((double) => ProviderDouble.start(double)));
        try {
            await Promise.all(["state", "tmp", "project"].map((name) => mkdir(join(root, name))));
            await temporaryHome(join(root, "home"));
            await linkRepository(join(root, "project"), options.program ?? join(REPOSITORY, "index.ts"));
            const environment = {
                PULUMI_HOME: join(root, "home"),
                // What is skipped is a second file beside each one, which a kill would leave half written.
                PULUMI_BACKEND_URL: `file://${join(root, "state")}?metadata=skip`,
                PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
                PULUMI_DEBUG_PROVIDERS: doubles.map(({ address }) => address).join(","),
                // The doubles' plugins are not there, and are not to be.
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
                PULUMI_SKIP_UPDATE_CHECK: "true",
                KUBECONFIG: options.kubeconfig ?? join(root, "no-kubeconfig"),
                // The Kubernetes provider leaves copies of kubeconfigs behind.
                TMPDIR: join(root, "tmp"),
            };
            const stack = await LocalWorkspace.createStack(
                { stackName: options.stack, workDir: join(root, "project") },
                { envVars: environment },
            );
            return new Project(root, environment, stack, doubles);
        } catch (error) {
            await discard(root, doubles);
            throw error;
        }
    }

    /**
     * Sets configuration in the project's own copy of the stack's file.
     *
     * @param values by path below `config`, parts separated by `/`: `data-platform:kafka/brokers`
     */
    async configure(values: Readonly<Record<string, unknown>>): Promise<void> {
        const file = join(this.folder, `Pulumi.${this.stack.name}.yaml`);
        const document = parseDocument(await readFile(file, "utf8"));
        for (const [path, value] of Object.entries(values)) {
            document.setIn(["config", ...path.split("/")], value);
        }
        await writeFile(file, document.toString());
    }

    /** What an update would do, judged by the pack. */
    preview(options: OperationOptions = {}): Promise<Run> {
        return this.#run((onEvent) => this.stack.preview({ ...options, ...this.#pack, onEvent }));
    }

    /** Brings the stack to where its program wants it, judged by the pack. */
    async up({ environment = {}, ...options }: UpdateOptions = {}): Promise<Run> {
        this.stack.workspace.envVars = { ...this.environment, ...environment };
        try {
            return await this.#run((onEvent) => this.stack.up({ ...options, ...this.#pack, onEvent }));
        } finally {
            this.stack.workspace.envVars = { ...this.environment };
        }
    }

    /** Takes what the providers say into the state. */
    refresh(options: Pick<OperationOptions, "expectNoChanges"> = {}): Promise<Run> {
        return this.#run((onEvent) => this.stack.refresh({ ...options, onEvent }));
    }

    destroy(): Promise<Run> {
        return this.#run((onEvent) => this.stack.destroy({ onEvent }));
    }

    /** Ends the doubles and removes the folder. */
    close(): Promise<void> {
        return discard(this.#root, this.#doubles);
    }

    async #run(operation: Parameters<typeof Run.of>[0]): Promise<Run> {
        const run = await Run.of(operation);
        this.runs.push(run);
        return run;
    }
}

async function discard(root: string, doubles: readonly ProviderDouble[]): Promise<void> {
    for (const double of doubles) {
        double.stop();
    }
    await rm(root, { recursive: true, force: true });
}

/** The repository as it is, by links, with copies of what the CLI writes and with a program of choice. */
async function linkRepository(folder: string, program: string): Promise<void> {
    const names = (await readdir(REPOSITORY)).filter((name) => name !== "index.ts" && !LEFT_OUT.has(name));
    await symlink(program, join(folder, "index.ts"));
    await Promise.all(
        names.map((name) => {
            const [from, to] = [join(REPOSITORY, name), join(folder, name)];
            return WRITTEN.test(name) ? copyFile(from, to) : symlink(from, to);
        }),
    );
}
