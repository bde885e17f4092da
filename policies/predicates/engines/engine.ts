/** What tells a stateful engine by the containers that run it. Facts only; add one by adding a row. */
export interface Engine {
    /** Its name, as messages print it. */
    readonly name: string;
    /** Where the facts of this row are documented. */
    readonly source: string;
    /**
     * Image repositories of its server. With a slash: a vendor's repository, also when mirrored. Without: the engine's
     * own image name, in any namespace. Compared whole, never as a substring.
     */
    readonly images: readonly string[];
    /** Programs that start the server; a second word is a subcommand, a name with dots a Java class. */
    readonly commands: readonly string[];
    /** The ports on which the server takes data or talks to its peers. */
    readonly ports: readonly number[];
    /** Directories of its data. Only those that name the engine: `/data` says nothing. */
    readonly paths: readonly string[];
    /** Variables that number or name a member; each is evidence by itself. */
    readonly identity: readonly string[];
    /** Variables that only the server's image reads. */
    readonly variables: readonly string[];
    /** Where one image has several roles. */
    readonly role?: Role;
    /** Where the engine may run as a mere cache or relay: what makes it durable, besides a volume that outlives it. */
    readonly durableOnly?: Durability;
}

/** How the words of the command line tell a server from the image's other roles. */
interface Role {
    /** Words that make it a server. */
    readonly server?: readonly string[];
    /** Words that make it something else. */
    readonly other?: readonly string[];
    /** Variables that make it a server, as `NAME=value` or `NAME`. */
    readonly variables?: readonly string[];
    /** Variables that make it something else where all of one list are set, as `NAME=value` or `NAME`. */
    readonly otherVariables?: readonly (readonly string[])[];
    /** True when without one of the server's words or variables it is no server. */
    readonly mustBeNamed?: boolean;
    /** True when it is a server all the same where the image starts with no argument. */
    readonly startsServer?: boolean;
}

/** Settings that make a cache or relay keep its data. */
export interface Durability {
    /** What the command line or a variable with arguments for it holds, the words joined by one space. */
    readonly command?: RegExp;
    /** Where the store is mounted when it is kept: a writable mount at such a path, also on scratch. */
    readonly path?: RegExp;
    /** Variables, as `NAME=value` or `NAME`. */
    readonly variables: readonly string[];
}

/** A durable volume alone makes it durable; no setting does. */
export const ONLY_WITH_VOLUME: Durability = { variables: [] };
