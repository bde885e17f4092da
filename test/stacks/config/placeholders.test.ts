import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { refusePlaceholders } from "../../../stacks/config/placeholders.ts";
import { readConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

const OWN = "ghcr.io/acme/spark:4.2.0-hadoop-aws-3.5.0";
const STANDS_FOR_IT = "ghcr.io/example/spark:4.2.0-hadoop-aws-3.5.0";

/** Sections of prod with such an image. */
const PLACES = ["sparkHistoryServer", "spark", "etl", "sparkApplications"] as const;

/** Reads prod's configuration as an update or a preview does. */
function read(preview: boolean, changes: Readonly<Record<string, string>> = {}): void {
    const nothing = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
    void pulumi.runtime.setMocks(nothing, "data-platform", "prod", preview);
    pulumi.runtime.setAllConfig({ ...rawConfig("prod"), ...changes });
    readConfig();
}

describe("an image that stands for the team's own", () => {
    it("is refused with its field, wherever it is", () => {
        const config = { a: { image: OWN }, b: { jobs: { daily: { image: STANDS_FOR_IT } } }, c: STANDS_FOR_IT };
        assert.throws(
            () => refusePlaceholders(config, "p"),
            (error: Error) =>
                /p:b\.jobs\.daily\.image: got "ghcr\.io\/example\/spark/.test(error.message) &&
                /p:c: got .*docs\/images\/spark\/Dockerfile/.test(error.message),
        );
        refusePlaceholders({ a: { image: OWN } }, "p");
        refusePlaceholders({ a: { image: `docker.io/acme/${STANDS_FOR_IT}` } }, "p");
    });

    it("keeps prod from an update until it has one, and from no preview", () => {
        read(true);
        for (const section of PLACES) {
            assert.throws(() => read(false), new RegExp(`data-platform:${section}\\S*\\.image: got`));
        }
        const own = PLACES.map((section) => {
            const text = rawConfig("prod")[`data-platform:${section}`] ?? "{}";
            return [`data-platform:${section}`, text.replaceAll(/ghcr\.io\/example\/[^"]+/g, OWN)];
        });
        read(false, Object.fromEntries(own));
    });

    it("can be made, of the version that staging runs, with the libraries that prod asks for", () => {
        const dockerfile = readFileSync(new URL("../../../docs/images/spark/Dockerfile", import.meta.url), "utf8");
        const spark: string = JSON.parse(rawConfig("staging")["data-platform:spark"] ?? "{}").image;
        assert.match(dockerfile, new RegExp(`^FROM ${spark}$`, "m"));
        const [, tag = ""] = /:(.*)$/.exec(
            JSON.parse(rawConfig("prod")["data-platform:sparkHistoryServer"] ?? "{}").image,
        ) ?? [""];
        assert.match(dockerfile, new RegExp(`spark:${tag} docs/images/spark$`, "m"));
        assert.ok(dockerfile.includes(`:${tag.replace(/^.*-(hadoop-aws)-/, "$1:")}`), tag);
    });
});
