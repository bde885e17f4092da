import { amiType, instanceType as machine } from "../../stacks/infrastructure/instance-types.ts";
import { Refusal } from "../plan/errors.ts";

/** What an EC2 instance type offers to Kubernetes. */
export interface InstanceType {
    /** `m7i.2xlarge`. */
    readonly name: string;
    readonly architecture: "amd64" | "arm64";
    readonly cpus: number;
    readonly memoryGiB: number;
    /** EBS volumes that it takes in all, its root volume among them. */
    readonly volumes: number;
    /** Whether network interfaces beyond the first take the place of volumes. */
    readonly sharedSlots: boolean;
}

/** Those whose number of volumes is known. */
const SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"] as const;

type Size = (typeof SIZES)[number];

interface Family {
    readonly sharedSlots: boolean;
    readonly volumes: (size: Size) => number;
}

/** 28 slots, one of them the first network interface's. */
const SHARED_SLOTS = 27;

/** Slots of their own, beside those of network interfaces. */
function dedicated(size: Size): number {
    return size === "16xlarge" ? 48 : 32;
}

/** Shared, and local NVMe disks take some: one disk up to 8xlarge, two above. */
function besideDisks(size: Size): number {
    return size === "12xlarge" || size === "16xlarge" ? SHARED_SLOTS - 2 : SHARED_SLOTS - 1;
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html "Nitro System volume limits" */
const FAMILIES: Readonly<Record<string, Family>> = {
    m6i: { sharedSlots: true, volumes: () => SHARED_SLOTS },
    m7i: { sharedSlots: false, volumes: dedicated },
    m6g: { sharedSlots: true, volumes: () => SHARED_SLOTS },
    m7g: { sharedSlots: true, volumes: () => SHARED_SLOTS },
    r6id: { sharedSlots: true, volumes: besideDisks },
    r7gd: { sharedSlots: true, volumes: besideDisks },
};

/**
 * What an instance type offers.
 *
 * @throws {Refusal} if it is not in the table
 */
export function instanceType(name: string): InstanceType {
    const [family = "", text = ""] = name.split(".");
    const known = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
    const size = SIZES.find((one) => one === text);
    if (known === undefined || size === undefined) {
        throw new Refusal([
            `instance type: got "${name}"; nodes need its size, and the table of ` +
                "tools/ec2/instance-types.ts has " +
                `${Object.keys(FAMILIES).join(", ")} in ${SIZES.join(", ")}. Add it there.`,
        ]);
    }
    const architecture = amiType([name]) === "AL2023_ARM_64_STANDARD" ? "arm64" : "amd64";
    return { ...machine(name), architecture, sharedSlots: known.sharedSlots, volumes: known.volumes(size) };
}
