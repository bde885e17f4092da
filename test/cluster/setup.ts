import { constants, setPriority } from "node:os";
import { PROGRAMS } from "../../tools/control-plane/kwokctl.ts";
import { toolchain } from "../../tools/control-plane/toolchain.ts";

/** Builds what is missing once, before the files of the suite run side by side in processes of their own. */
export async function mochaGlobalSetup(): Promise<void> {
    await toolchain([...PROGRAMS, "prometheus", "promtool", "kube-score"], {
        onProgress: (line) => process.stderr.write(`${line}\n`),
    });
}

/** Title of the suite that asserts its own times. */
export const TIMED = "a node's death";

export const mochaHooks = {
    /** The others go after it where both want the processor, and so does what they start. */
    beforeAll(this: Mocha.Context): void {
        const titles = this.test?.parent?.suites.map(({ title }) => title) ?? [];
        if (!titles.includes(TIMED)) {
            setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
        }
    },
};
