import { type Duration, seconds } from "../../../components/values/duration.ts";
import { clientProperties, jaas, PASSWORD, USERNAME } from "./client-security.ts";
import type { KafkaSecurity } from "./endpoint.ts";
import type { Properties } from "./properties.ts";
import { heartbeatMillis } from "./sessions.ts";

/** How the members of a group and the brokers agree on who reads what. */
export type GroupProtocol =
    /** The members' own protocol; each says for how long it may be silent. */
    | {
          readonly kind: "classic";
          /** `session.timeout.ms`. Brokers take no less than 6 s (`group.min.session.timeout.ms`). */
          readonly sessionTimeout: Duration;
      }
    /** The brokers' protocol (KIP-848). Members cannot choose a timeout: the client refuses the setting. */
    | {
          readonly kind: "consumer";
          /** The brokers' `group.consumer.session.timeout.ms`. Kafka's own default is 45 s, its minimum as well. */
          readonly brokerSessionTimeout: Duration;
      };

/** Who a group's members are, as their settings have it. */
export interface ConsumerSettings {
    readonly group: string;
    readonly protocol: GroupProtocol;
    /** Static members keep their partitions over a restart; dynamic ones give them up when they leave. */
    readonly membership: "static" | "dynamic";
    /** A member that does not come back for more records within this time has missed it, and is put out of the group. */
    readonly lagBudget: Duration;
    /** Whether nodes lie in zones, so that a member can read from the copy in its own. */
    readonly zones: boolean;
    /** How members and brokers are sure of each other. */
    readonly security: KafkaSecurity;
}

/** For how long a member may be silent before its partitions go to others. */
export function sessionTimeout(protocol: GroupProtocol): Duration {
    return protocol.kind === "classic" ? protocol.sessionTimeout : protocol.brokerSessionTimeout;
}

/**
 * The settings of a consumer, but for the brokers' address. What differs from pod to pod is read from its environment by
 * Kafka's own EnvVarConfigProvider (KIP-887), so that one file serves all.
 *
 * A group without commits begins with the oldest record: with the latest one, what is written to a new partition before
 * the group finds it would never be read.
 */
export function consumerProperties(settings: ConsumerSettings): Properties {
    const { protocol, security } = settings;
    const variables = ["POD_NAME", "POD_ZONE", "KAFKA_BOOTSTRAP_SERVERS"];
    const secrets = security.kind === "sasl" ? [USERNAME, PASSWORD] : [];
    return {
        "config.providers": "env",
        "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
        "config.providers.env.param.allowlist.pattern": [...variables, ...secrets].join("|"),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Kafka replaces it
        "bootstrap.servers": "${env:KAFKA_BOOTSTRAP_SERVERS}",
        ...clientProperties(security),
        ...(security.kind === "sasl"
            ? { "sasl.jaas.config": jaas(security, `\${env:${USERNAME}}`, `\${env:${PASSWORD}}`) }
            : {}),
        "group.id": settings.group,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Kafka replaces it
        ...(settings.membership === "static" ? { "group.instance.id": "${env:POD_NAME}" } : {}),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Kafka replaces it
        "client.id": "${env:POD_NAME}",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Kafka replaces it
        ...(settings.zones ? { "client.rack": "${env:POD_ZONE}" } : {}),
        "group.protocol": protocol.kind,
        ...(protocol.kind === "classic"
            ? {
                  "session.timeout.ms": seconds(protocol.sessionTimeout) * 1000,
                  "heartbeat.interval.ms": heartbeatMillis(protocol.sessionTimeout),
                  // Members keep reading what does not move (KIP-429).
                  "partition.assignment.strategy": "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
              }
            : {}),
        "max.poll.interval.ms": seconds(settings.lagBudget) * 1000,
        "auto.offset.reset": "earliest",
    };
}
