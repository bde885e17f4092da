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
    /** Of all its local NVMe disks together, in GB; 0 for a type that has none. */
    readonly localDiskGB: number;
}

/** Those whose number of volumes is known. */
const SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"] as const;

type Size = (typeof SIZES)[number];

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
const VOLUMES: Readonly<Record<string, (size: Size) => number>> = {
    m6i: () => SHARED_SLOTS,
    m7i: dedicated,
    m6g: () => SHARED_SLOTS,
    m7g: () => SHARED_SLOTS,
    r6id: besideDisks,
    r7gd: besideDisks,
};

/** @see https://docs.aws.amazon.com/ec2/latest/instancetypes/mo.html "Instance store specifications" */
const LOCAL_DISKS: Readonly<Record<Size, number>> = {
    large: 118,
    xlarge: 237,
    "2xlarge": 474,
    "4xlarge": 950,
    "8xlarge": 1900,
    "12xlarge": 2 * 1425,
    "16xlarge": 2 * 1900,
};

/**
 * What an instance type offers.
 *
 * @throws {Refusal} if it is not in the table
 */
export function instanceType(name: string): InstanceType {
    const [family = "", text = ""] = name.split(".");
    const known = Object.hasOwn(VOLUMES, family) ? VOLUMES[family] : undefined;
    const size = SIZES.find((one) => one === text);
    if (known === undefined || size === undefined) {
        throw new Refusal([
            `instance type: got "${name}"; nodes need its size, and the table of ` +
                "tools/ec2/instance-types.ts has " +
                `${Object.keys(VOLUMES).join(", ")} in ${SIZES.join(", ")}. Add it there.`,
        ]);
    }
    const architecture = amiType([name]) === "AL2023_ARM_64_STANDARD" ? "arm64" : "amd64";
    return {
        ...machine(name),
        architecture,
        volumes: known(size),
        localDiskGB: known === besideDisks ? LOCAL_DISKS[size] : 0,
    };
}
