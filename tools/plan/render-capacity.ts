import type { ZoneLoss } from "./capacity/zone-loss.ts";
import type { Capacity, PoolFit } from "./capacity.ts";
import type { RenderOptions } from "./render.ts";
import { cell, columnWidth, count, hanging } from "./text.ts";

const NAME_LIMIT = 20;
const NUMBER_WIDTH = 9;

function percent(share: number): string {
    return `${Math.round(share * 100)} %`;
}

function poolLine({ pool, instanceType, nodes, max, share }: PoolFit, names: number, types: number): string {
    const head = `  ${cell(pool, names)}  ${cell(instanceType, types)}`;
    if (share === null) {
        const what = nodes === 0 ? "nothing that is declared runs on it" : "for all of its tasks and jobs at once";
        return `${head}${cell(`${nodes}`, NUMBER_WIDTH, "right")}  of ${max} at most, ${what}`;
    }
    const numbers = [`${nodes}`, ...[share.cpu, share.memory, share.pods, share.volumes].map(percent)];
    return `${head}${numbers.map((number) => cell(number, NUMBER_WIDTH, "right")).join("")}`;
}

/** The last part of `airflow/airflow-scheduler`. */
function shortName({ workload }: ZoneLoss): string {
    return workload.slice(workload.lastIndexOf("/") + 1);
}

function left(loss: ZoneLoss): string {
    return `${shortName(loss)} ${loss.left} of ${loss.replicas}`;
}

function lossLines(losses: readonly ZoneLoss[]): string[] {
    const promised = (["orchestration", "ingestion"] as const).flatMap((promise) => {
        const own = losses.filter((loss) => loss.promise === promise);
        const up = own.filter(({ outcome }) => outcome === "up");
        const state = up.length === own.length ? "stays up" : "does not stay up";
        return own.length === 0 ? [] : hanging(`  ${cell(promise, 15)}`, `${state}: ${own.map(left).join(", ")}`);
    });
    const others = losses.filter(({ promise, outcome }) => promise === undefined && outcome !== "up");
    const back = others.filter(({ outcome }) => outcome === "back").map(shortName);
    const gone = others.filter(({ outcome }) => outcome === "gone").map(shortName);
    return [
        ...promised,
        ...(back.length === 0 ? [] : hanging(`  ${cell("back elsewhere", 15)}`, back.join(", "))),
        ...(gone.length === 0 ? [] : hanging(`  ${cell("gone with it", 15)}`, gone.join(", "))),
    ];
}

/** How full the pools are, what stays up with a zone gone, and what is wrong with it. */
export function renderCapacity(capacity: Capacity | undefined, { colors }: RenderOptions): string[] {
    if (capacity === undefined) {
        return [];
    }
    const { pools, zoneLoss, findings, method } = capacity;
    const names = columnWidth(["pool", ...pools.map(({ pool }) => pool)], NAME_LIMIT);
    const types = columnWidth(["instances", ...pools.map(({ instanceType }) => instanceType)], NAME_LIMIT);
    const head = ["nodes", "CPU", "memory", "pods", "volumes"].map((title) => cell(title, NUMBER_WIDTH, "right"));
    return [
        colors.dim(`  ${cell("pool", names)}  ${cell("instances", types)}${head.join("")}`),
        ...pools.map((fit) => poolLine(fit, names, types)),
        ...(zoneLoss.length === 0 ? [] : ["  With a zone gone:"]),
        ...lossLines(zoneLoss),
        ...findings.flatMap(({ level, subject, message, fix }) => [
            `  ${level === "error" ? colors.red("✗ error  ") : colors.yellow("! warning")}  ${colors.bold(subject)}`,
            ...hanging("      ", message),
            ...hanging("      Fix: ", fix),
        ]),
        ...hanging("  ", `${method}.`).map(colors.dim),
    ];
}

/** The last line of a plan whose room breaks a promise. */
export function capacityErrors(capacity: Capacity | undefined): string | undefined {
    const errors = capacity?.findings.filter(({ level }) => level === "error").length ?? 0;
    return errors === 0 ? undefined : `✗ ${count(errors, "capacity error")}`;
}
