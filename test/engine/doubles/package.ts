import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What was made of a resource's inputs. */
export interface Made {
    readonly id: string;
    /** A value for each computed property. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource of a {@link DoublePackage}. */
export interface DoubleResource {
    /** Properties that the real provider fills in, so that a preview does not know them. */
    readonly computed: readonly string[];
    /** Whether the real provider's schema marks what it computes as secret. @default false */
    readonly secret?: boolean;
    /** Makes one. @default none can be made: an update fails with a sentence */
    readonly make?: (inputs: Readonly<Record<string, unknown>>) => Made;
}

/** What a provider's double knows. Whatever is missing here fails the program with a sentence that names this table. */
export interface DoublePackage {
    /** As in type tokens: `aws`. */
    readonly name: string;
    /** Not older than the SDK's, or the engine looks for another plugin. */
    readonly version: string;
    /** By type token. */
    readonly resources: Readonly<Record<string, DoubleResource>>;
    /** Outputs of the components that the real provider makes from within, by type token. */
    readonly components: Readonly<Record<string, readonly string[]>>;
}

/** The version of an installed SDK, which is its provider's as well. */
export function sdkVersion(npmPackage: string): string {
    const path = fileURLToPath(import.meta.resolve(`${npmPackage}/package.json`));
    const { version }: { readonly version: string } = JSON.parse(readFileSync(path, "utf8"));
    return version;
}
