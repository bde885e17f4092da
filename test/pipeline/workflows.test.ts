import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
}

interface Job {
    readonly if?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly environment?: string;
    readonly needs?: string | readonly string[];
    readonly steps: readonly Step[];
}

interface Workflow {
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
}

const ROOT = new URL("../../", import.meta.url);

function text(path: string): string {
    return readFileSync(new URL(path, ROOT), "utf8");
}

const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const cli: unknown = JSON.parse(text("package.json")).dependencies.pulumi;

for (const name of ["preview", "deploy"] as const) {
    const source = text(`.github/workflows/${name}.yml`);
    const workflow = parse(source) as Workflow;
    const jobs = Object.entries(workflow.jobs);
    const steps = jobs.flatMap(([, job]) => job.steps);

    describe(`${name}.yml`, () => {
        it("pins every action by its commit, with the version beside it", () => {
            const uses = source.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
            assert.equal(uses.length, steps.filter((step) => step.uses !== undefined).length);
            for (const line of uses) {
                assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
            }
        });

        it("may read the repository, and writes only where a job says so", () => {
            assert.deepEqual(workflow.permissions, { contents: "read" });
            for (const [, job] of jobs) {
                const writes = Object.entries(job.permissions ?? {}).filter(([, access]) => access === "write");
                assert.ok(writes.every(([scope]) => ["id-token", "pull-requests"].includes(scope)));
            }
        });

        it("keeps no token of the checkout", () => {
            const checkouts = steps.filter((step) => step.uses?.startsWith("actions/checkout@"));
            assert.ok(checkouts.length > 0 && checkouts.every((step) => step.with?.["persist-credentials"] === false));
        });

        it("runs Pulumi in the version that the project pins, with the pack and the stack's own configuration of it", () => {
            const runs = steps.filter((step) => step.uses?.startsWith("pulumi/actions@"));
            assert.ok(runs.length > 0);
            for (const { with: inputs = {} } of runs) {
                assert.equal(inputs["pulumi-version"], cli);
                assert.equal(inputs["policyPacks"], "policies");
                assert.equal(inputs["policyPackConfigs"], `policies/config/${String(inputs["stack-name"])}.json`);
                assert.equal(inputs["suppress-outputs"], true);
            }
        });

        it("takes its role by OIDC, from no stored key", () => {
            for (const [, job] of jobs) {
                const assumes = job.steps.some((step) => step.uses?.startsWith("aws-actions/"));
                assert.equal(job.permissions?.["id-token"] === "write", assumes);
            }
            assert.ok(!/secrets\./.test(source));
        });
    });
}

describe("preview.yml", () => {
    const { jobs } = parse(text(".github/workflows/preview.yml")) as Workflow;

    it("gives forks neither a role nor a comment", () => {
        for (const [name, job] of Object.entries(jobs)) {
            const trusted = !["check", "engine", "systems"].includes(name);
            assert.equal(job.if?.includes(SAME_REPOSITORY) ?? false, trusted, name);
        }
    });

    it("runs nothing of the change where it may write to the pull request without a role", () => {
        const comment = jobs["comment"];
        assert.ok(
            comment?.steps.every((step) => step.run === undefined && !step.uses?.startsWith("actions/checkout@")),
        );
    });

    it("has the CLI before it runs the engine's tests, which would be skipped without", () => {
        const commands = jobs["engine"]?.steps.flatMap(({ run }) => run ?? []);
        assert.deepEqual(commands, ["npm ci", "npm run test:cluster", "npx pulumi version", "npm run test:engine"]);
    });

    it("has the systems' programs before it runs them, and skips none", () => {
        const { steps = [] } = jobs["systems"] ?? {};
        const commands = steps.flatMap(({ run }) => run ?? []);
        assert.deepEqual(commands, ["npm ci", "sudo test/systems/programs/install-debian", "npm run test:systems"]);
        assert.deepEqual(steps.at(-1)?.env, { DATA_PLATFORM_SYSTEMS: "required" });
    });

    it("changes nothing", () => {
        const commands = Object.values(jobs).flatMap((job) => job.steps.map((step) => step.with?.["command"]));
        assert.deepEqual(commands.filter(Boolean), ["preview"]);
    });
});

describe("deploy.yml", () => {
    const { jobs } = parse(text(".github/workflows/deploy.yml")) as Workflow;

    it("goes to staging first, and to prod behind its environment", () => {
        assert.equal(jobs["staging"]?.needs, "check");
        assert.equal(jobs["prod"]?.needs, "staging");
        assert.equal(jobs["prod"]?.environment, "prod");
    });
});
