import { Refusal } from "../plan/errors.ts";

/** What an EC2 instance type offers to Kubernetes. */
export interface InstanceType {
    readonly architecture: "amd64" | "arm64";
    readonly cpus: number;
    readonly memoryGiB: number;
    /** Network interfaces, each with so many IPv4 addresses. */
    readonly interfaces: number;
    readonly addresses: number;
    /** EBS volumes that it takes in all, its root volume among them. */
    readonly volumes: number;
    /** Whether network interfaces beyond the first take the place of volumes. */
    readonly sharedSlots: boolean;
}

/**
 * The same in every family of {@link FAMILIES}.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html "Network specifications": m6i, m7i, m6g, m7g
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/mo.html r6id, r7gd
 */
const SIZES = {
    large: { cpus: 2, interfaces: 3, addresses: 10 },
    xlarge: { cpus: 4, interfaces: 4, addresses: 15 },
    "2xlarge": { cpus: 8, interfaces: 4, addresses: 15 },
    "4xlarge": { cpus: 16, interfaces: 8, addresses: 30 },
    "8xlarge": { cpus: 32, interfaces: 8, addresses: 30 },
    "12xlarge": { cpus: 48, interfaces: 8, addresses: 30 },
    "16xlarge": { cpus: 64, interfaces: 15, addresses: 50 },
} as const;

type Size = keyof typeof SIZES;

interface Family {
    readonly architecture: InstanceType["architecture"];
    readonly memoryPerCpu: number;
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
    m6i: { architecture: "amd64", memoryPerCpu: 4, sharedSlots: true, volumes: () => SHARED_SLOTS },
    m7i: { architecture: "amd64", memoryPerCpu: 4, sharedSlots: false, volumes: dedicated },
    m6g: { architecture: "arm64", memoryPerCpu: 4, sharedSlots: true, volumes: () => SHARED_SLOTS },
    m7g: { architecture: "arm64", memoryPerCpu: 4, sharedSlots: true, volumes: () => SHARED_SLOTS },
    r6id: { architecture: "amd64", memoryPerCpu: 8, sharedSlots: true, volumes: besideDisks },
    r7gd: { architecture: "arm64", memoryPerCpu: 8, sharedSlots: true, volumes: besideDisks },
};

function isSize(text: string): text is Size {
    return Object.hasOwn(SIZES, text);
}

/**
 * What an instance type offers.
 *
 * @throws {Refusal} if it is not in the table
 */
export function instanceType(name: string): InstanceType {
    const [family = "", size = ""] = name.split(".");
    const known = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
    if (known === undefined || !isSize(size)) {
        throw new Refusal([
            `instance type: got "${name}"; nodes need its size, and the table of ` +
                "tools/ec2/instance-types.ts has " +
                `${Object.keys(FAMILIES).join(", ")} in ${Object.keys(SIZES).join(", ")}. Add it there.`,
        ]);
    }
    const { architecture, memoryPerCpu, sharedSlots, volumes } = known;
    const shape = SIZES[size];
    return { architecture, sharedSlots, ...shape, memoryGiB: shape.cpus * memoryPerCpu, volumes: volumes(size) };
}
