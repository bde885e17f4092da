import { PROGRAMS } from "../../tools/control-plane/kwokctl.ts";
import { toolchain } from "../../tools/control-plane/toolchain.ts";

/** Builds what is missing once, before the files of the suite run side by side in processes of their own. */
export async function mochaGlobalSetup(): Promise<void> {
    await toolchain([...PROGRAMS, "prometheus", "promtool"], {
        onProgress: (line) => process.stderr.write(`${line}\n`),
    });
}
