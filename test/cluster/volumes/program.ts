import type { VolumeArgs } from "../../../components/specs/claim.ts";
import type { VolumeSize } from "../../../components/values/quantity.ts";
import { EKS_STORAGE } from "../../../stacks/infrastructure/storage-classes.ts";
import { type Collected, collect } from "../../support/mocks.ts";
import { Workloads } from "../support/workloads.ts";

/** Goes in and out, one replica after the other. */
export const SCALED = "scaled";
/** Gets larger and faster volumes at once. */
export const TUNED = "tuned";
/** More volumes than a node takes, in a pool of their own: three replicas' go on a node with 31, a fourth's do not. */
export const CROWDED = { name: "crowded", replicas: 4, volumes: 8, pool: "crowded" } as const;

/** What changes from step to step. */
export interface Step {
    readonly replicas: number;
    readonly size: VolumeSize;
    readonly attributesClass?: string;
    readonly crowded?: true;
}

function volume(mountPath: string, rest: Pick<VolumeArgs, "size" | "attributesClass">): VolumeArgs {
    return { mountPath, storageClass: EKS_STORAGE.stateful, ...rest };
}

/** The program in one of its steps. */
export function program({ replicas, size, attributesClass, crowded }: Step): Promise<Collected[]> {
    return collect(() => {
        const workloads = new Workloads();
        const minReady = "1 second";
        workloads.ordered(SCALED, { replicas, minReady, volumes: { data: volume("/data", { size }) } });
        const tuned = { size, ...(attributesClass === undefined ? {} : { attributesClass }) };
        workloads.ordered(TUNED, { replicas: 1, minReady, volumes: { data: volume("/data", tuned) } });
        if (crowded) {
            const names = Array.from({ length: CROWDED.volumes }, (_, number) => `disk${number}`);
            workloads.ordered(CROWDED.name, {
                replicas: CROWDED.replicas,
                order: "parallel",
                pool: CROWDED.pool,
                volumes: Object.fromEntries(names.map((name) => [name, volume(`/${name}`, { size: "1Gi" })])),
            });
        }
    });
}
