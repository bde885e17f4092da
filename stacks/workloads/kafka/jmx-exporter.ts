import { stringify } from "yaml";
import type { ContainerArgs, Metrics, ServingArgs, WorkloadArgs } from "../../../components/workload-args.ts";
import type { JmxRules } from "./jmx-rules.ts";

/** Port that Prometheus scrapes; the one reserved for the exporter (prometheus/prometheus, "Default port allocations"). */
const JMX_PORT = 9404;
/** Where the agent is put; empty until the pod's first container has copied it. */
const AGENT_DIRECTORY = "/opt/jmx-exporter";
const AGENT = `${AGENT_DIRECTORY}/agent.jar`;
/** Where the image has it; one file, with its version in the name. */
const SOURCE = "/opt/prometheus-jmx-exporter/jmx_prometheus_javaagent-*.jar";
/** What the exporter reads. */
const RULES_FILE = "/etc/jmx-exporter/rules.yaml";

/** Copies 2 MiB. */
const COPY_RESOURCES: ContainerArgs["resources"] = { cpu: "50m", memory: "32Mi" };

/** An image that holds the agent. */
export interface JmxExporter {
    /** Strimzi's image of Kafka, or one of your own with the agent at the same place. */
    readonly image: string;
}

/** What a Java program's pod needs to report its own MBeans to Prometheus. */
type Exported = Required<
    Pick<ServingArgs, "ports" | "metrics"> & Pick<WorkloadArgs, "initContainers" | "scratch" | "configFiles">
> & {
    /** Options of the virtual machine, for `KAFKA_OPTS` of the server alone: a tool beside it would want the same port. */
    readonly javaOptions: string;
};

const METRICS: Metrics = { port: "metrics" };

/**
 * Prometheus' JMX exporter as an agent in the program's own virtual machine, so that it needs no remote JMX and sees memory
 * and garbage collection as well; the exporter's own advice (prometheus/jmx_exporter, "Deployment modes").
 *
 * Apache's image has no exporter, the project publishes none of its own, and Kafka's one `MetricsReporter` is JMX. Strimzi's
 * image of Kafka has it under `/opt/prometheus-jmx-exporter` (strimzi-kafka-operator, docker-images/kafka-based/kafka,
 * Dockerfile; agent 1.6.0 in 1.2.0). An init container copies it from there, so that nothing is downloaded when a pod starts
 * but images, which come from the cache like all others.
 *
 * @param security the program's own user, who has to be able to read what is copied
 */
export function jmxExporter(
    exporter: JmxExporter,
    rules: JmxRules,
    security: NonNullable<ContainerArgs["security"]>,
): Exported {
    return {
        initContainers: {
            "jmx-exporter": {
                image: exporter.image,
                // Run again when the node restarts, over the copy that is there.
                command: ["/bin/sh", "-c", `cp -f ${SOURCE} ${AGENT}`],
                resources: COPY_RESOURCES,
                security,
            },
        },
        scratch: { [AGENT_DIRECTORY]: "16Mi" },
        configFiles: { [RULES_FILE]: stringify(rules) },
        ports: { metrics: JMX_PORT },
        metrics: METRICS,
        javaOptions: `-javaagent:${AGENT}=${JMX_PORT}:${RULES_FILE}`,
    };
}
