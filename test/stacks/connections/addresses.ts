/** A host and a port that stand together in a text. */
export interface Address {
    readonly host: string;
    readonly port: number;
}

/** Characters of a host, and those by which shells and containers put a variable into one. */
const CHARACTERS = String.raw`\w$(){}.-`;
/** Begins where a host can: in a long word, every other beginning would be tried in vain. */
const HOST = String.raw`(?<![${CHARACTERS}])[${CHARACTERS}]+`;
const PATTERNS = [
    // `host:port`, by itself or in a URL, a list, a command.
    new RegExp(String.raw`(?<host>${HOST}):(?<port>\d{1,5})(?!\w)`, "g"),
    // Fluent Bit, in YAML.
    new RegExp(String.raw`\bhost:[ ]+(?<host>${HOST})\s+port:[ ]+(?<port>\d{1,5})\b`, "g"),
    // libpq and PgBouncer.
    new RegExp(String.raw`\bhost=(?<host>${HOST})\s+port=(?<port>\d{1,5})\b`, "g"),
];
/** A service's name with its namespace and `svc`, wherever it stands. */
const IN_CLUSTER = new RegExp(String.raw`${HOST}\.svc(?:\.cluster\.local)?(?![\w.-])`, "g");

/** Every host that stands with a port in texts, whatever it is. */
export function addressesIn(texts: readonly string[]): readonly Address[] {
    const found = texts.flatMap((text) =>
        PATTERNS.flatMap((pattern) =>
            [...text.matchAll(pattern)].map(({ groups }) => ({
                host: groups?.["host"] ?? "",
                port: Number(groups?.["port"]),
            })),
        ),
    );
    const byKey = new Map(found.map((address) => [`${address.host}:${address.port}`, address]));
    return [...byKey.values()];
}

/** Hosts of the cluster in texts that stand with no port anywhere, so that nobody knows what they are connected to at. */
export function hostsWithoutPort(texts: readonly string[]): readonly string[] {
    const known = new Set(addressesIn(texts).map(({ host }) => host));
    const hosts = new Set(texts.flatMap((text) => text.match(IN_CLUSTER) ?? []));
    return [...hosts].filter((host) => !known.has(host));
}
