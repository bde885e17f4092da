import assert from "node:assert/strict";
import type { Engine } from "../../../policies/predicates/engines/engine.ts";
import { ENGINES } from "../../../policies/predicates/engines.ts";
import { statefulEvidence } from "../../../policies/predicates/stateful.ts";

const LEAST_ENGINES = 60;

/** A pod that runs the engine from `image`, in a named role where the image has several. */
function podOf(engine: Engine, image: string) {
    const [word] = engine.role?.server ?? [];
    const args = engine.role?.mustBeNamed === true && word !== undefined ? [word] : [];
    const durable = engine.durableOnly !== undefined;
    return {
        containers: [{ image, args, volumeMounts: durable ? [{ name: "d", mountPath: "/d" }] : [] }],
        volumes: durable ? [{ name: "d", nfs: { server: "files" } }] : [],
    };
}

const evidenceOf = (spec: object) => statefulEvidence(JSON.parse(JSON.stringify(spec)), () => undefined);

describe("the table of engines", () => {
    it("is broad, and names its sources", () => {
        assert.ok(ENGINES.length >= LEAST_ENGINES, `${ENGINES.length} engines`);
        assert.deepEqual(
            ENGINES.filter(({ source }) => !source.startsWith("https://")),
            [],
        );
        assert.equal(new Set(ENGINES.map(({ name }) => name)).size, ENGINES.length);
    });

    it("claims each image once", () => {
        const images = ENGINES.flatMap((engine) => engine.images);
        assert.deepEqual(
            images.filter((image, index) => images.indexOf(image) !== index),
            [],
        );
    });

    it("writes images in lower case and paths without a trailing slash", () => {
        assert.deepEqual(
            ENGINES.flatMap(({ images }) => images.filter((image) => image !== image.toLowerCase())),
            [],
        );
        assert.deepEqual(
            ENGINES.flatMap(({ paths }) => paths.filter((path) => !/^\/.*[^/]$/.test(path))),
            [],
        );
    });

    for (const engine of ENGINES) {
        it(`finds ${engine.name} by each of its images, mirrored and tagged`, () => {
            for (const image of engine.images) {
                const [evidence] = evidenceOf(podOf(engine, `mirror.example:5000/cache/${image}:1.2`));
                assert.equal(evidence?.kind, "engine", image);
            }
        });

        it(`does not take a companion or a longer name for ${engine.name}`, () => {
            for (const image of engine.images) {
                assert.deepEqual(evidenceOf(podOf(engine, `${image}-exporter:1.2`)), [], image);
                assert.deepEqual(
                    evidenceOf({ containers: [{ image: `example/not${image.split("/").at(-1)}` }] }),
                    [],
                    image,
                );
            }
        });

        it(`finds ${engine.name} in any image by a port and a data path`, () => {
            const [port] = engine.ports;
            const [path] = engine.paths;
            if (port === undefined || path === undefined || engine.durableOnly !== undefined) {
                return;
            }
            const container = {
                image: "example/x",
                ports: [{ containerPort: port }],
                volumeMounts: [{ name: "d", mountPath: path }],
            };
            assert.equal(
                evidenceOf({ containers: [container], volumes: [{ name: "d", emptyDir: {} }] })[0]?.kind,
                "engine",
            );
        });
    }
});
