import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of an image, as its tag has it. */
export function versionOfImage(image: string): string {
    return image.slice(image.lastIndexOf(":") + 1);
}

/** A property of `programs/NAME/pom.xml`. @throws {Error} if it has none */
export function pinnedVersion(name: string, property: string): string {
    const pom = readFileSync(join(import.meta.dirname, "..", "programs", name, "pom.xml"), "utf8");
    const [, version] = new RegExp(`<${property}>([^<]+)</`).exec(pom) ?? [];
    if (version === undefined) {
        throw new Error(`programs/${name}/pom.xml has no ${property}`);
    }
    return version;
}

/** The version of a package in `programs/NAME/requirements.txt`. @throws {Error} if it is not among them */
export function pinnedPackage(name: string, packageName: string): string {
    const file = readFileSync(join(import.meta.dirname, "..", "programs", name, "requirements.txt"), "utf8");
    const line = file.split("\n").find((one) => one.startsWith(`${packageName}==`));
    if (line === undefined) {
        throw new Error(`programs/${name}/requirements.txt has no ${packageName}`);
    }
    return line.slice(packageName.length + 2).trim();
}
