import { propertiesFile } from "./properties.ts";

/**
 * The configuration of Log4j 2: everything to standard output, from where it is collected. The one that Kafka ships
 * writes files that nobody reads.
 */
export function loggingConfiguration(): string {
    return propertiesFile({
        status: "error",
        "appender.console.type": "Console",
        "appender.console.name": "STDOUT",
        "appender.console.layout.type": "PatternLayout",
        "appender.console.layout.pattern": "[%d] %p %m (%c)%n",
        "rootLogger.level": "info",
        "rootLogger.appenderRef.stdout.ref": "STDOUT",
    });
}
