import * as pulumi from "@pulumi/pulumi";

/** A value that only a provider knows, and only after it has created the resource. */
class Computed {
    /** As it is printed. */
    readonly label = "[computed]";

    toJSON(): string {
        return this.label;
    }

    toString(): string {
        return this.label;
    }
}

/** Stands for every value that is unknown in a preview. Prints as `[computed]`. */
export const COMPUTED: Computed = new Computed();

/** A secret. Prints as `[secret]`, whatever prints it. */
export class Secret {
    readonly #value: unknown;

    constructor(value: unknown) {
        this.#value = value;
    }

    /** What is kept secret; for tests and for the policy pack, which judges secrets as the engine shows them. */
    reveal(): unknown {
        return this.#value;
    }

    toJSON(): string {
        return "[secret]";
    }

    toString(): string {
        return "[secret]";
    }
}

const { specialSigKey, specialSecretSig, specialResourceSig, unknownValue } = pulumi.runtime;

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null;
}

function decodeSigned(sig: unknown, value: Record<string, unknown>): unknown {
    switch (sig) {
        case specialSecretSig:
            return new Secret(decode(value["value"]));
        case specialResourceSig:
            return value["id"] === undefined ? value["urn"] : decode(value["id"] === "" ? unknownValue : value["id"]);
        default:
            return value;
    }
}

/**
 * Reads a value as the SDK sends it to the engine.
 *
 * @returns plain data, with {@link Secret} and {@link COMPUTED} where the wire has its signatures. A reference to a
 *     resource becomes its id or URN, which is what policies see; assets stay as they are on the wire.
 */
function decode(wire: unknown): unknown {
    if (wire === unknownValue) {
        return COMPUTED;
    }
    if (Array.isArray(wire)) {
        return wire.map(decode);
    }
    if (!isObject(wire)) {
        return wire;
    }
    const sig = wire[specialSigKey];
    return sig === undefined ? decodeRecord(wire) : decodeSigned(sig, wire);
}

/** {@link decode} for the properties of a resource. */
export function decodeRecord(wire: Record<string, unknown>): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(wire)) {
        result[key] = decode(wire[key]);
    }
    return result;
}

/** The inverse of {@link decode}: a value as the engine sends it to an analyzer. */
export function encode(value: unknown): unknown {
    if (value === COMPUTED) {
        return unknownValue;
    }
    if (value instanceof Secret) {
        return { [specialSigKey]: specialSecretSig, value: encode(value.reveal()) ?? null };
    }
    if (Array.isArray(value)) {
        return value.map(encode);
    }
    return isObject(value) ? encodeRecord(value) : value;
}

/** {@link encode} for the properties of a resource. */
export function encodeRecord(values: Record<string, unknown>): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(values)) {
        result[key] = encode(values[key]);
    }
    return result;
}
