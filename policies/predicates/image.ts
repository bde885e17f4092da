/** What an image reference says once registry, tag and digest are taken off. */
export interface ImageName {
    /** The repository with its namespaces, in lower case: `bitnami/postgresql`. */
    readonly repository: string;
    /** The last part of the repository: `postgresql`. */
    readonly name: string;
}

/**
 * Words that mark a companion of an engine rather than the engine: what exports its metrics, shows, proxies, operates,
 * saves or calls it. They are compared with whole parts of an image's name.
 */
const COMPANION_WORDS: ReadonlySet<string> = new Set([
    "adapter",
    "admin",
    "agent",
    "backup",
    "bouncer",
    "browser",
    "caddy",
    "cli",
    "client",
    "connect",
    "connector",
    "console",
    "consumer",
    "controller",
    "csi",
    "dashboard",
    "driver",
    "envoy",
    "exporter",
    "gateway",
    "gui",
    "haproxy",
    "indexer",
    "init",
    "injector",
    "loadbalancer",
    "loader",
    "manager",
    "maxscale",
    "metrics",
    "migrate",
    "migration",
    "migrations",
    "migrator",
    "mirror",
    "monitor",
    "nginx",
    "odyssey",
    "operator",
    "pgbouncer",
    "pgcat",
    "pgdog",
    "pgpool",
    "plane",
    "pooler",
    "prober",
    "producer",
    "provisioner",
    "proxy",
    "proxysql",
    "query",
    "reaper",
    "registrar",
    "replicator",
    "restore",
    "router",
    "seed",
    "seeder",
    "sidecar",
    "socat",
    "supavisor",
    "toolbox",
    "tools",
    "traefik",
    "twemproxy",
    "ui",
    "viewer",
    "web",
    "webhook",
    "webui",
    "worker",
]);

/**
 * Takes registry, tag and digest off an image reference. The first part is a registry when it holds a dot or a colon,
 * or is `localhost` (https://github.com/distribution/reference).
 */
export function imageName(reference: string): ImageName {
    const undigested = reference.trim().toLowerCase().split("@", 1)[0] ?? "";
    const parts = undigested.split("/").filter((part) => part !== "");
    const first = parts[0] ?? "";
    const named = parts.length > 1 && (/[.:]/.test(first) || first === "localhost") ? parts.slice(1) : parts;
    const last = (named.at(-1) ?? "").split(":", 1)[0] ?? "";
    return { repository: [...named.slice(0, -1), last].join("/"), name: last };
}

/**
 * The name without what builders append to it: a version, an operating system, an architecture
 * (`postgresql-15-c9s`, `mysql-80-centos7`, `etcd-amd64`, `mysql57`).
 */
function withoutBuild(name: string): string {
    return name
        .replace(/[-_](amd64|arm64|arm64v8|arm|ppc64le|s390x|multiarch|alpine|debian|ubi\d*|slim)$/, "")
        .replace(/[-_](rhel|centos|c|fedora|el|ubi|openeuler)\d+s?$/, "")
        .replace(/[-_]?v?\d+([._]\d+)*$/, "");
}

/**
 * The names by which an image's engine may be looked up: its own, and that without what builders append.
 */
export function lookupNames(reference: string): readonly string[] {
    const { name } = imageName(reference);
    return [...new Set([name, withoutBuild(name)])];
}

/**
 * True when `reference` names `pattern`. A pattern with a slash is a vendor's repository and matches it wherever it is
 * mirrored; one without is an engine's own image name and matches the last part in any namespace. Never a substring.
 */
export function imageIs(reference: string, pattern: string): boolean {
    const { repository, name } = imageName(reference);
    if (pattern.includes("/")) {
        return repository === pattern || repository.endsWith(`/${pattern}`);
    }
    return name === pattern || (!/\d$/.test(pattern) && withoutBuild(name) === pattern);
}

/** The words of the image's name, without what builders append: `rs-mysql-db` has `rs`, `mysql` and `db`. */
export function imageWords(reference: string): readonly string[] {
    return withoutBuild(imageName(reference).name).split(/[-_.]/);
}

/** True when the image's name says that it accompanies an engine: exporter, console, proxy, operator, client. */
export function isCompanion(reference: string): boolean {
    return imageName(reference)
        .name.split(/[-_.]/)
        .some((word) => COMPANION_WORDS.has(word));
}
