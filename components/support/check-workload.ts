import type { ResolvedClusterFacts } from "../cluster-facts.ts";
import { podPorts } from "../specs/service.ts";
import { CONFIG_VOLUME, configFileKey, volumeName } from "../specs/volumes.ts";
import { seconds } from "../values/duration.ts";
import { bytes } from "../values/quantity.ts";
import type { Peer, SecurityExceptions, ServingArgs, WorkloadArgs } from "../workload-args.ts";
import type { Failover } from "./availability.ts";
import { checkContainer, checkHealth, checkPorts, checkShutdown } from "./check-container.ts";
import type { Problems } from "./errors.ts";
import { checkName } from "./naming.ts";

/** What the API server takes of a ConfigMap. */
const CONFIG_MAP_BYTES = 2 ** 20;
/** What the API server takes of a ConfigMap's key. */
const CONFIG_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** Checks paths that are mounted: absolute, each once, none of them hiding another volume's name. */
export function checkMountPaths(problems: Problems, mounts: readonly (readonly [field: string, path: string])[]): void {
    const seen = new Map<string, string>();
    for (const [field, path] of mounts) {
        problems.check(
            /^\/[^:]*[^:/]$/.test(path) && !path.split("/").includes(".."),
            field,
            path,
            "a path in the container is absolute, without .., colon or slash at the end",
            "Correct it",
        );
        const other = seen.get(path);
        problems.check(
            other === undefined,
            field,
            path,
            `${other} mounts something there already`,
            "Choose another path",
        );
        seen.set(path, field);
    }
}

function checkFiles(problems: Problems, args: WorkloadArgs): void {
    const keys = new Map<string, string>();
    let size = 0;
    for (const [path, content] of Object.entries(args.configFiles ?? {})) {
        const key = configFileKey(path);
        const other = keys.get(key);
        problems.check(
            other === undefined && CONFIG_KEY.test(key),
            "configFiles",
            path,
            other === undefined
                ? "a ConfigMap's key has at most 253 letters, digits, dots, hyphens and underscores, and does not begin with .."
                : `it would get the key ${key}, as ${other} has`,
            "Rename the file",
        );
        keys.set(key, path);
        size += typeof content === "string" ? Buffer.byteLength(content) : 0;
    }
    problems.check(
        size <= CONFIG_MAP_BYTES,
        "configFiles",
        `${size} bytes`,
        "a ConfigMap holds 1 MiB",
        "Put the content into the image",
    );
}

/** Checks that no two volumes of a pod get the same name, which is made of their paths. */
export function checkVolumeNames(
    problems: Problems,
    args: Pick<WorkloadArgs, "secretFiles" | "scratch">,
    more: readonly (readonly [field: string, path: string, name: string])[] = [],
): void {
    const named = (field: "secretFiles" | "scratch", purpose: string): typeof more =>
        Object.keys(args[field] ?? {}).map((path) => [field, path, volumeName(purpose, path)]);
    const seen = new Map<string, string>([[CONFIG_VOLUME, "configFiles"]]);
    for (const [field, path, name] of [...named("secretFiles", "secret"), ...named("scratch", "scratch"), ...more]) {
        const other = seen.get(name);
        problems.check(
            other === undefined,
            `${field}.${path}`,
            path,
            `its volume would be named ${name}, as that of ${other}`,
            "Rename one of the two",
        );
        seen.set(name, `${field}.${path}`);
    }
}

function checkScratch(problems: Problems, args: WorkloadArgs): void {
    let inMemory = 0;
    for (const [path, scratch] of Object.entries(args.scratch ?? {})) {
        const size = problems.attempt(`scratch.${path}`, () =>
            bytes(typeof scratch === "string" ? scratch : scratch.size),
        );
        inMemory += typeof scratch === "object" && scratch.medium === "memory" ? (size ?? 0) : 0;
    }
    const memory = problems.attempt("resources.memory", () => bytes(args.resources.memory));
    problems.check(
        memory === undefined || inMemory < memory,
        "scratch",
        `${inMemory} bytes in memory`,
        `it counts against the container's memory of ${args.resources.memory}`,
        "Raise resources.memory, or take the disk",
    );
}

function checkPeer(problems: Problems, field: string, peer: Peer, ports: ReadonlySet<string>): void {
    problems.check(
        peer.ports?.length !== 0,
        `${field}.ports`,
        peer.ports,
        "an empty list would let the peer use every port",
        "Name ports, or leave it out for all of them",
    );
    for (const port of peer.ports ?? []) {
        problems.check(
            ports.has(port),
            `${field}.ports`,
            port,
            `the ports are ${[...ports].join(", ") || "none"}`,
            "Name one of ports",
        );
    }
    if ("cidrs" in peer) {
        problems.check(
            peer.cidrs.length > 0,
            `${field}.cidrs`,
            peer.cidrs,
            "an empty list would let everybody in",
            "Name the ranges, or leave the peer out",
        );
        for (const cidr of peer.cidrs) {
            problems.check(
                typeof cidr !== "string" || /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(cidr),
                `${field}.cidrs`,
                cidr,
                "it is no range of addresses",
                'Write it like "10.0.0.0/16"',
            );
        }
    }
}

/** Which of the exceptions only an agent of the node may have. */
const NODE_EXCEPTIONS = ["hostNetwork", "hostPID"] as const satisfies readonly (keyof SecurityExceptions)[];

/**
 * Checks what every workload has. `reserved` characters are appended to the name by its controller.
 *
 * @param onNode whether it is an agent, which may use what belongs to its node
 */
export function checkWorkload(
    problems: Problems,
    name: string,
    args: WorkloadArgs,
    options: { readonly reserved?: number; readonly onNode?: boolean } = {},
): void {
    checkName(problems, "name", name, options.reserved);
    checkName(problems, "namespace", args.namespace);
    checkName(problems, "system", args.system);
    if (args.pool !== undefined) {
        checkName(problems, "pool", args.pool);
    }
    checkContainer(problems, "", args);
    checkFiles(problems, args);
    checkScratch(problems, args);
    checkVolumeNames(problems, args);
    checkMountPaths(
        problems,
        (["configFiles", "secretFiles", "scratch"] as const).flatMap((field) =>
            Object.keys(args[field] ?? {}).map((path) => [field, path] as const),
        ),
    );
    const seen = new Set([name]);
    for (const field of ["initContainers", "sidecars"] as const) {
        for (const [container, containerArgs] of Object.entries(args[field] ?? {})) {
            checkName(problems, field, container);
            problems.check(!seen.has(container), field, container, "another container has that name", "Rename it");
            seen.add(container);
            checkContainer(problems, `${field}.${container}.`, containerArgs);
        }
    }
    if (!options.onNode) {
        for (const exception of NODE_EXCEPTIONS) {
            problems.check(
                args.security?.exceptions?.[exception] === undefined,
                `security.exceptions.${exception}`,
                args.security?.exceptions?.[exception],
                "only an agent of the node shares the node's namespaces",
                "Use NodeAgent, or leave it out",
            );
        }
    }
    const { runbookUrl } = args;
    problems.check(
        runbookUrl === undefined || URL.canParse(runbookUrl),
        "runbookUrl",
        runbookUrl,
        "it is no address",
        "Give the whole URL",
    );
}

/** Checks what everything has that runs for good. */
export function checkServing(problems: Problems, args: ServingArgs, options: { readonly onNode?: boolean } = {}): void {
    const seen = new Map<string, string>();
    checkPorts(problems, "ports", args.ports, seen);
    const own = new Set(Object.keys(args.ports ?? {}));
    checkHealth(problems, "health", args.health, own);
    checkShutdown(problems, args.shutdown, own.size > 0);
    for (const [name, sidecar] of Object.entries(args.sidecars ?? {})) {
        checkPorts(problems, `sidecars.${name}.ports`, sidecar.ports, seen);
        if (sidecar.health !== undefined) {
            checkHealth(problems, `sidecars.${name}.health`, sidecar.health, new Set(Object.keys(sidecar.ports ?? {})));
        }
    }
    const all = new Set(podPorts(args).map(([name]) => name));
    problems.check(
        all.size === podPorts(args).length,
        "sidecars",
        [...all].join(", "),
        "two containers of the pod give a port the same name",
        "Rename one",
    );
    const { allowFrom = [], metrics } = args;
    problems.check(
        allowFrom.length === 0 || all.size > 0,
        "allowFrom",
        allowFrom,
        "there are no ports to let anybody in to",
        "Declare ports, or leave allowFrom out",
    );
    for (const [i, peer] of allowFrom.entries()) {
        checkPeer(problems, `allowFrom[${i}]`, peer, all);
    }
    problems.check(
        metrics === undefined || all.has(metrics.port),
        "metrics.port",
        metrics?.port,
        `the ports are ${[...all].join(", ") || "none"}`,
        "Name one of ports",
    );
    if (!options.onNode) {
        for (const [name, port] of podPorts(args)) {
            problems.check(
                typeof port === "number" || port.hostPort === undefined,
                `ports.${name}.hostPort`,
                typeof port === "number" ? port : port.hostPort,
                "a port of the node lets one replica run per node",
                "Leave it out: clients use the Service",
            );
        }
    }
}

/** Checks a number of replicas. */
export function checkReplicas(problems: Problems, field: string, value: number, least: number): void {
    problems.check(
        Number.isInteger(value) && value >= least,
        field,
        value,
        `a number of replicas is whole and at least ${least}`,
        "Correct it",
    );
}

/** Checks that an ingress has a load balancer to stand behind. */
export function checkLoadBalancer(problems: Problems, wanted: boolean, cluster: ResolvedClusterFacts): void {
    problems.check(
        !wanted || cluster.loadBalancer !== undefined,
        "ingress",
        undefined,
        "the cluster has no load balancer",
        "Give cluster.loadBalancer, or leave ingress out",
    );
    problems.check(
        cluster.loadBalancer?.cidrs.length !== 0,
        "cluster.loadBalancer.cidrs",
        cluster.loadBalancer?.cidrs,
        "an empty list would let everybody in",
        "Name the subnets that the load balancer is in",
    );
}

/** Checks how the others go on without one. */
export function checkFailover(problems: Problems, failover: Failover | undefined, replicas: number): void {
    if (failover?.kind === "promotion") {
        problems.attempt("failover.leaderTimeToLive", () => seconds(failover.leaderTimeToLive));
        problems.attempt("failover.promotion", () => seconds(failover.promotion));
    }
    problems.check(
        failover === undefined || replicas > 1,
        "failover",
        failover?.kind,
        "a single replica has nobody to take over",
        "Run at least 2 replicas, or leave failover out",
    );
}
