import assert from "node:assert/strict";
import { type EksConfig, parseConfig } from "../../../stacks/config.ts";
import {
    cachedImage,
    type ImageCache,
    upstreams,
    withCachedImages,
} from "../../../stacks/infrastructure/cached-images.ts";
import { rawConfig } from "../raw-config.ts";

const CACHE: ImageCache = {
    account: "111122223333",
    region: "eu-central-1",
    environment: "prod",
    credentials: { dockerHub: "arn:hub", github: "arn:github" },
};
const HOST = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cache-prod";
const DIGEST = `sha256:${"a".repeat(64)}`;

describe("cachedImage", () => {
    for (const [image, expected] of [
        ["apache/airflow:3.3.2", `${HOST}/docker.io/apache/airflow:3.3.2`],
        ["redis:8", `${HOST}/docker.io/library/redis:8`],
        ["docker.io/library/redis:8", `${HOST}/docker.io/library/redis:8`],
        ["index.docker.io/library/redis:8", `${HOST}/docker.io/library/redis:8`],
        ["ghcr.io/zalando/spilo-18:4.1-p2", `${HOST}/ghcr.io/zalando/spilo-18:4.1-p2`],
        ["quay.io/prometheus/node-exporter:v1.12.1", `${HOST}/quay.io/prometheus/node-exporter:v1.12.1`],
        [`registry.k8s.io/pause@${DIGEST}`, `${HOST}/registry.k8s.io/pause@${DIGEST}`],
        ["public.ecr.aws/a/b:1", `${HOST}/public.ecr.aws/a/b:1`],
        ["registry.example.com:5000/tool:1", "registry.example.com:5000/tool:1"],
        ["localhost/tool:1", "localhost/tool:1"],
    ] as const) {
        it(`makes ${image} ${expected === image ? "nothing else" : "one of the cache"}`, () => {
            assert.equal(cachedImage(image, CACHE), expected);
        });
    }

    it("leaves alone what is from the cache already", () => {
        const once = cachedImage("redis:8", CACHE);
        assert.equal(cachedImage(once, CACHE), once);
    });

    it("leaves alone what it has no credentials for", () => {
        const cache = { ...CACHE, credentials: { dockerHub: "arn:hub" } };
        assert.equal(cachedImage("ghcr.io/a/b:1", cache), "ghcr.io/a/b:1");
        assert.equal(cachedImage("redis:8", cache), `${HOST}/docker.io/library/redis:8`);
        assert.deepEqual(
            upstreams(cache).map(({ registry }) => registry),
            ["docker.io", "quay.io", "registry.k8s.io", "public.ecr.aws"],
        );
    });

    it("has prefixes that ECR takes", () => {
        for (const environment of ["prod", "staging"]) {
            for (const { registry } of upstreams(CACHE)) {
                assert.ok(`cache-${environment}/${registry}`.length <= 30);
            }
        }
    });
});

describe("withCachedImages", () => {
    function config(stack: "prod" | "staging"): EksConfig {
        const parsed = parseConfig(rawConfig(stack), "data-platform");
        assert.equal(parsed.target, "eks");
        return parsed;
    }

    function images(value: unknown, key = ""): readonly string[] {
        if (typeof value === "string") {
            return key === "image" ? [value] : [];
        }
        return typeof value === "object" && value !== null
            ? Object.entries(value).flatMap(([name, inner]) => images(inner, name))
            : [];
    }

    it("takes every image of a configuration from its cache", () => {
        const found = images(withCachedImages(config("prod")));
        assert.ok(found.length >= 9);
        assert.deepEqual(
            found.filter((image) => !image.startsWith(`${HOST}/`)),
            [],
        );
    });

    it("changes nothing else", () => {
        const before = config("prod");
        const withoutImages = (value: unknown): unknown =>
            JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "image" ? "" : inner)));
        assert.deepEqual(withoutImages(withCachedImages(before)), withoutImages(before));
    });

    it("changes nothing without a cache", () => {
        const before = config("staging");
        assert.deepEqual(withCachedImages(before), before);
    });
});
