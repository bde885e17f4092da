import { ValueError } from "../../components/support/errors.ts";

/** AMI types of Amazon Linux 2023 by architecture (EKS API, `Nodegroup.amiType`). */
export type AmiType = "AL2023_x86_64_STANDARD" | "AL2023_ARM_64_STANDARD";

/** Graviton's letter follows the generation: m7g, c7gn, r8gd; a1 is the first of them. */
const GRAVITON = /^(?:a1|[a-z]+\d+g[a-z-]*)\./;

/**
 * The AMI type that instances boot. Source: Amazon EC2, "Instance type naming conventions".
 *
 * @throws {ValueError} if they are of two architectures: a node group has one image
 */
export function amiType(instanceTypes: readonly string[]): AmiType {
    const arm = instanceTypes.filter((type) => GRAVITON.test(type));
    if (arm.length > 0 && arm.length < instanceTypes.length) {
        throw new ValueError(
            instanceTypes,
            `a node group has one image, and ${arm.join(", ")} cannot boot that of the others`,
            "List types of one architecture",
        );
    }
    return arm.length > 0 ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
