import { ValueError } from "../../components/support/errors.ts";

/** AMI types of Amazon Linux 2023 by architecture (EKS API, `Nodegroup.amiType`). */
export type AmiType = "AL2023_x86_64_STANDARD" | "AL2023_ARM_64_STANDARD";

/** A machine that EC2 rents. */
export interface InstanceType {
    /** `m7i.2xlarge`. */
    readonly name: string;
    readonly cpus: number;
    /** As EC2 counts it; what a node has for pods is less. */
    readonly memoryGiB: number;
}

/** Graviton's letter follows the generation: m7g, c7gn, r8gd; a1 is the first of them. */
const GRAVITON = /^(?:a1|[a-z]+\d+g[a-z-]*)\./;

/** A local NVMe disk: the letter d behind the generation (r6id, m5ad), or a storage-optimised family (i4i). */
const LOCAL_DISK = /^(?:[a-z]+\d[a-z]*d[a-z]*|i\d[a-z]*)$/;

/** GiB of memory for each CPU, by the letter that a family begins with. */
const MEMORY_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, i: 8, t: 4 };

/** Families that the rules of memory and sizes hold for: the current ones, but for three that have their own. */
const FAMILY = /^(?!c5n$|m5zn$|i\d+ie$)(?:[cmr][5-9]|i[4-9]|t[34])[a-z]*(?:-flex)?$/;

/** Sizes by their CPUs; what all families have of them. */
const SIZES: Readonly<Record<number, string>> = { 2: "large", 4: "xlarge", 8: "2xlarge", 16: "4xlarge" };

/** Numbers of CPUs that every family has a size for. */
export const COMMON_CPUS: readonly number[] = Object.keys(SIZES).map(Number);

/** Whether instances have Graviton processors; undefined if some have and some have not. */
function allArm(instanceTypes: readonly string[]): boolean | undefined {
    const arm = instanceTypes.filter((type) => GRAVITON.test(type)).length;
    return arm === 0 || arm === instanceTypes.length ? arm > 0 : undefined;
}

/**
 * The AMI type that instances boot. Source: Amazon EC2, "Instance type naming conventions".
 *
 * @throws {ValueError} if they are of two architectures: a node group has one image
 */
export function amiType(instanceTypes: readonly string[]): AmiType {
    const arm = allArm(instanceTypes);
    if (arm === undefined) {
        const others = instanceTypes.filter((type) => GRAVITON.test(type));
        throw new ValueError(
            instanceTypes,
            `a node group has one image, and ${others.join(", ")} cannot boot that of the others`,
            "List types of one architecture",
        );
    }
    return arm ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}

/**
 * The architecture of families, as the label `kubernetes.io/arch` has it.
 *
 * @throws {ValueError} if they are of two: an image that is built for one would start on some nodes and fail on others
 */
export function architecture(families: readonly string[]): "amd64" | "arm64" {
    const arm = allArm(families.map((family) => `${family}.`));
    if (arm === undefined) {
        throw new ValueError(
            families,
            "they are of two architectures, and an image that is built for one fails on nodes of the other",
            "List families of one architecture",
        );
    }
    return arm ? "arm64" : "amd64";
}

/** Whether machines of a family bring disks of their own. */
export function hasLocalDisk(family: string): boolean {
    return LOCAL_DISK.test(family);
}

function memoryPerCpu(family: string, value: unknown): number {
    const memory = FAMILY.test(family) ? MEMORY_PER_CPU[family.charAt(0)] : undefined;
    if (memory === undefined) {
        throw new ValueError(
            value,
            "how much memory it has does not follow from its name",
            "Use a family such as c7i, m7i, r7i, i4i or t3",
        );
    }
    return memory;
}

/** CPUs of a size: a large has two, an xlarge four, and the number in front of an xlarge multiplies. */
function cpusOf(size: string): number | undefined {
    const match = /^(?:(x)|(\d+)x)?large$/.exec(size);
    if (!match) {
        return undefined;
    }
    return match[2] === undefined ? (match[1] === undefined ? 2 : 4) : 4 * Number(match[2]);
}

/**
 * What a type of instance has, by its name. Source: Amazon EC2, "Instance type naming conventions" and "Instance types,
 * specifications".
 *
 * @throws {ValueError} for a family or size that has figures of its own
 */
export function instanceType(name: string): InstanceType {
    const [family = "", size = ""] = name.split(".");
    const cpus = cpusOf(size);
    if (cpus === undefined) {
        throw new ValueError(name, "how many CPUs it has does not follow from its name", "Use a size such as 2xlarge");
    }
    return { name, cpus, memoryGiB: cpus * memoryPerCpu(family, name) };
}

/** What instances have to have. */
export interface InstanceNeeds {
    /** In the order of preference. */
    readonly families: readonly string[];
    readonly minCpus: number;
    readonly maxCpus: number;
    readonly minMemoryGiB: number;
}

/**
 * The types that meet needs: smaller ones first, of one size in the order of the families.
 *
 * @throws {ValueError} for a family that has figures of its own
 */
export function matchingTypes({ families, minCpus, maxCpus, minMemoryGiB }: InstanceNeeds): readonly InstanceType[] {
    const sizes = Object.entries(SIZES).filter(([cpus]) => Number(cpus) >= minCpus && Number(cpus) <= maxCpus);
    return sizes
        .flatMap(([, size]) => families.map((family) => instanceType(`${family}.${size}`)))
        .filter(({ memoryGiB }) => memoryGiB >= minMemoryGiB);
}
