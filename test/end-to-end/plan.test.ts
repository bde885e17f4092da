import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import type { PlanJson } from "../../tools/plan/json.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const PROGRAM = join(import.meta.dirname, "programs", "small");

interface Result {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
    return new Promise((done, fail) => {
        const child = spawn(process.execPath, [join(REPOSITORY, "tools", "plan.ts"), ...args], {
            cwd: REPOSITORY,
            env: { ...process.env, ...env },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let out = "";
        let err = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            out += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            err += text;
        });
        child.on("error", fail);
        child.on("close", (code) => done({ code, out, err }));
    });
}

/** Plans a stack of the small program. */
function plan(stack: string, ...args: readonly string[]): Promise<Result> {
    return run(["--program", PROGRAM, "--stack", stack, ...args]);
}

function tooWide(text: string): string[] {
    return text.split("\n").filter((line) => line.length > 100);
}

describe("plan", () => {
    let fine: Result;

    before(async () => {
        fine = await plan("prod", "--verbose");
    });

    it("has no colour where it is not a terminal, also in CI", async () => {
        const { out } = await run(["--program", PROGRAM, "--stack", "prod"], { CI: "true" });
        assert.ok(out.length > 0);
        assert.ok(!out.includes("\u001b["));
    });

    it("ends with 0 where nothing is wrong, and writes nothing to standard error", () => {
        assert.deepEqual({ code: fine.code, err: fine.err }, { code: 0, err: "" });
    });

    it("keeps every line within 100 columns, without escape codes where there is no terminal", () => {
        assert.deepEqual(tooWide(fine.out), []);
        // oxlint-disable-next-line no-control-regex -- the escape character is what must not be there
        assert.doesNotMatch(fine.out, /\u001b/);
    });

    it("groups resources by layer and system", () => {
        const titles = fine.out.split("\n").filter((line) => /^(infrastructure|platform|systems|other)\b/.test(line));
        assert.deepEqual(
            titles.map((title) => title.replaceAll(/ {2,}/g, "  ")),
            ["infrastructure  1 resource", "systems  5 resources", "other  1 resource"],
        );
        assert.match(fine.out, /^ {4}web +Deployment ×2 +2 {2}ServiceAccount$/m);
    });

    it("shows recovery against its limit, exceptions, totals and what the program logged", () => {
        assert.match(fine.out, /^ {2}web +survivors +zone +60 s +300 s +240 s$/m);
        assert.match(fine.out, /55 s {2}the node is found silent \(kube-controller-manager\)/);
        assert.match(fine.out, /^ {2}web +rootUser: the vendor's entry point/m);
        assert.match(fine.out, /^ {2}requests +0\.5 CPU, 1 GiB of memory$/m);
        assert.match(fine.out, /^ {2}warning +the shop has one cashier$/m);
    });

    it("shows options in the long form", () => {
        assert.match(fine.out, /kubernetes:core\/v1:Namespace {2}shop\n +protect\n/);
        assert.match(fine.out, /ignore changes of spec\.replicas/);
    });

    it("names the pack and counts what it judged", () => {
        assert.match(fine.out, /policy pack workload-controllers \d+\.\d+\.\d+, config\/prod\.json/);
        assert.match(fine.out, /✓ (\d+) of \1 policies passed; 10 resources judged/);
    });

    it("names the resource and the evidence of a mandatory violation, and ends with 1", async () => {
        const { code, out } = await plan("violating");
        assert.equal(code, 1);
        assert.match(out, /✗ mandatory {2}stateful-workload-as-deployment\n +Deployment orders-db \(shop\)\n/);
        assert.match(out, /mysql/);
        assert.match(out, /✗ 1 mandatory violation\n$/);
        assert.deepEqual(tooWide(out), []);
    });

    describe("what cannot be planned", () => {
        it("tells all that the program refuses, without a stack trace, and ends with 1", async () => {
            const { code, out, err } = await plan("refused");
            assert.deepEqual({ code, out }, { code: 1, out: "" });
            assert.match(err, /replicas: got 0; somebody has to do the work\. Set replicas: 2\./);
            assert.match(err, /image: got ""/);
            assert.doesNotMatch(err, /^ +at /m);
        });

        it("tells every value that is missing or of another type than declared", async () => {
            const { code, err } = await plan("mistyped");
            assert.equal(code, 1);
            assert.match(err, /small:replicas: got "two"; Pulumi\.yaml declares it as integer/);
            assert.match(err, /small:protected: got "perhaps"; Pulumi\.yaml declares it as boolean/);
        });

        it("tells where a stack's file is no YAML", async () => {
            const { code, err } = await plan("malformed");
            assert.equal(code, 1);
            assert.match(err, /Pulumi\.malformed\.yaml: .* at line \d+, column \d+/);
        });

        it("shows where a defect of the program is", async () => {
            const { code, err } = await plan("broken");
            assert.equal(code, 1);
            assert.match(err, /TypeError: the program has a defect\n +at .*index\.ts:\d+/);
        });

        it("notices a program that waits for ever", async () => {
            const { code, err } = await plan("hanging");
            assert.equal(code, 1);
            assert.match(err, /waits for a value that never comes/);
        });

        it("refuses two resources with one URN", async () => {
            const { code, err } = await plan("duplicate");
            assert.equal(code, 1);
            assert.match(err, /Duplicate resource URN '.*StatelessService::web'/);
        });

        it("says so as JSON too", async () => {
            const { code, out } = await plan("refused", "--json");
            const { problems, policy } = JSON.parse(out) as PlanJson;
            assert.deepEqual({ code, problems: problems.length, policy }, { code: 1, problems: 1, policy: null });
        });

        it("says what a pack printed that does not start", async () => {
            const folder = mkdtempSync(join(tmpdir(), "pack-"));
            try {
                const files = ["Pulumi.yaml", "Pulumi.prod.yaml"];
                for (const file of files) {
                    writeFileSync(join(folder, file), readFileSync(join(PROGRAM, file)));
                }
                writeFileSync(join(folder, "index.ts"), "");
                mkdirSync(join(folder, "policies"));
                writeFileSync(join(folder, "policies", "PulumiPolicy.yaml"), "runtime: nodejs\n");
                writeFileSync(join(folder, "policies", "package.json"), '{"version":"1.0.0","main":"main.js"}');
                writeFileSync(join(folder, "policies", "main.js"), 'throw new Error("no pack today");');
                const { code, err } = await run(["--program", folder, "--stack", "prod"]);
                assert.equal(code, 1);
                assert.match(err, /the policy pack in .*policies ended with code \d+ before it listened/);
                assert.match(err, /no pack today/);
            } finally {
                rmSync(folder, { recursive: true });
            }
        });
    });

    describe("misuse ends with 2", () => {
        const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
            ["no stack", ["--program", PROGRAM], /required option '-s, --stack <name>' not specified/],
            ["an unknown option", ["--stack", "prod", "--jsn"], /unknown option '--jsn'[^]*Did you mean --json/],
            ["a surplus argument", ["--stack", "prod", "surplus"], /too many arguments/],
            [
                "an unknown stack",
                ["--program", PROGRAM, "--stack", "prd"],
                /unknown stack "prd": the stacks are .*Did you mean prod\?/,
            ],
            [
                "no file to put over the config",
                ["--stack", "prod", "--with", "none.yaml"],
                /--with none\.yaml: there is no such/,
            ],
            [
                "no plan to compare with",
                ["--stack", "prod", "--compare", "none.json"],
                /--compare .*none\.json: ENOENT/,
            ],
            ["no project", ["--program", tmpdir(), "--stack", "prod"], /has no Pulumi\.yaml/],
            [
                "somebody else's folder",
                ["--program", PROGRAM, "--stack", "prod", "--out", PROGRAM],
                /is not empty and holds no former plan/,
            ],
            [
                "a file for a folder",
                ["--program", PROGRAM, "--stack", "prod", "--out", join(PROGRAM, "Pulumi.yaml")],
                /Pulumi\.yaml is a file\. Name a new or an empty folder\./,
            ],
        ];
        for (const [name, args, message] of cases) {
            it(name, async () => {
                const { code, out, err } = await run(args);
                assert.deepEqual({ code, out }, { code: 2, out: "" });
                assert.match(err, message);
                assert.doesNotMatch(err, /^ +at /m);
            });
        }

        it("but help is none", async () => {
            const { code, out } = await run(["--help"]);
            assert.equal(code, 0);
            assert.match(
                out,
                /Exit codes: 0 fine, 1 mandatory violation, too little capacity or invalid configuration, 2 misuse/,
            );
        });
    });

    describe("as data", () => {
        let folder: string;
        let json: Result;

        before(async () => {
            folder = join(mkdtempSync(join(tmpdir(), "plan-")), "out");
            json = await plan("prod", "--json", "--out", folder);
        });

        after(() => {
            rmSync(resolve(folder, ".."), { recursive: true });
        });

        it("prints plan.json and nothing else", () => {
            const content = JSON.parse(json.out) as PlanJson;
            assert.deepEqual(
                { code: json.code, err: json.err, version: content.version },
                { code: 0, err: "", version: 1 },
            );
            assert.equal(content.resources.length, 10);
            assert.equal(content.recovery[0]?.seconds, 60);
            assert.deepEqual(content.policy?.verdicts, []);
            assert.equal(readFileSync(join(folder, "plan.json"), "utf8"), json.out);
        });

        it("writes one file of Kubernetes objects for each system, in a fixed order", () => {
            assert.deepEqual(readdirSync(folder).toSorted(), [".plan-files", "other.yaml", "plan.json", "shop.yaml"]);
            const documents = parseAllDocuments(readFileSync(join(folder, "shop.yaml"), "utf8"));
            const objects = documents.map((document) => {
                assert.deepEqual(document.errors, []);
                return document.toJS() as { kind: string; apiVersion: string; metadata: { name: string } };
            });
            assert.deepEqual(
                objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
                ["Namespace/shop", "ServiceAccount/web", "Secret/credentials", "ConfigMap/settings", "Deployment/web"],
            );
            assert.ok(objects.every(({ apiVersion }) => typeof apiVersion === "string"));
        });

        it("shows no secret and no encrypted value anywhere, and marks what is not known yet", () => {
            const everything = [
                json.out,
                ...readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")),
            ].join("\n");
            assert.doesNotMatch(everything, /declared-secret-text|bm90LWEta2V5/);
            assert.match(everything, /secret-in-plain-text-is-shown/);
            const shop = readFileSync(join(folder, "shop.yaml"), "utf8");
            assert.match(shop, /password: "\[secret\]"/);
            assert.match(shop, /address: "\[computed\]"/);
        });

        it("replaces its own files the next time, removes what it no longer writes, and leaves others alone", async () => {
            writeFileSync(join(folder, "notes.txt"), "mine");
            writeFileSync(join(folder, "stale.yaml"), "old");
            writeFileSync(join(folder, ".plan-files"), "stale.yaml\nshop.yaml\n../notes.txt\n");
            const { code, out } = await plan("violating", "--out", folder);
            assert.equal(code, 1);
            assert.match(out, /Written to .*: other\.yaml, plan\.json, shop\.yaml/);
            assert.equal(existsSync(join(folder, "stale.yaml")), false);
            assert.equal(readFileSync(join(folder, "notes.txt"), "utf8"), "mine");
            assert.match(readFileSync(join(folder, "shop.yaml"), "utf8"), /image: mysql:8\.4/);
        });
    });
});
