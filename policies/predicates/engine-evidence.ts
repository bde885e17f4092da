import type { Engine } from "./engines/engine.ts";
import { ENGINES } from "./engines.ts";
import type { Evidence } from "./evidence.ts";
import { imageIs, isCompanion, lookupNames } from "./image.ts";
import type { Container } from "./pod.ts";
import { isBystanderOnly, isMadeDurable, isOtherByVariables, isServer, serverCommand } from "./role.ts";
import { type DataMount, dataMounts, type Volume } from "./volumes.ts";

/** A consumer's fixed member id, which only an ordinal may give (KIP-345, static membership). */
const MEMBER_ID = /(^|_)GROUP_INSTANCE_ID$/;

/** Engines by the last part of their images, so that an image is compared with a few and not with all. */
const BY_IMAGE: ReadonlyMap<string, readonly Engine[]> = new Map(
    [
        ...Map.groupBy(
            ENGINES.flatMap((engine) =>
                engine.images.map((image) => ({ engine, name: image.split("/").at(-1) ?? "" })),
            ),
            ({ name }) => name,
        ),
    ].map(([name, rows]) => [name, [...new Set(rows.map(({ engine }) => engine))]]),
);

/** The engine whose image the container has, if it is a known one. */
function engineOf({ image }: Container): Engine | undefined {
    if (image === undefined) {
        return undefined;
    }
    return lookupNames(image)
        .flatMap((name) => BY_IMAGE.get(name) ?? [])
        .find(({ images }) => images.some((known) => imageIs(image, known)));
}

/** How many traits of one engine make evidence where the image is not its own. */
const ENOUGH_TRAITS = 2;

/** Ports that only databases take, so that an image called a database and one of these is one. */
const DATABASE_PORTS: ReadonlySet<number> = new Set([1433, 1521, 3306, 5432, 5984, 9042, 26257, 27017, 28015]);

/** Ports that programs of all kinds take: with a variable, which clients have too, one of these shows no server. */
const COMMON_PORTS: ReadonlySet<number> = new Set([
    3000, 3030, 5000, 5001, 7000, 7001, 8000, 8080, 8081, 8082, 8083, 8088, 8091, 8181, 8500, 8888, 9000, 9001, 9002,
    9003, 9010, 9020, 9050, 9060, 9090, 9091, 9093, 9094, 9095, 9100, 10000, 50051,
]);

/** The part of a rebuilt image's name that is the engine's: it needs a second trait to be evidence. */
function nameTrait(engine: Engine, words: readonly string[], port: number | undefined): string | undefined {
    const own = words.find((word) => engine.images.includes(word));
    const generic = words.find((word) => word === "db" || word === "database");
    return own ?? (port !== undefined && DATABASE_PORTS.has(port) ? generic : undefined);
}

function isDataPath(engine: Engine, mount: DataMount): boolean {
    const path = mount.path?.replace(/\/+$/, "");
    return path !== undefined && engine.paths.some((root) => path === root || path.startsWith(`${root}/`));
}

function isDurable(engine: Engine, container: Container, mounts: readonly DataMount[]): boolean {
    return (
        engine.durableOnly === undefined ||
        mounts.some((mount) => mount.outlivesPod) ||
        isMadeDurable(
            engine,
            container,
            mounts.flatMap(({ path }) => path ?? []),
        )
    );
}

/**
 * The engine's traits that the container shows, one for each kind, in words. What only names or addresses the engine
 * counts less: a variable needs that the container does not listen elsewhere alone, a common port that more speaks
 * than a variable.
 */
function traits(engine: Engine, container: Container, mounts: readonly DataMount[]): readonly string[] {
    const command = serverCommand(engine, container);
    const known = container.ports.find((candidate) => engine.ports.includes(candidate));
    const path = mounts.find((mount) => isDataPath(engine, mount))?.path;
    const word = nameTrait(engine, container.imageWords, known);
    const speaks = command !== undefined || path !== undefined;
    const port = known !== undefined && COMMON_PORTS.has(known) && !speaks && word === undefined ? undefined : known;
    const listensElsewhere = container.ports.length > 0 && port === undefined;
    const variable = container.variables.find(
        ({ name }) =>
            (speaks || !listensElsewhere) && (engine.variables.includes(name) || engine.identity.includes(name)),
    );
    return [
        word === undefined ? undefined : `image name part "${word}"`,
        command === undefined ? undefined : `server command "${command.command}"`,
        port === undefined ? undefined : `port ${port}`,
        path === undefined ? undefined : `data path ${path}`,
        variable === undefined ? undefined : `variable ${variable.name}`,
    ].filter((trait) => trait !== undefined);
}

function identityFact(engine: Engine, container: Container): string | undefined {
    if (engine.durableOnly !== undefined || isOtherByVariables(engine, container)) {
        return undefined;
    }
    const member = container.variables.find(({ name }) => engine.identity.includes(name));
    if (member !== undefined) {
        return `env ${member.name} names a member of ${engine.name}`;
    }
    const named = container.variables.find(({ name, fromPodName }) => fromPodName && engine.variables.includes(name));
    return named && `env ${named.name} of ${engine.name} is fed from the pod's name`;
}

/** What a container with the image of `engine` shows. */
function imageFact(engine: Engine, container: Container, mounts: readonly DataMount[]): string | undefined {
    const kept = engine.durableOnly === undefined ? "" : " that keeps its data";
    return isServer(engine, container) && isDurable(engine, container, mounts)
        ? `runs the server of ${engine.name}${kept} (image ${container.image ?? ""})`
        : undefined;
}

/** What a container with any other image shows of `engine`. */
function traitsFact(engine: Engine, container: Container, mounts: readonly DataMount[]): string | undefined {
    const stored = mounts.find((mount) => mount.outlivesPod && isDataPath(engine, mount));
    if (stored !== undefined) {
        return `data directory ${stored.path ?? ""} of ${engine.name} on ${stored.source}`;
    }
    if (isOtherByVariables(engine, container)) {
        return undefined;
    }
    const shown = traits(engine, container, mounts);
    const isEnough = shown.length >= ENOUGH_TRAITS || serverCommand(engine, container)?.isPlain === true;
    return isEnough && isDurable(engine, container, mounts)
        ? `${shown.join(" and ")} ${shown.length === 1 ? "is that" : "are those"} of ${engine.name}`
        : undefined;
}

/** The first fact that `look` finds of any engine. */
function firstFact(look: (engine: Engine) => string | undefined): string | undefined {
    for (const engine of ENGINES) {
        const fact = look(engine);
        if (fact !== undefined) {
            return fact;
        }
    }
    return undefined;
}

function memberIdFact({ variables }: Container): string | undefined {
    const member = variables.find(({ name, fromPodName }) => fromPodName && MEMBER_ID.test(name));
    return member && `env ${member.name} makes the pod's name a static member id`;
}

function evidenceOf(container: Container, volumes: readonly Volume[]): readonly Evidence[] {
    const known = engineOf(container);
    const isAside = known === undefined && container.image !== undefined && isCompanion(container.image);
    const isServing = known !== undefined && isServer(known, container);
    if (isAside || (isBystanderOnly(container) && !isServing)) {
        return [];
    }
    const mounts = dataMounts(container, volumes);
    const engine = known
        ? imageFact(known, container, mounts)
        : firstFact((candidate) => traitsFact(candidate, container, mounts));
    const found: readonly (readonly [Evidence["kind"], string | undefined, boolean])[] = [
        ["engine", engine, !container.partlyUnknown],
        ["identity", firstFact((candidate) => identityFact(candidate, container)), true],
        ["identity", memberIdFact(container), true],
    ];
    return found.flatMap(([kind, fact, certain]) =>
        fact === undefined ? [] : [{ kind, fact: `container ${container.name}: ${fact}`, certain }],
    );
}

/** What the containers show of a stateful engine: its image in the server role, its traits, a member's identity. */
export function engineEvidence(containers: readonly Container[], volumes: readonly Volume[]): readonly Evidence[] {
    return containers
        .filter((container) => container.keepsRunning)
        .flatMap((container) => evidenceOf(container, volumes));
}
