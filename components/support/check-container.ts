import * as pulumi from "@pulumi/pulumi";
import { pauseSeconds, portNumber } from "../specs/container.ts";
import { graceSeconds } from "../specs/pod.ts";
import { seconds } from "../values/duration.ts";
import { bytes, millicores } from "../values/quantity.ts";
import type { ContainerArgs, Health, HealthCheck, Port, Resources, Security, Shutdown } from "../workload-args.ts";
import type { Problems } from "./errors.ts";
import { checkPortName } from "./naming.ts";

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** Tag or digest at the end; a colon before the last slash is a registry's port. */
const PINNED_IMAGE = /(?::(?<tag>[\w][\w.-]{0,127})|@sha256:[0-9a-f]{64})$/;
const MAX_PORT = 65_535;

/** Checks an image that is known already. */
function checkImage(problems: Problems, field: string, image: pulumi.Input<string>): void {
    if (typeof image !== "string") {
        return;
    }
    const pinned = PINNED_IMAGE.exec(image);
    problems.check(
        pinned !== null && !/\s/.test(image),
        field,
        image,
        "an image without tag or digest is another one tomorrow",
        "Add a tag or a digest",
    );
    problems.check(
        pinned?.groups?.["tag"] !== "latest",
        field,
        image,
        "latest is another image tomorrow",
        "Name a version",
    );
}

function checkResources(problems: Problems, field: string, resources: Resources): void {
    const cpu = problems.attempt(`${field}.cpu`, () => millicores(resources.cpu));
    problems.attempt(`${field}.memory`, () => bytes(resources.memory));
    const { cpuLimit, ephemeralStorage } = resources;
    if (ephemeralStorage !== undefined) {
        problems.attempt(`${field}.ephemeralStorage`, () => bytes(ephemeralStorage));
    }
    if (cpuLimit !== undefined) {
        const limit = problems.attempt(`${field}.cpuLimit`, () => millicores(cpuLimit));
        problems.check(
            cpu === undefined || limit === undefined || limit >= cpu,
            `${field}.cpuLimit`,
            cpuLimit,
            `it is below the request of ${resources.cpu}`,
            "Raise it, or leave it out",
        );
    }
}

/** Checks whom a container runs as. */
function checkSecurity(problems: Problems, field: string, security: Omit<Security, "volumeGroup"> = {}): void {
    const { exceptions = {}, user } = security;
    problems.check(
        user !== 0 || exceptions.rootUser !== undefined,
        `${field}.user`,
        user,
        "0 is root",
        "Name another user, or give the reason in security.exceptions.rootUser",
    );
    problems.check(
        exceptions.rootUser === undefined || user === undefined || user === 0,
        `${field}.exceptions.rootUser`,
        exceptions.rootUser,
        `the container runs as user ${user}`,
        "Leave the exception out, or the user",
    );
    const reasons = Object.entries(exceptions).map(
        ([name, value]) => [name, typeof value === "string" ? value : value.why] as const,
    );
    for (const [name, why] of reasons) {
        problems.check(
            why.trim().length > 0,
            `${field}.exceptions.${name}`,
            why,
            "an exception without a reason cannot be reviewed",
            "Say why it is needed",
        );
    }
    problems.check(
        exceptions.capabilities?.add.includes("SYS_ADMIN") !== true || exceptions.privilegeEscalation !== undefined,
        `${field}.exceptions.capabilities.add`,
        "SYS_ADMIN",
        "the API server takes it only with privilege escalation",
        "Leave it out, or give the reason in security.exceptions.privilegeEscalation",
    );
    for (const capability of exceptions.capabilities?.add ?? []) {
        problems.check(
            /^[A-Z][A-Z_]*$/.test(capability) && !capability.startsWith("CAP_") && capability !== "ALL",
            `${field}.exceptions.capabilities.add`,
            capability,
            "a capability is named in capitals, without CAP_, one by one",
            'Write it like "NET_RAW"',
        );
    }
}

/** Checks what every container has. */
export function checkContainer(problems: Problems, prefix: string, args: ContainerArgs): void {
    checkImage(problems, `${prefix}image`, args.image);
    checkResources(problems, `${prefix}resources`, args.resources);
    checkSecurity(problems, `${prefix}security`, args.security);
    for (const name of Object.keys(args.env ?? {})) {
        problems.check(
            ENV_NAME.test(name),
            `${prefix}env`,
            name,
            "a variable's name has letters, digits, underscores, dots and hyphens, and does not begin with a digit",
            "Rename it",
        );
    }
}

/** Checks ports; `seen` holds the numbers and names of the pod's other containers. */
export function checkPorts(
    problems: Problems,
    field: string,
    ports: Readonly<Record<string, Port>> = {},
    seen: Map<string, string> = new Map(),
): void {
    for (const [name, port] of Object.entries(ports)) {
        const number = portNumber(port);
        checkPortName(problems, `${field}.${name}`, name);
        problems.check(
            Number.isInteger(number) && number >= 1 && number <= MAX_PORT,
            `${field}.${name}`,
            number,
            "a port is a whole number from 1 to 65535",
            "Correct it",
        );
        const key = `${number}/${typeof port === "number" ? "TCP" : (port.protocol ?? "TCP")}`;
        const other = seen.get(key);
        problems.check(other === undefined, `${field}.${name}`, number, `${other} has it already`, "Choose another");
        seen.set(key, `${field}.${name}`);
    }
}

function checkCheck(problems: Problems, field: string, check: HealthCheck, ports: ReadonlySet<string>): void {
    if (check.kind === "command") {
        problems.check(check.command.length > 0, `${field}.command`, check.command, "it is empty", "Name the program");
        return;
    }
    problems.check(
        ports.has(check.port),
        `${field}.port`,
        check.port,
        ports.size === 0 ? "the container has no ports" : `the ports are ${[...ports].join(", ")}`,
        "Name one of ports",
    );
    if (check.kind === "http") {
        problems.check(check.path.startsWith("/"), `${field}.path`, check.path, "a path begins with /", "Add it");
    }
}

/** Checks the health checks of a container. */
export function checkHealth(problems: Problems, field: string, health: Health, ports: ReadonlySet<string>): void {
    checkCheck(problems, `${field}.ready`, health.ready, ports);
    if (health.alive !== undefined && health.alive !== "none") {
        checkCheck(problems, `${field}.alive`, health.alive, ports);
    }
    if (health.started !== undefined) {
        checkCheck(problems, `${field}.started`, health.started, ports);
    }
    for (const name of ["startUp", "every", "timeout"] as const) {
        const value = health[name];
        const parsed = value === undefined ? undefined : problems.attempt(`${field}.${name}`, () => seconds(value));
        problems.check(parsed !== 0, `${field}.${name}`, value, "it has to be at least a second", "Raise it");
    }
    const { failures } = health;
    problems.check(
        failures === undefined || (Number.isInteger(failures) && failures >= 1),
        `${field}.failures`,
        failures,
        "a number of failures is whole and at least 1",
        "Correct it",
    );
}

/** Checks that the pause before the signal leaves time to stop. */
export function checkShutdown(problems: Problems, shutdown: Shutdown | undefined, hasPorts: boolean): void {
    const grace = problems.attempt("shutdown.gracePeriod", () => graceSeconds(shutdown));
    const pause = problems.attempt("shutdown.before.pause", () => pauseSeconds(shutdown, hasPorts));
    problems.check(
        grace === undefined || pause === undefined || pause < grace,
        "shutdown.gracePeriod",
        shutdown?.gracePeriod,
        `the pause before the signal takes ${pause} s of it`,
        "Raise it above the pause",
    );
}
