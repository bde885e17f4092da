import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Inputs } from "../../support/mocks.ts";
import { type PodDifferences, PodProcess } from "./pod-process.ts";
import { workspace } from "./workspace.ts";

/** A pod that no controller of the stack makes, but a program of it: an executor, an operator. */
export interface BarePod {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    /** Its own address, on the loopback interface. */
    readonly address: string;
    readonly spec: Inputs;
}

/** Its first container as processes of this machine. It has to read nothing but its own spec. */
export async function barePodProcess(pod: BarePod, differences: PodDifferences): Promise<PodProcess> {
    const { name, namespace, labels = {}, annotations = {}, address, spec } = pod;
    const folder = join(await workspace(), `${namespace}-${name}`);
    await mkdir(folder, { mode: 0o755 });
    return new PodProcess(
        {
            name,
            namespace,
            labels,
            annotations,
            address,
            spec,
            container: spec["containers"][0],
            claims: [],
            keysOf: (kind, of) => {
                throw new Error(`${namespace}/${name} reads ${kind} ${of}`);
            },
        },
        differences,
        folder,
    );
}
