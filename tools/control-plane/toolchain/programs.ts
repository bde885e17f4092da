import { type Family, type GoModule, readGoModule } from "./go-module.ts";

/** What a control plane and the tests of alert rules and manifests run. */
export type Program =
    | "etcd"
    | "kube-apiserver"
    | "kube-controller-manager"
    | "kube-scheduler"
    | "kwok"
    | "kwokctl"
    | "prometheus"
    | "promtool"
    | "kube-score";

/** A program as it is pinned. */
export interface Pin {
    readonly program: Program;
    /** Without a leading v: `1.35.4`. */
    readonly version: string;
    readonly module: GoModule;
    /** Package that is built. */
    readonly package: string;
    /** Argument with which it says its version. */
    readonly versionArgument: string;
    /** Arguments of `go build` that shape the binary. */
    readonly flags: readonly string[];
}

type Read = (family: Family) => GoModule;

interface Source {
    readonly family: Family;
    /** Module whose version is the program's. */
    readonly module: string;
    readonly package: string;
    /** @default "--version" */
    readonly versionArgument?: string;
}

function kubernetes(program: Program): Source {
    return { family: "kubernetes", module: "k8s.io/kubernetes", package: `k8s.io/kubernetes/cmd/${program}` };
}

function kwok(program: Program): Source {
    return { family: "kwok", module: "sigs.k8s.io/kwok", package: `sigs.k8s.io/kwok/cmd/${program}` };
}

function prometheus(program: Program): Source {
    const module = "github.com/prometheus/prometheus";
    return { family: "prometheus", module, package: `${module}/cmd/${program}` };
}

const SOURCES: Readonly<Record<Program, Source>> = {
    etcd: { family: "etcd", module: "go.etcd.io/etcd/server/v3", package: "go.etcd.io/etcd/server/v3" },
    "kube-apiserver": kubernetes("kube-apiserver"),
    "kube-controller-manager": kubernetes("kube-controller-manager"),
    "kube-scheduler": kubernetes("kube-scheduler"),
    kwok: kwok("kwok"),
    kwokctl: kwok("kwokctl"),
    prometheus: prometheus("prometheus"),
    promtool: prometheus("promtool"),
    "kube-score": {
        family: "kube-score",
        module: "github.com/zegl/kube-score",
        package: "github.com/zegl/kube-score/cmd/kube-score",
        versionArgument: "version",
    },
};

function versionOf({ family, module }: Source, { folder, requirements }: GoModule): string {
    const released = requirements.get(module)?.slice(1);
    if (released === undefined) {
        throw new Error(`${folder}/go.mod: does not require ${module}. Add a require line with its version.`);
    }
    if (family !== "prometheus") {
        return released;
    }
    // Prometheus 3.14.0 is the module's v0.314.0, 3.4.0 its v0.304.0: https://github.com/prometheus/prometheus#readme
    const [, minor = "", patch = ""] = released.split(".");
    return `${minor.slice(0, 1)}.${Number(minor.slice(1))}.${patch}`;
}

/** Variables that the linker sets, as each project's release does: otherwise the program does not know its version. */
function stamps(family: Family, version: string, read: Read): Readonly<Record<string, string>> {
    switch (family) {
        case "kubernetes": {
            const [major = "", minor = ""] = version.split(".");
            const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
            // The second is what clients call themselves.
            const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
            return Object.fromEntries(
                packages.flatMap((name) => Object.entries(values).map(([key, value]) => [`${name}.${key}`, value])),
            );
        }
        case "kwok":
            return {
                "sigs.k8s.io/kwok/pkg/consts.Version": `v${version}`,
                "sigs.k8s.io/kwok/pkg/consts.KubeVersion": `v${pin("kube-apiserver", read).version}`,
            };
        case "prometheus":
            return { "github.com/prometheus/common/version.Version": version };
        case "kube-score":
            return { "main.version": version };
        case "etcd":
        case "crds":
            return {};
    }
}

function flagsOf(family: Family, version: string, read: Read): readonly string[] {
    const set = Object.entries(stamps(family, version, read)).map(([name, value]) => `-X ${name}=${value}`);
    // Service discovery is half of Prometheus' code, with every cloud's SDK; rules need none of it.
    const tags = family === "prometheus" ? ["-tags=remove_all_sd"] : [];
    return ["-mod=readonly", "-trimpath", "-buildvcs=false", ...tags, `-ldflags=${["-s", "-w", ...set].join(" ")}`];
}

/**
 * How a program is pinned.
 *
 * @param read how a module's files are read, for tests
 * @throws {Error} if the program's module does not require what it is built from
 */
export function pin(program: Program, read: Read = readGoModule): Pin {
    const source = SOURCES[program];
    const module = read(source.family);
    const version = versionOf(source, module);
    return {
        program,
        version,
        module,
        package: source.package,
        versionArgument: source.versionArgument ?? "--version",
        flags: flagsOf(source.family, version, read),
    };
}
