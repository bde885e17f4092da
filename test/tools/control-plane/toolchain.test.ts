import assert from "node:assert/strict";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheFolder, cacheKey } from "../../../tools/control-plane/toolchain/cache.ts";
import { canBuild, goEnvironment, isAtLeast, newest, withoutGo } from "../../../tools/control-plane/toolchain/go.ts";
import { type GoModule, parseGoMod } from "../../../tools/control-plane/toolchain/go-module.ts";
import {
    cachedPath,
    locate,
    type Machine,
    parseVersion,
    variableOf,
} from "../../../tools/control-plane/toolchain/lookup.ts";
import { type Pin, pin } from "../../../tools/control-plane/toolchain/programs.ts";
import { Misuse } from "../../../tools/plan/errors.ts";

const GO_MOD = `module x/kubernetes

go 1.25.0

require k8s.io/kubernetes v1.35.4

require (
	cel.dev/expr v0.24.0 // indirect
	github.com/prometheus/prometheus v0.304.2
	github.com/zegl/kube-score v1.20.0
	go.etcd.io/etcd/server/v3 v3.6.8
	sigs.k8s.io/kwok v0.8.0 // indirect
)

replace (
	k8s.io/api => k8s.io/api v0.35.4
)
`;

function module(change: Partial<GoModule> = {}): GoModule {
    return { folder: "/modules/x", ...parseGoMod(GO_MOD), digest: "d1", ...change };
}

function pinned(program: Parameters<typeof pin>[0], change: Partial<GoModule> = {}): Pin {
    return pin(program, () => module(change));
}

/** A machine with these files, each of which prints its text as its version. */
function machine(files: Readonly<Record<string, string>>, environment: Machine["environment"] = {}): Machine {
    return {
        environment: { DATA_PLATFORM_CACHE: "/cache", ...environment },
        isExecutable: (path) => path in files,
        printedVersion: (path) => Promise.resolve(files[path]),
    };
}

describe("where a program is looked for", () => {
    const etcd = pinned("etcd");
    const cached = cachedPath(etcd, { DATA_PLATFORM_CACHE: "/cache" });
    const path = { PATH: ["/usr/bin", "/opt/bin"].join(delimiter) };

    async function find(files: Readonly<Record<string, string>>, environment: Machine["environment"] = path) {
        const lines: string[] = [];
        const found = await locate(etcd, machine(files, environment), (line) => lines.push(line));
        return { found, lines };
    }

    it("takes the one that the environment names, whatever its version, before all others", async () => {
        const files = { "/mine/etcd": "etcd Version: 3.5.0", [cached]: "", "/usr/bin/etcd": "etcd Version: 3.6.8" };
        const { found, lines } = await find(files, { ...path, DATA_PLATFORM_ETCD: "/mine/etcd" });
        assert.equal(found, "/mine/etcd");
        assert.deepEqual(lines, []);
    });

    it("refuses a name in the environment that is no program, instead of taking another", async () => {
        const files = { [cached]: "" };
        await assert.rejects(
            find(files, { DATA_PLATFORM_ETCD: "/gone/etcd" }),
            new Misuse(
                'DATA_PLATFORM_ETCD: got "/gone/etcd"; that is no file that can be run. ' +
                    "Name the path of the etcd binary, or unset DATA_PLATFORM_ETCD.",
            ),
        );
    });

    it("counts an empty variable as unset", async () => {
        assert.equal((await find({ [cached]: "" }, { DATA_PLATFORM_ETCD: "" })).found, cached);
    });

    it("takes the cached one before PATH, and asks no program for its version", async () => {
        const quiet = machine({ [cached]: "", "/usr/bin/etcd": "" }, path);
        const asked = { ...quiet, printedVersion: () => assert.fail("asked for a version") };
        assert.equal(await locate(etcd, asked, assert.fail), cached);
    });

    it("takes the one on PATH if it is of the pinned version", async () => {
        const { found, lines } = await find({ "/opt/bin/etcd": "etcd Version: 3.6.8\nGit SHA: 1" });
        assert.equal(found, "/opt/bin/etcd");
        assert.deepEqual(lines, []);
    });

    for (const [printed, called] of [
        ["etcd Version: 3.5.8", "3.5.8"],
        ["etcd Version: 3.6.9", "3.6.9"],
        ["no flag --version", "of an unknown version"],
    ] as const) {
        it(`leaves alone, and names, one on PATH that is ${called}`, async () => {
            const { found, lines } = await find({ "/usr/bin/etcd": printed });
            assert.equal(found, undefined);
            assert.deepEqual(lines, [
                `etcd: /usr/bin/etcd is ${called}, the pinned one is 3.6.8: not used. ` +
                    "To use it all the same, set DATA_PLATFORM_ETCD=/usr/bin/etcd",
            ]);
        });
    }

    it("asks each program for its version in the program's own way", async () => {
        const asked: (readonly [path: string, argument: string])[] = [];
        const folder = machine({ "/usr/bin/etcd": "", "/usr/bin/kube-score": "" }, path);
        const printedVersion: Machine["printedVersion"] = (...question) => {
            asked.push(question);
            return Promise.resolve(undefined);
        };
        for (const program of ["etcd", "kube-score"] as const) {
            await locate(pinned(program), { ...folder, printedVersion }, () => {});
        }
        assert.deepEqual(asked, [
            ["/usr/bin/etcd", "--version"],
            ["/usr/bin/kube-score", "version"],
        ]);
    });

    it("finds nothing on an empty machine", async () => {
        assert.deepEqual(await find({}, {}), { found: undefined, lines: [] });
    });

    it("has one variable a program", () => {
        assert.equal(variableOf("kube-controller-manager"), "DATA_PLATFORM_KUBE_CONTROLLER_MANAGER");
        assert.equal(variableOf("promtool"), "DATA_PLATFORM_PROMTOOL");
    });
});

describe("the version that a program prints", () => {
    for (const [printed, version] of [
        ["etcd Version: 3.6.8\nGit SHA: Not provided\nGo Version: go1.26.8", "3.6.8"],
        ["Kubernetes v1.35.4", "1.35.4"],
        ["Kubernetes v1.35.4-eks-3025e55\n", "1.35.4-eks-3025e55"],
        ["kwok version v0.8.0 go1.26.8 (linux/amd64)", "0.8.0"],
        ["prometheus, version 3.14.0 (branch: HEAD, revision: 1)\n  go version: go1.26.8", "3.14.0"],
        ["kube-score version: 1.20.0, commit: N/A, built: N/A", "1.20.0"],
        ["usage: etcd at 127.0.0.1:2379", undefined],
        ["", undefined],
    ] as const) {
        it(`is ${version ?? "unknown"} in ${JSON.stringify(printed)}`, () => {
            assert.equal(parseVersion(printed), version);
        });
    }
});

describe("what is pinned", () => {
    it("is the version that go.mod requires, replacements aside", () => {
        assert.equal(pinned("kube-scheduler").version, "1.35.4");
        assert.equal(pinned("kwokctl").version, "0.8.0");
        assert.deepEqual([...parseGoMod(GO_MOD).requirements.keys()].includes("k8s.io/api"), false);
        assert.equal(parseGoMod(GO_MOD).go, "1.25.0");
    });

    it("is Prometheus as people call it, not as its module does", () => {
        assert.equal(pinned("prometheus").version, "3.4.2");
        const requirements = new Map([["github.com/prometheus/prometheus", "v0.314.0"]]);
        assert.equal(pinned("promtool", { requirements }).version, "3.14.0");
    });

    it("is told to the linker", () => {
        const flags = pinned("kwok").flags.join(" ");
        assert.match(flags, /consts\.Version=v0\.8\.0 .*consts\.KubeVersion=v1\.35\.4/);
        assert.match(pinned("kube-score").flags.join(" "), /main\.version=1\.20\.0/);
        assert.match(pinned("kube-apiserver").flags.join(" "), /component-base\/version\.gitVersion=v1\.35\.4/);
    });

    it("names the module that go.mod lacks", () => {
        assert.throws(
            () => pinned("etcd", { requirements: new Map() }),
            /\/modules\/x\/go\.mod: does not require go\.etcd/,
        );
        assert.throws(() => parseGoMod("module x\n"), /no go line/);
    });

    it("is read from the repository's own modules", () => {
        const folders = new Set<string>();
        for (const program of ["etcd", "kube-apiserver", "kwok", "prometheus", "kube-score"] as const) {
            const { version, module: own } = pin(program);
            assert.match(version, /^\d+\.\d+\.\d+$/);
            assert.ok(isAtLeast(own.go, "1.21"));
            folders.add(own.folder);
        }
        assert.equal(folders.size, 5);
    });
});

describe("the cache", () => {
    it("stands where the environment says, else in the home folder", () => {
        const tail = join("data-platform", "toolchain");
        const both = { DATA_PLATFORM_CACHE: "/mine", XDG_CACHE_HOME: "/xdg" };
        assert.equal(cacheFolder(both), join("/mine", tail));
        assert.equal(cacheFolder({ ...both, DATA_PLATFORM_CACHE: "" }), join("/xdg", tail));
        assert.equal(cacheFolder({}), join(homedir(), ".cache", tail));
    });

    it("has another key for another go.mod, go.sum, version, flag or package", () => {
        const base = pinned("kube-apiserver");
        const variants: readonly Pin[] = [
            base,
            pinned("kube-apiserver", { digest: "d2" }),
            pinned("kube-apiserver", { requirements: new Map([["k8s.io/kubernetes", "v1.35.5"]]) }),
            { ...base, flags: [...base.flags, "-race"] },
            { ...base, package: "k8s.io/kubernetes/cmd/hyperkube" },
            pinned("kube-scheduler"),
        ];
        assert.equal(new Set(variants.map(cacheKey)).size, variants.length);
        assert.equal(cacheKey(base), cacheKey(pinned("kube-apiserver", { folder: "/elsewhere" })));
        assert.match(cacheKey(base), /^kube-apiserver-1\.35\.4-[0-9a-f]{16}$/);
    });
});

describe("Go", () => {
    for (const [version, needed, enough] of [
        ["1.26.8", "1.26.0", true],
        ["1.26.0", "1.26.0", true],
        ["1.26", "1.26.0", true],
        ["1.25.12", "1.26.0", false],
        ["1.9", "1.21", false],
        ["1.27rc1", "1.26.3", true],
        ["2.0", "1.26.3", true],
    ] as const) {
        it(`${version} is ${enough ? "" : "not "}as new as ${needed}`, () =>
            assert.equal(isAtLeast(version, needed), enough));
    }

    it("that is too old fetches a newer one, if it knows how", () => {
        const needs = module({ go: "1.26.0" });
        assert.equal(canBuild("1.26.1", needs), true);
        assert.equal(canBuild("1.21.0", needs), true);
        assert.equal(canBuild("1.20.14", needs), false);
        assert.equal(goEnvironment({ GOTOOLCHAIN: "local" }, "1.22.0", needs)["GOTOOLCHAIN"], "auto");
        assert.equal(goEnvironment({ GOTOOLCHAIN: "go1.24.1" }, "1.26.1", needs)["GOTOOLCHAIN"], "local");
        assert.equal(newest(["1.9.0", "1.26.0", "1.24.1"]), "1.26.0");
    });

    it("is not led astray by the person's own settings, and keeps where modules come from", () => {
        const own = {
            GOFLAGS: "-mod=vendor",
            GOWORK: "/w",
            GOOS: "plan9",
            CGO_ENABLED: "1",
            GOPROXY: "https://mirror",
        };
        const environment = goEnvironment(own, "1.26.0", module());
        assert.equal(environment["GOFLAGS"], "-mod=readonly");
        assert.equal(environment["GOWORK"], "off");
        assert.equal(environment["CGO_ENABLED"], "0");
        assert.notEqual(environment["GOOS"], "plan9");
        assert.equal(environment["GOPROXY"], "https://mirror");
    });

    it("is asked for in a sentence with the version and both ways out", () => {
        const { message } = withoutGo(undefined, "1.26.0", "to build etcd", "put etcd 3.6.8 on PATH.");
        assert.equal(
            message,
            "there is no `go` on PATH, and Go 1.26.0 or newer is needed to build etcd. " +
                "Either install Go (https://go.dev/doc/install), once: what it makes is kept. Or: put etcd 3.6.8 on PATH.",
        );
        assert.match(
            withoutGo("1.19", "1.26.0", "to build", "").message,
            /^the `go` on PATH is 1\.19, and Go 1\.26\.0/,
        );
    });
});
