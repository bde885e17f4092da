import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { HostPath } from "../../../components/specs/daemon-set.ts";
import {
    configFileKey,
    configFilesName,
    hostPathVolumes,
    podVolumes,
    scratchDiskBytes,
    volumeName,
} from "../../../components/specs/volumes.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { mountPath, name, rendered } from "./arbitraries.ts";

const purpose = fc.constantFrom("scratch", "secret", "host");

/** What a path may hold that a volume's name may not, and enough of what both may. */
const oddities = ["/", "a", "A", "0", "-", "_", ".", " ", "~", ":", "ä", "ß", "日", "\u{1F40D}", "\n"];
const anyPath = fc.string({ unit: fc.constantFrom(...oddities), maxLength: 90 });

function validIn(volumes: readonly unknown[], volumeMounts: readonly unknown[]): void {
    assertValid(rendered("v1", "Pod", { spec: { containers: [{ name: "a", volumeMounts }], volumes } }));
}

describe("volumeName", () => {
    const table: readonly (readonly [purpose: string, path: string, name: string])[] = [
        ["scratch", "/tmp", "scratch-tmp"],
        ["scratch", "/opt/Spark_work.d", "scratch-opt-spark-work-d"],
        ["secret", "/größe", "secret-gr-e"],
        ["host", "/", "host"],
        ["host", "/.../", "host"],
    ];
    for (const [what, path, expected] of table) {
        it(`${what} at ${path} is ${expected}`, () => assert.equal(volumeName(what, path), expected));
    }

    it("is a DNS label for any path", () => {
        fc.assert(
            fc.property(purpose, anyPath, (what, path) => {
                assert.match(volumeName(what, path), /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
            }),
        );
    });

    it("does not end in a hyphen where it is cut", () => {
        assert.equal(volumeName("host", `/${"a".repeat(57)}/b`), `host-${"a".repeat(57)}`);
    });
});

describe("configFileKey", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9_-][-._A-Za-z0-9]{0,30}$/);

    it("is a ConfigMap's key, and says where the file lies", () => {
        fc.assert(
            fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
                const key = configFileKey(`/${segments.join("/")}`);
                assert.match(key, /^[-._A-Za-z0-9]{1,253}$/);
                assert.equal(key, segments.join("."));
            }),
        );
    });
});

describe("podVolumes", () => {
    it("has none where nothing is asked for", () => {
        assert.deepEqual(podVolumes("web", {}), { volumes: [], mounts: [] });
        assert.deepEqual(podVolumes("web", { configFiles: {}, secretFiles: {}, scratch: {} }), {
            volumes: [],
            mounts: [],
        });
    });

    it("mounts each file where it is said, read-only, over one volume", () => {
        const paths = fc.uniqueArray(mountPath, { minLength: 1, maxLength: 5 });
        fc.assert(
            fc.property(name, paths, (workload, files) => {
                const configFiles = Object.fromEntries(files.map((path) => [path, "content"]));
                const { volumes, mounts } = podVolumes(workload, { configFiles });
                validIn(volumes, mounts);
                assert.deepEqual(volumes, [{ name: "config-files", configMap: { name: configFilesName(workload) } }]);
                for (const [i, path] of Object.keys(configFiles).entries()) {
                    const mount = mounts[i] as Inputs;
                    assert.deepEqual(
                        [mount["mountPath"], mount["subPath"], mount["readOnly"]],
                        [path, configFileKey(path), true],
                    );
                }
            }),
        );
    });

    it("mounts secrets read-only, scratch to write to", () => {
        const { volumes, mounts } = podVolumes("web", {
            secretFiles: { "/etc/tls": "web-tls" },
            scratch: { "/tmp": "1Gi", "/dev/shm": { size: "64Mi", medium: "memory" } },
        });
        validIn(volumes, mounts);
        assert.deepEqual(volumes, [
            { name: "secret-etc-tls", secret: { secretName: "web-tls" } },
            { name: "scratch-tmp", emptyDir: { sizeLimit: "1Gi" } },
            { name: "scratch-dev-shm", emptyDir: { sizeLimit: "64Mi", medium: "Memory" } },
        ]);
        assert.deepEqual(
            mounts.map((m) => (m as Inputs)["readOnly"]),
            [true, undefined, undefined],
        );
    });
});

describe("scratchDiskBytes", () => {
    it("adds up what lies on the disk", () => {
        const size = fc.integer({ min: 1, max: 100 });
        fc.assert(
            fc.property(fc.array(size), fc.array(size), (disk, memory) => {
                const scratch = Object.fromEntries([
                    ...disk.map((n, i) => [`/d${i}`, i % 2 === 0 ? `${n}Mi` : { size: `${n}Mi` }] as const),
                    ...memory.map((n, i) => [`/m${i}`, { size: `${n}Mi`, medium: "memory" }] as const),
                ]) as Parameters<typeof scratchDiskBytes>[0];
                assert.equal(scratchDiskBytes(scratch), disk.reduce((a, b) => a + b, 0) * 2 ** 20);
            }),
        );
    });
});

describe("hostPathVolumes", () => {
    const hostPath: fc.Arbitrary<HostPath> = fc.record(
        {
            path: mountPath,
            access: fc.constantFrom<"read" | "write">("read", "write"),
            type: fc.constantFrom<"Directory" | "DirectoryOrCreate" | "File" | "Socket">("Directory", "File", "Socket"),
            followMounts: fc.boolean(),
        },
        { requiredKeys: ["path"] },
    );

    it("are read-only unless said, and do not follow the node's mounts unless said", () => {
        fc.assert(
            fc.property(mountPath, hostPath, (mounted, args) => {
                const { volumes, mounts } = hostPathVolumes({ [mounted]: args });
                validIn(volumes, mounts);
                const [volume, mount] = [volumes[0], mounts[0]] as [Inputs, Inputs];
                assert.equal(mount["readOnly"], args.access !== "write");
                assert.equal(mount["mountPropagation"], args.followMounts ? "HostToContainer" : undefined);
                assert.equal(volume["hostPath"].path, args.path);
                assert.equal(volume["hostPath"].type, args.type);
                assert.equal(volume["name"], mount["name"]);
            }),
        );
    });
});
