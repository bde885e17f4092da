import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { imageRegistry } from "../../policies/image-registry.ts";
import { parseConfig } from "../../stacks/config.ts";
import { cachedImage, imageCacheOf } from "../../stacks/infrastructure/cached-images.ts";
import { rawConfig } from "../stacks/raw-config.ts";
import { judgeResource, UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_STRING } from "./judge.ts";

const POD = "kubernetes:core/v1:Pod";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const CRON_JOB = "kubernetes:batch/v1:CronJob";

const pod = (...images: readonly unknown[]) => ({ spec: { containers: images.map((image) => ({ image })) } });
const deployment = (image: unknown) => ({ spec: { template: pod(image) } });
const cronJob = (image: unknown) => ({ spec: { jobTemplate: { spec: { template: pod(image) } } } });

const ONLY_GHCR = { allowedRegistries: ["ghcr.io"] };
const PART = { allowedRegistries: ["ghcr.io/zalando/"] };

type Case = readonly [name: string, type: string, props: object, problems: readonly RegExp[], config?: object];

const CASES: readonly Case[] = [
    ["compliant", POD, pod("quay.io/prometheus/node-exporter:v1.12.1"), []],
    ["without a registry it is Docker Hub", POD, pod("apache/kafka:4.3.1", "redis:8"), []],
    ["Docker Hub by its older name", POD, pod("index.docker.io/library/redis:8"), []],
    ["by digest", POD, pod(`ghcr.io/zalando/spilo-18@sha256:${"a".repeat(64)}`), []],
    ["image missing", POD, { spec: { containers: [{ name: "main" }] } }, []],
    [
        "wrong registry",
        POD,
        pod("registry.example.com/tool:1"),
        [/containers\[0\]\.image: got "registry\.example\.com\/tool:1"/],
    ],
    ["wrong registry with a port", POD, pod("registry.example.com:5000/tool:1"), [/registry\.example\.com:5000/]],
    ["this machine's", POD, pod("localhost/tool:1"), [/localhost/]],
    ["a name that begins like an allowed one", POD, pod("quay.io.example.com/tool:1"), [/quay\.io\.example\.com/]],
    ["an extra container", POD, pod("redis:8", "registry.example.com/tool:1"), [/containers\[1\]/]],
    [
        "an init container and one that is added later",
        POD,
        {
            spec: {
                initContainers: [{ image: "a.example.com/x:1" }],
                ephemeralContainers: [{ image: "b.example.com/y:1" }],
            },
        },
        [/initContainers\[0\]/, /ephemeralContainers\[0\]/],
    ],
    ["a Deployment", DEPLOYMENT, deployment("registry.example.com/tool:1"), [/^Deployment thing/]],
    [
        "an older group of it",
        "kubernetes:extensions/v1beta1:Deployment",
        deployment("registry.example.com/tool:1"),
        [/tool/],
    ],
    ["a patch of it", `${DEPLOYMENT}Patch`, deployment("registry.example.com/tool:1"), [/tool/]],
    ["a Job", "kubernetes:batch/v1:Job", deployment("registry.example.com/tool:1"), [/^Job/]],
    ["a DaemonSet", "kubernetes:apps/v1:DaemonSet", deployment("registry.example.com/tool:1"), [/^DaemonSet/]],
    ["a StatefulSet", "kubernetes:apps/v1:StatefulSet", deployment("registry.example.com/tool:1"), [/^StatefulSet/]],
    ["a CronJob", CRON_JOB, cronJob("registry.example.com/tool:1"), [/^CronJob/]],
    ["a compliant CronJob", CRON_JOB, cronJob("redis:8"), []],
    [
        "a PodTemplate",
        "kubernetes:core/v1:PodTemplate",
        { template: pod("registry.example.com/tool:1") },
        [/^PodTemplate/],
    ],
    ["another kind", "kubernetes:core/v1:ConfigMap", pod("registry.example.com/tool:1"), []],
    ["fewer registries by configuration", POD, pod("redis:8"), [/ghcr\.io alone/], ONLY_GHCR],
    ["a part of a registry", POD, pod("ghcr.io/zalando/spilo-18:4.1-p2"), [], PART],
    ["another part of it", POD, pod("ghcr.io/zalando-fork/spilo-18:4.1-p2"), [/zalando-fork/], PART],
    ["image not known", POD, pod(UNKNOWN_STRING), []],
    ["containers not known", POD, { spec: { containers: UNKNOWN_LIST } }, []],
    ["spec not known", POD, { spec: UNKNOWN_OBJECT }, []],
    ["known violation beside an unknown", POD, pod(UNKNOWN_STRING, "registry.example.com/tool:1"), [/containers\[1\]/]],
];

describe("image-registry", () => {
    for (const [name, type, props, problems, config = {}] of CASES) {
        it(`${name}: ${problems.length}`, () => {
            const messages = judgeResource(imageRegistry, type, props, config);
            assert.equal(messages.length, problems.length, messages.join("\n"));
            for (const [index, problem] of problems.entries()) {
                assert.match(messages[index] ?? "", problem);
            }
        });
    }

    it("allows in production what the image cache there serves, and no registry past it", () => {
        const file = new URL("../../policies/config/prod.json", import.meta.url);
        const settings = JSON.parse(readFileSync(file, { encoding: "utf8" }))["image-registry"];
        const config = parseConfig(rawConfig("prod"), "data-platform");
        const cache = config.target === "eks" ? imageCacheOf(config) : undefined;
        assert.ok(cache);
        const judged = (image: string) => judgeResource(imageRegistry, POD, pod(image), settings);
        for (const image of [
            "redis:8",
            "ghcr.io/a/b:1",
            "quay.io/a/b:1",
            "registry.k8s.io/a:1",
            "public.ecr.aws/a/b:1",
        ]) {
            assert.deepEqual(judged(cachedImage(image, cache)), []);
            assert.equal(judged(image).length, 1);
        }
    });
});
