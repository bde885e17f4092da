import type { Problems } from "../../components/support/errors.ts";
import { bytes, millicores } from "../../components/values/quantity.ts";
import { taskLimits } from "../platform/task-limits.ts";
import type { ValidSections } from "./checks.ts";

const MIB = 2 ** 20;

/** Checks that a namespace's quota lets its tasks be. */
export function checkPlatform(problems: Problems, { quotas, airflow }: ValidSections): void {
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
