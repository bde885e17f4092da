import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import { type PodProcess, podProcess } from "../support/pod-process.ts";
import { ordinalsOf } from "../support/rendered-pod.ts";
import { workspace } from "../support/workspace.ts";

const NAMESPACE = "data";
const NAME = "zookeeper";
/** First three numbers of the servers' addresses. */
const NETWORK = "127.54.0";

/** Two cores and many programs: quick to start, and one thread for the memory. */
const JAVA = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];

/** Quieter than the library's default, which tells of every packet. */
const LOGBACK = `<configuration>
    <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
        <encoder><pattern>%date %-5level [%logger{0}] %message%n</pattern></encoder>
    </appender>
    <root level="INFO"><appender-ref ref="console"/></root>
</configuration>
`;

/** The servers of the stack's ensemble as processes, and programs of a client. */
export interface Ensemble {
    readonly servers: readonly PodProcess[];
    /** Command of our client, which gets what it shall do: `write` or `list`. */
    readonly client: (what: "write" | "list") => readonly string[];
}

/** In place of the image's script of that name, which comes with the distribution and not with the jars. */
function zkServer(jars: string, hosts: string, folder: string): string {
    return [
        "#!/bin/sh",
        '[ "$1" = start-foreground ] || { echo "zkServer.sh: $*: not expected" >&2; exit 2; }',
        `exec ${JAVA.join(" ")} -Xmx"$ZK_SERVER_HEAP"m -Djdk.net.hosts.file=${hosts} -cp "${folder}:${jars}/*" \\`,
        '    org.apache.zookeeper.server.quorum.QuorumPeerMain "$ZOO_CONFIGURATION"',
        "",
    ].join("\n");
}

/**
 * Makes the servers. What differs from their pods: each listens on its own address and not on all, which is its localhost,
 * too; DNS is a file of hosts; and the image's start script is ours.
 *
 * @param jars folder of ZooKeeper's jars
 */
export async function ensemble(stack: RenderedStack, jars: string): Promise<Ensemble> {
    const folder = join(await workspace(), "zookeeper-programs");
    await mkdir(folder, { recursive: true });
    const hosts = join(folder, "hosts");
    const ordinals = await ordinalsOf({ stack, kind: "StatefulSet", namespace: NAMESPACE, name: NAME });
    const names = ordinals.map((ordinal) => `${NAME}-${ordinal}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`);
    const lines = names.map((name, index) => `${NETWORK}.${10 + index} ${name}`);
    await writeFile(hosts, ["127.0.0.1 localhost", ...lines, ""].join("\n"));
    await writeFile(join(folder, "logback.xml"), LOGBACK);
    const script = join(folder, "zkServer.sh");
    await writeFile(script, zkServer(jars, hosts, folder));
    await chmod(script, 0o755);
    await promisify(execFile)("javac", ["-cp", `${jars}/*`, "-d", folder, join(import.meta.dirname, "Client.java")]);
    const servers = await Promise.all(
        ordinals.map((ordinal) => {
            const address = `${NETWORK}.${10 + ordinal}`;
            return podProcess({
                stack,
                kind: "StatefulSet",
                namespace: NAMESPACE,
                name: NAME,
                ordinal,
                address,
                replace: {
                    "127.0.0.1": address,
                    "quorumListenOnAllIPs=true": "quorumListenOnAllIPs=false",
                    "clientPort=2181": `clientPort=2181\nclientPortAddress=${address}`,
                    "metricsProvider.httpPort": `metricsProvider.httpHost=${address}\nmetricsProvider.httpPort`,
                },
                program: ({ path }) => ({
                    env: {
                        PATH: [folder, process.env["PATH"] ?? ""].join(delimiter),
                        // The image's own variable is its script's.
                        ZOO_CONFIGURATION: path("/conf/zoo.cfg"),
                    },
                }),
            });
        }),
    );
    const connect = names.map((name) => `${name}:2181`).join(",");
    return {
        servers,
        client: (what) => [
            ...JAVA,
            "-Xmx64m",
            `-Djdk.net.hosts.file=${hosts}`,
            "-cp",
            `${folder}:${jars}/*`,
            "Client",
            what,
            connect,
        ],
    };
}
