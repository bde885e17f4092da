import { type Duration, seconds } from "../../../components/values/duration.ts";
import { type Bytes, bytes, type Cpu, millicores } from "../../../components/values/quantity.ts";
import { isRecord } from "../../../tools/plan/project-config.ts";
import type { Option } from "./options.ts";

const MIB = 2 ** 20;

const moreCpu = (cpu: unknown): string => `${millicores(String(cpu) as Cpu) + 100}m`;

const moreMemory = (memory: unknown): string => `${bytes(String(memory) as Bytes) / MIB + 256}Mi`;

/** The values that a constraint lists: `` `a`, `b` `` or `2, 4, 8`. */
function listed(constraint: string): readonly string[] {
    return constraint
        .split(/, | or /)
        .map((value) => value.replaceAll("`", ""))
        .filter((value) => value !== "");
}

function otherNumber(present: number, constraint: string): number {
    const [, least, most] = /^(\d+) to (\d+)$/.exec(constraint) ?? [];
    if (least === undefined || most === undefined) {
        const numbers = listed(constraint).map(Number);
        return numbers.find((number) => number > present) ?? numbers.findLast((number) => number < present) ?? present;
    }
    return present < Number(most) ? present + 1 : present - 1;
}

/**
 * A value of an option other than the present one, as far as its type says enough to make one.
 *
 * @returns the present one if it does not; undefined, to leave it out, for a part that need not be there
 */
export function otherValue({ type, constraint }: Option, present: unknown): unknown {
    switch (type) {
        case "image":
            return `${String(present).replace(/[:@][^/]*$/, "")}:99.9.9`;
        case "CPU":
            return moreCpu(present);
        case "memory":
            return moreMemory(present);
        case "CPU and memory":
            return isRecord(present)
                ? { cpu: moreCpu(present["cpu"]), memory: moreMemory(present["memory"]) }
                : present;
        case "whole number":
            return otherNumber(Number(present), constraint);
        case "true or false":
            return present !== true;
        case "one of":
            return listed(constraint).find((value) => value !== String(present));
        case "duration":
            return `${seconds(String(present) as Duration) + 60} seconds`;
        case "size":
            return `${Number.parseInt(String(present), 10) + 10}Gi`;
        case "section":
        case "list of section":
            return undefined;
        default:
            return present;
    }
}
