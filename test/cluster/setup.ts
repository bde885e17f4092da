import { toolchain } from "../../tools/control-plane/toolchain.ts";

/** Builds what is missing once, before the files of the suite run side by side in processes of their own. */
export async function mochaGlobalSetup(): Promise<void> {
    await toolchain(
        [
            "etcd",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kwok",
            "kwokctl",
            "prometheus",
            "promtool",
        ],
        { onProgress: (line) => process.stderr.write(`${line}\n`) },
    );
}
