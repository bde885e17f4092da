import { format, parseBlock, size } from "../../../stacks/infrastructure/ipv4.ts";
import type { RenderedStack } from "../rendered/stack.ts";
import type { Source } from "./network-policy.ts";

/**
 * The first and the last address of each private subnet, for somebody whose network interfaces are in them: the API server,
 * and internal load balancers, whose controller finds the subnets by this tag.
 */
export function privateAddresses({ resources }: RenderedStack, who: string): readonly Source[] {
    return resources
        .filter(({ inputs }) => inputs["tags"]?.["kubernetes.io/role/internal-elb"] === "1")
        .flatMap(({ inputs }) => {
            const block = parseBlock(inputs["cidrBlock"]);
            return [block.first, block.first + size(block) - 1].map((first): Source => {
                const [address = ""] = format({ first, prefix: 32 }).split("/");
                return { kind: "address", name: `${who} at ${address}`, address };
            });
        });
}
