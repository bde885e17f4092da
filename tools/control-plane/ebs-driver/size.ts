import { quantity } from "../../plan/kubernetes.ts";

const GIB = 2 ** 30;

/**
 * Size of the disk for a request: whole GiB, at least one, as the driver rounds.
 *
 * @returns a quantity in the API server's own spelling: `2Gi`, `1Ti`
 */
export function diskSize(request: string | undefined): string {
    const gib = Math.max(1, Math.ceil(quantity(request) / GIB));
    return gib % 1024 === 0 ? `${gib / 1024}Ti` : `${gib}Gi`;
}

/** Whether one quantity is more than another; none is zero. */
export function larger(a: string | undefined, b: string | undefined): boolean {
    return quantity(a) > quantity(b);
}
