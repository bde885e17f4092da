import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handOverScript, sentinelScript, valkeyScript } from "../../../../stacks/workloads/cache/scripts.ts";

const DOMAIN = "cache-headless.data.svc.cluster.local";

/** Runs a script with programs that only tell of themselves, and a folder in the place of the volumes. */
class Sandbox {
    readonly folder = mkdtempSync(join(tmpdir(), "cache-"));

    constructor(programs: Readonly<Record<string, string>>) {
        mkdirSync(join(this.folder, "bin"));
        for (const [name, text] of Object.entries(programs)) {
            const file = join(this.folder, "bin", name);
            writeFileSync(file, `#!/bin/sh\n${text}\n`);
            chmodSync(file, 0o755);
        }
    }

    run(script: string, pod: string): { readonly status: number | null; readonly output: string } {
        const moved = script.replaceAll(/(?<=[ =>])(\/data|\/run\/valkey)(?=[/\n])/g, this.folder);
        const { status, stdout } = spawnSync("/bin/sh", ["-c", moved], {
            encoding: "utf8",
            env: {
                PATH: `${join(this.folder, "bin")}:${process.env["PATH"]}`,
                POD_NAME: pod,
                PASSWORD: "generated",
                GROUP: `${DOMAIN}:6379`,
                FIRST: `cache-0.${DOMAIN}:6379`,
                SENTINELS: [0, 1, 2].map((ordinal) => `cache-${ordinal}.${DOMAIN}:26379`).join(" "),
            },
        });
        return { status, output: stdout };
    }

    /** The settings that the last run made. */
    settings(file: string): readonly string[] {
        return readFileSync(join(this.folder, file), "utf8").trimEnd().split("\n");
    }
}

/** Sentinels that name a primary each, by their ordinal; the one beside the server is asked at the pod itself. */
const sentinels = (...primaries: readonly string[]): string =>
    [
        'case "$2" in',
        ...primaries.map((primary, ordinal) => `cache-${ordinal}.*) echo ${primary}.${DOMAIN}; echo 6379;;`),
        `127.0.0.1) echo ${primaries[0]}.${DOMAIN}; echo 6379;;`,
        "esac",
    ].join("\n");

const SERVER = valkeyScript({ maxMemory: 1000, evict: false })
    .replace("sleep 2", ":")
    .replace("1 2 3 4 5 6 7 8 9 10", "1 2");

/** A server that is of a role until somebody has asked for a failover; then it follows. `more` are cases of its own. */
const server = (role: string, more: string): string =>
    `case "$*" in ${more} *failover*) echo "$*" >>"$0.asked"; echo OK;; ` +
    `*role*) [ -e "$0.asked" ] && echo slave || echo ${role};; esac`;

describe("the cache's scripts", () => {
    const sandboxes: Sandbox[] = [];
    const sandbox = (programs: Readonly<Record<string, string>>): Sandbox => {
        const one = new Sandbox({ "valkey-server": ":", "valkey-sentinel": ":", ...programs });
        sandboxes.push(one);
        return one;
    };
    after(() => {
        for (const { folder } of sandboxes) {
            rmSync(folder, { recursive: true });
        }
    });

    it("make a server a replica of whom most sentinels name, and the primary if that is itself", () => {
        const box = sandbox({ "valkey-cli": sentinels("cache-0", "cache-1", "cache-1") });
        assert.equal(box.run(SERVER, "cache-0").status, 0);
        assert.equal(box.settings("valkey.conf").at(-1), `replicaof cache-1.${DOMAIN} 6379`);
        assert.equal(box.run(SERVER, "cache-1").status, 0);
        assert.ok(!box.settings("valkey.conf").some((line) => line.startsWith("replicaof")));
    });

    it("announce the pod's name, refuse writes that nobody copies, and keep what was written", () => {
        const box = sandbox({ "valkey-cli": sentinels("cache-0", "cache-0", "cache-0") });
        box.run(SERVER, "cache-2");
        for (const line of [
            `replica-announce-ip cache-2.${DOMAIN}`,
            "min-replicas-to-write 1",
            "appendonly yes",
            "requirepass generated",
            "primaryauth generated",
        ]) {
            assert.ok(box.settings("valkey.conf").includes(line), line);
        }
    });

    it("believe the sentinel beside them where no two agree, and stop where none answers", () => {
        const torn = sandbox({ "valkey-cli": sentinels("cache-2", "cache-1", "cache-0") });
        assert.equal(torn.run(SERVER, "cache-0").status, 0);
        assert.equal(torn.settings("valkey.conf").at(-1), `replicaof cache-2.${DOMAIN} 6379`);
        assert.equal(sandbox({ "valkey-cli": "echo ERR; exit 1" }).run(SERVER, "cache-0").status, 1);
    });

    it("begin with the first pod as the primary, and keep what a sentinel learnt later", () => {
        const box = sandbox({});
        box.run(sentinelScript(), "cache-1");
        const first = box.settings("sentinel.conf");
        assert.equal(first.at(-1), `sentinel monitor cache cache-0.${DOMAIN} 6379 2`);
        for (const line of [
            "sentinel resolve-hostnames yes",
            "sentinel announce-hostnames yes",
            `sentinel announce-ip cache-1.${DOMAIN}`,
            "sentinel down-after-milliseconds cache 15000",
        ]) {
            assert.ok(first.includes(line), line);
        }
        const learnt = [
            "sentinel myid abc",
            "sentinel config-epoch cache 3",
            "sentinel monitor cache cache-2.x 6379 2",
        ];
        const old = ["port 1", "sentinel auth-pass cache old", "user default on"];
        writeFileSync(join(box.folder, "sentinel.conf"), [...old, ...learnt].join("\n"));
        box.run(sentinelScript(), "cache-1");
        const later = box.settings("sentinel.conf");
        assert.deepEqual(later.slice(-3), learnt);
        assert.ok(old.every((line) => !later.includes(line)));
        assert.ok(later.includes("sentinel auth-pass cache generated"));
    });

    it("hand over from a primary, and from nobody else", () => {
        const primary = sandbox({ "valkey-cli": server("master", `*get-primary*) echo cache-1.${DOMAIN};;`) });
        assert.equal(primary.run(handOverScript(), "cache-0").status, 0);
        assert.deepEqual(primary.settings("bin/valkey-cli.asked"), ["-p 26379 sentinel failover cache coordinated"]);
        const replica = sandbox({ "valkey-cli": server("slave", "") });
        assert.equal(replica.run(handOverScript(), "cache-0").status, 0);
        assert.throws(() => replica.settings("bin/valkey-cli.asked"), /ENOENT/);
    });

    it("hand over as older sentinels do it, where these do not know better", () => {
        const old = `*coordinated) echo ERR;; *get-primary*) echo cache-1.${DOMAIN};;`;
        const box = sandbox({ "valkey-cli": server("master", old) });
        assert.equal(box.run(handOverScript(), "cache-0").status, 0);
        assert.deepEqual(box.settings("bin/valkey-cli.asked"), ["-p 26379 sentinel failover cache"]);
    });

    it("wait for a second sentinel that has heard of the new primary, since the first is stopped as well", () => {
        const names = (ordinal: number): string => `echo cache-${ordinal}.${DOMAIN}`;
        const first = `*cache-0.*get-primary*) ${names(1)};;`;
        const later = `*get-primary*) if [ -e "$0.later" ]; then ${names(1)}; else ${names(0)}; fi;;`;
        const box = sandbox({
            "valkey-cli": server("master", first + later),
            sleep: 'echo slept; : >"${0%sleep}valkey-cli.later"',
        });
        assert.deepEqual(box.run(handOverScript(), "cache-0"), { status: 0, output: "slept\n" });
    });
});
