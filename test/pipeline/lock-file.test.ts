import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

interface Package {
    readonly optionalDependencies?: Readonly<Record<string, string>>;
    readonly resolved?: string;
    readonly link?: boolean;
}

const lock: { readonly packages: Readonly<Record<string, Package>> } = JSON.parse(
    readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
);

describe("package-lock.json", () => {
    // npm leaves out what a registry does not have, and a later `npm ci` of npm 11 or 12 then refuses the whole file.
    it("has the packages of every platform, not only those of the machine that wrote it", () => {
        const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
            Object.keys(optionalDependencies).filter(
                (name) =>
                    !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
            ),
        );
        assert.deepEqual(missing, []);
    });

    it("names no registry: each user's own is asked", () => {
        const named = Object.entries(lock.packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
        assert.deepEqual(named, []);
    });
});
