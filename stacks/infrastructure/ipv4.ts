import { ValueError } from "../../components/support/errors.ts";

/** A block of IPv4 addresses: the first one as a number, and the length of the prefix. */
export interface Block {
    readonly first: number;
    readonly prefix: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Number of addresses in a block. */
export function size(block: Block): number {
    return 2 ** (32 - block.prefix);
}

/** Writes a block in CIDR notation. */
export function format(block: Block): string {
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(block.first / 2 ** shift) % 256);
    return `${octets.join(".")}/${block.prefix}`;
}

/** Whether every address of `inner` lies in `outer`. */
export function contains(outer: Block, inner: Block): boolean {
    return inner.first >= outer.first && inner.first + size(inner) <= outer.first + size(outer);
}

/** Whether two blocks share an address. Blocks are aligned, so one of them is then inside the other. */
export function overlaps(a: Block, b: Block): boolean {
    return contains(a, b) || contains(b, a);
}

/**
 * Reads CIDR notation.
 *
 * @throws {ValueError} if it is none, or if bits are set to the right of the prefix
 */
export function parseBlock(cidr: string): Block {
    const match = PATTERN.exec(cidr);
    const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = (match ?? []).slice(1).map(Number);
    if (Math.max(a, b, c, d) > 255 || prefix > 32) {
        throw new ValueError(cidr, "it is no IPv4 range in CIDR notation", 'Write it like "10.20.0.0/16"');
    }
    const address = ((a * 256 + b) * 256 + c) * 256 + d;
    const block = { first: address - (address % 2 ** (32 - prefix)), prefix };
    if (block.first !== address) {
        throw new ValueError(
            cidr,
            `its address has bits set behind the prefix of ${prefix}`,
            `Write "${format(block)}"`,
        );
    }
    return block;
}

/**
 * The part number `index` of a block that is cut into equal parts.
 *
 * @param bits by how many bits the parts' prefix is longer; the block has 2^bits parts
 */
export function part(block: Block, bits: number, index: number): Block {
    const prefix = block.prefix + bits;
    return { first: block.first + index * 2 ** (32 - prefix), prefix };
}
