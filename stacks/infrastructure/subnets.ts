import { ValueError } from "../../components/support/errors.ts";
import { format, overlaps, parseBlock, part } from "./ipv4.ts";

/** The subnets of one availability zone. */
export interface ZoneSubnets {
    /** Name of the zone, `eu-central-1a`. */
    readonly zone: string;
    /** For NAT gateways and public load balancers. */
    readonly publicCidr: string;
    /** For nodes, pods and internal load balancers. */
    readonly privateCidr: string;
}

/** Addresses of Services; the range that EKS itself takes outside of 172.16.0.0/12, set so that it cannot change. */
export const SERVICE_CIDR = "172.20.0.0/16";

/**
 * The longest prefix of a private subnet. The VPC CNI gives every pod an address of the subnet: 120 nodes in a zone with
 * 30 addresses each fill 3,600 of the 4,091 that a /20 has (AWS keeps five).
 */
const LONGEST_PRIVATE_PREFIX = 20;

/** AWS takes VPCs from /16 to /28 (Amazon VPC user guide, "VPC CIDR blocks"). */
const SHORTEST_VPC_PREFIX = 16;

/** A public subnet is one sixteenth of a private one: /22 beside /18. */
const PUBLIC_BITS = 4;

/** RFC 1918, and RFC 6598, which the VPC CNI accepts as well. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseBlock);

/**
 * Cuts a VPC into one private and one public subnet a zone.
 *
 * The VPC is cut into as many equal parts as hold one for each zone and one more. Every zone takes a part as its private
 * subnet; the last part holds the small public subnets, and what is left of it stays free for later.
 *
 * @param cidr range of the VPC
 * @param zones names of the zones, in an order that never changes: a zone's place decides its addresses
 * @throws {ValueError} if the range is not private, overlaps {@link SERVICE_CIDR}, or is too small for the zones
 */
export function planSubnets(cidr: string, zones: readonly string[]): ZoneSubnets[] {
    const vpc = parseBlock(cidr);
    if (vpc.prefix < SHORTEST_VPC_PREFIX) {
        throw new ValueError(cidr, "AWS takes no VPC larger than a /16", "Use a /16");
    }
    if (!PRIVATE_RANGES.some((range) => overlaps(range, vpc))) {
        throw new ValueError(cidr, "it is not a private range (RFC 1918, RFC 6598)", 'Use one like "10.20.0.0/16"');
    }
    if (overlaps(parseBlock(SERVICE_CIDR), vpc)) {
        throw new ValueError(cidr, `it overlaps the addresses of Services, ${SERVICE_CIDR}`, "Use another range");
    }
    const bits = Math.ceil(Math.log2(zones.length + 1));
    const shortfall = vpc.prefix + bits - LONGEST_PRIVATE_PREFIX;
    if (shortfall > 0) {
        throw new ValueError(
            cidr,
            `cut for ${zones.length} zones, a private subnet is a /${vpc.prefix + bits}, and nodes and pods of a zone need a /${LONGEST_PRIVATE_PREFIX}`,
            `Use a /${vpc.prefix - shortfall} or larger`,
        );
    }
    const publicPart = part(vpc, bits, 2 ** bits - 1);
    return zones.map((zone, index) => ({
        zone,
        privateCidr: format(part(vpc, bits, index)),
        publicCidr: format(part(publicPart, PUBLIC_BITS, index)),
    }));
}
