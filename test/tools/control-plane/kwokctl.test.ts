import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import {
    COMPONENTS,
    kwokctlFile,
    type PlaneProgram,
    PORT_COUNT,
    PROGRAMS,
} from "../../../tools/control-plane/kwokctl.ts";
import { stages } from "../../../tools/control-plane/stages.ts";

const SETTINGS = {
    paths: Object.fromEntries(PROGRAMS.map((program) => [program, `/bin/${program}`])) as Record<PlaneProgram, string>,
    version: "1.35.4",
    ports: [1, 2, 3, 4, 5, 6],
    startUpScale: 0.1,
};

interface Configuration {
    readonly options: Readonly<Record<string, unknown>>;
    readonly componentsPatches: readonly {
        readonly name: string;
        readonly extraArgs: readonly { readonly key: string; readonly value: string; readonly override?: boolean }[];
    }[];
}

describe("kwokctlFile", () => {
    const [configuration, ...others] = parseAllDocuments(kwokctlFile(SETTINGS)).map((document): unknown =>
        document.toJS(),
    );
    const { options, componentsPatches } = configuration as Configuration;

    it("has every stage, scaled", () => {
        assert.deepEqual(others, JSON.parse(JSON.stringify(stages(0.1))));
    });

    it("names every program and port, so that nothing is downloaded and no two clusters meet", () => {
        const binaries = Object.entries(options).filter(([key]) => key.endsWith("Binary"));
        assert.deepEqual(
            binaries.map(([, value]) => String(value)).toSorted((a, b) => a.localeCompare(b)),
            PROGRAMS.filter((program) => program !== "kwokctl")
                .map((program) => `/bin/${program}`)
                .toSorted((a, b) => a.localeCompare(b)),
        );
        const ports = Object.entries(options).filter(([key]) => key.endsWith("Port"));
        assert.deepEqual(
            ports.map(([, value]) => value),
            SETTINGS.ports,
        );
        assert.equal(PORT_COUNT, SETTINGS.ports.length);
    });

    it("lets nodes die as those of a real cluster", () => {
        const args = componentsPatches.flatMap(({ name, extraArgs }) =>
            extraArgs.filter(({ override }) => override).map(({ key, value }) => `${name} ${key}=${value}`),
        );
        assert.deepEqual(args, [
            "kube-controller-manager node-monitor-grace-period=50s",
            "kube-controller-manager node-monitor-period=5s",
            "kwok-controller node-lease-duration-seconds=0",
        ]);
    });

    it("patches nothing but what runs", () => {
        assert.deepEqual(
            componentsPatches.map(({ name }) => name).filter((name) => !COMPONENTS.includes(name as "etcd")),
            [],
        );
    });

    it("refuses too few ports", () => {
        assert.throws(() => kwokctlFile({ ...SETTINGS, ports: [1, 2] }), /ports: got 2; a control plane takes 6/);
    });
});
