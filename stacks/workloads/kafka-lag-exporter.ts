import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { StatelessService } from "../../components/stateless-service.ts";
import type { StackConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { authorityFile, authorityFiles, credentials } from "./kafka/client-security.ts";
import type { KafkaEndpoint, KafkaSecurity } from "./kafka/endpoint.ts";
import type { LagSource } from "./kafka/lag-alerts.ts";

/** Name of the exporter's component, which the brokers let in. */
export const LAG_EXPORTER = "kafka-lag-exporter";

const PORT = 8080;
const CONFIG_FILE = "/etc/kminion/config.yaml";
/** `nobody`: the image's own user has a name and no number that is written anywhere; the program is readable to all. */
const USER = 65_534;

/** Arguments of {@link KafkaLagExporter}. */
export interface KafkaLagExporterArgs {
    readonly config: NonNullable<StackConfig["lagExporter"]>;
    readonly context: WorkloadContext;
    /** Namespace; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    readonly brokers: KafkaEndpoint;
    /**
     * Beginnings of names of groups that nobody wants to know of: those with a new name at every start.
     * @default none
     */
    readonly ignoredGroups?: readonly string[];
}

function literal(text: string): string {
    return text.replaceAll(/[\\.+*?()|[\]{}^$/]/g, String.raw`\$&`);
}

/** Name and password are in variables, which go over the file. */
function access(security: KafkaSecurity): object {
    const caFilepath = authorityFile(security);
    return {
        ...(security.kind === "plaintext"
            ? {}
            : { tls: { enabled: true, ...(caFilepath === undefined ? {} : { caFilepath }) } }),
        ...(security.kind === "sasl" ? { sasl: { enabled: true, mechanism: security.mechanism } } : {}),
    };
}

/** Source: redpanda-data/kminion v2.3.5, docs/reference-config.yaml. */
function settings({ brokers, ignoredGroups = [] }: KafkaLagExporterArgs): string {
    return stringify({
        kafka: {
            brokers: brokers.bootstrapServers.split(","),
            clientId: LAG_EXPORTER,
            ...access(brokers.security),
        },
        minion: {
            consumerGroups: {
                // The offsets topic has nothing more that is read here, and would be kept in memory.
                scrapeMode: "adminApi",
                granularity: "partition",
                ignoredGroups: ignoredGroups.map((prefix) => `/^${literal(prefix)}.*/`),
            },
            topics: { granularity: "partition" },
        },
        exporter: { port: PORT },
    });
}

/**
 * How far consumer groups are behind, partition by partition: KMinion (MIT licence).
 *
 * It asks the brokers for committed offsets, which they give for groups of either protocol to whoever is no member (Kafka,
 * ConsumerGroup.validateOffsetFetch). The better known kafka_exporter
 * had its last release in February 2025; KMinion has one every month (v2.3.5 of August 2026). Who the members of a group of
 * the new protocol are it does not know yet (redpanda-data/kminion#294), so that nothing here reads that.
 *
 * Replicas tell the same; alerts count each partition once.
 */
export class KafkaLagExporter extends pulumi.ComponentResource {
    /** Where alerts find the lag. */
    readonly source: LagSource;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: KafkaLagExporterArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:KafkaLagExporter", name, {}, opts);
        const { config, context, namespace, brokers } = args;
        new StatelessService(
            LAG_EXPORTER,
            {
                ...placed(context),
                namespace,
                system: LAG_EXPORTER,
                image: config.image,
                replicas: config.replicas,
                resources: config.resources,
                env: {
                    CONFIG_FILEPATH: CONFIG_FILE,
                    ...credentials(brokers.security, "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"),
                },
                configFiles: { [CONFIG_FILE]: settings(args) },
                secretFiles: authorityFiles(brokers.security),
                security: { user: USER, group: USER },
                ports: { metrics: PORT },
                // More often than usual: lag is promised in tens of seconds.
                metrics: { port: "metrics", every: "10 seconds" },
                // Ready once it has seen the brokers; they are asked anew at every scrape, so their loss is no reason to restart.
                health: { ready: { kind: "http", path: "/ready", port: "metrics" }, startUp: "1 minute" },
            },
            { parent: this, ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) },
        );
        this.source = { namespace, workload: LAG_EXPORTER };
        this.registerOutputs({});
    }
}
