import type { Problems } from "../../components/support/errors.ts";
import { bytes, millicores } from "../../components/values/quantity.ts";
import { taskLimits } from "../platform/task-limits.ts";
import type { ValidSections } from "./checks.ts";

const MIB = 2 ** 20;

type System = "flink" | "metabase" | "superset" | "redash" | "zeppelin" | "jupyterhub";

/** Systems whose namespaces only some stacks have, by the key of the quota. */
const SYSTEMS: Readonly<Record<"flink" | "bi" | "jupyterhub", readonly System[]>> = {
    flink: ["flink"],
    bi: ["metabase", "superset", "redash", "zeppelin"],
    jupyterhub: ["jupyterhub"],
};

/** Checks that every namespace with systems in it has a quota. */
function checkQuotas(problems: Problems, { quotas, ...sections }: ValidSections): void {
    for (const key of ["flink", "bi", "jupyterhub"] as const) {
        const system = SYSTEMS[key].find((name) => sections[name] !== undefined);
        problems.check(
            quotas === undefined || system === undefined || quotas[key] !== undefined,
            `quotas.${key}`,
            undefined,
            `the namespace has ${system}, and a mistake in it would take what the others need`,
            "Say what its pods may ask for together: { pods, cpu, memory }",
        );
    }
}

/** Checks that namespaces have quotas, and that these let tasks be. */
export function checkPlatform(problems: Problems, sections: ValidSections): void {
    checkQuotas(problems, sections);
    const { quotas, airflow } = sections;
    if (!quotas || !airflow) {
        return;
    }
    const tasks = taskLimits(airflow);
    const { pods, cpu, memory } = quotas.airflowTasks;
    const check = (key: "pods" | "cpu" | "memory", value: unknown, enough: boolean, least: string): void => {
        problems.check(
            enough,
            `quotas.airflowTasks.${key}`,
            value,
            `${airflow.parallelism} tasks and those that are ending may take ${least} together`,
            `Use more than ${least}, with room for pods that tasks start`,
        );
    };
    check("pods", pods, pods > tasks.pods, String(tasks.pods));
    check("cpu", cpu, millicores(cpu) > tasks.cpu, `${tasks.cpu}m`);
    check("memory", memory, bytes(memory) > tasks.memory, `${Math.ceil(tasks.memory / MIB)}Mi`);
}
