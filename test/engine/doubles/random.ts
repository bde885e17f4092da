import { randomBytes, randomInt } from "node:crypto";
import { type DoublePackage, type Made, sdkVersion } from "./package.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** The provider's own default for `overrideSpecial`. */
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

function length({ length: asked }: Readonly<Record<string, unknown>>): number {
    if (typeof asked !== "number") {
        throw new TypeError(`length: got ${JSON.stringify(asked)}; the double of random reads plain numbers. Set one`);
    }
    return asked;
}

function password(inputs: Readonly<Record<string, unknown>>): Made {
    const characters = inputs["special"] === false ? LETTERS : LETTERS + SPECIAL;
    const result = Array.from({ length: length(inputs) }, () => characters[randomInt(characters.length)]).join("");
    return { id: "none", outputs: { result, bcryptHash: `$2a$10$${randomBytes(40).toString("hex").slice(0, 53)}` } };
}

function bytes(inputs: Readonly<Record<string, unknown>>): Made {
    const made = randomBytes(length(inputs));
    const base64 = made.toString("base64");
    return { id: base64, outputs: { base64, hex: made.toString("hex") } };
}

/** Stands in for `@pulumi/random`: values are random and secret, as the real provider's. */
export const RANDOM: DoublePackage = {
    name: "random",
    version: sdkVersion("@pulumi/random"),
    resources: {
        "random:index/randomPassword:RandomPassword": {
            computed: ["bcryptHash", "result"],
            secret: true,
            make: password,
        },
        "random:index/randomBytes:RandomBytes": { computed: ["base64", "hex"], secret: true, make: bytes },
    },
    components: {},
};
