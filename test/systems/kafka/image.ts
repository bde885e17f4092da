import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { JAVA_OPTIONS, type JavaHome } from "./java.ts";

/** The start scripts that the stack calls, each with its class. Source: Kafka, `bin/` and what it says there. */
const CLASSES: Readonly<Record<string, string>> = {
    "kafka-server-start.sh": "kafka.Kafka",
    "kafka-storage.sh": "kafka.tools.StorageTool",
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
    "kafka-console-consumer.sh": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "connect-distributed.sh": "org.apache.kafka.connect.cli.ConnectDistributed",
};

/**
 * Writes what Apache's image has under `/opt/kafka/bin`, which Maven Central has not: programs by Kafka's own names that heed
 * the same variables (`kafka-run-class.sh`). What they add is the list of names, since here is no DNS, and options for a small
 * machine.
 *
 * @returns the folder
 */
export async function imageScripts({ jars, hosts }: JavaHome, parent: string): Promise<string> {
    const folder = join(parent, "bin");
    await mkdir(folder, { recursive: true });
    for (const [name, program] of Object.entries(CLASSES)) {
        const script = `#!/bin/sh
exec java \${KAFKA_HEAP_OPTS:--Xmx256m} ${JAVA_OPTIONS.join(" ")} -Djdk.net.hosts.file=${hosts} \\
    \${KAFKA_LOG4J_OPTS:-} -cp '${jars}/*' \${KAFKA_OPTS:-} ${program} "$@"
`;
        await writeFile(join(folder, name), script);
        await chmod(join(folder, name), 0o755);
    }
    return folder;
}
