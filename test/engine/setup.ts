import { PROGRAMS } from "../../tools/control-plane/kwokctl.ts";
import { pin } from "../../tools/control-plane/toolchain/programs.ts";
import { toolchain } from "../../tools/control-plane/toolchain.ts";
import { sdkVersion } from "./doubles/package.ts";
import { engine, kubernetesProvider } from "./support/engine.ts";

const DOUBLES = ["aws", "eks", "random"];

/** Gets what is missing once, and says what is tested with, before the files run side by side in processes of their own. */
export async function mochaGlobalSetup(): Promise<void> {
    if ("missing" in engine) {
        return;
    }
    const provider = await kubernetesProvider();
    await toolchain(PROGRAMS, { onProgress: (line) => process.stderr.write(`${line}\n`) });
    const doubles = DOUBLES.map((name) => `${name} ${sdkVersion(`@pulumi/${name}`)}`);
    console.log(
        `Pulumi ${engine.version}, Kubernetes ${pin("kube-apiserver").version} and its provider ${provider}; ` +
            `doubles of ${doubles.join(", ")}`,
    );
}
