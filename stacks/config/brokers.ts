import { z } from "zod";
import { count, duration, image, matching, quorum, refuse, resources, section, volumeSize } from "./fields.ts";
import { clients, jmxExporter, kubernetesName } from "./kafka.ts";

const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;

/** What clients can read with, in or out of the cluster. */
const topic = () =>
    section({
        /** As producers and consumers call it. */
        name: matching(
            TOPIC_NAME,
            "a topic's name has 1 to 249 letters, digits, dots, underscores and hyphens",
            "Rename it",
        ),
        /** How many members can read at the same time. */
        partitions: count(1, 10_000),
    });

/** Controllers and brokers of this program. */
const inClusterKafka = () =>
    section({
        /** Where the brokers run. */
        kind: z.literal("in-cluster"),
        image: image(),
        /** Brokers; three hold a copy of every record each. */
        brokers: count(3, 99),
        controllers: quorum(),
        /** Of each broker. */
        brokerStorage: volumeSize(),
        /** Of each controller. */
        controllerStorage: volumeSize(),
        brokerResources: resources(),
        controllerResources: resources(),
        /**
         * What makes metrics of brokers, controllers and workers of Kafka Connect readable for Prometheus.
         * @default they have none, and there are no alerts on partitions
         */
        exporter: jmxExporter().optional(),
        /** A member of a group that is silent for so long loses its partitions, where the group's protocol is `consumer`. */
        groupSessionTimeout: duration(),
        /** The topic that the consumers read. */
        topic: topic(),
        /**
         * Who may read and write, beside the systems of this program that are known to: producers above all. The brokers ask
         * nobody who they are, so each of them may do everything, with every topic.
         * @default nobody
         */
        clients: clients().optional(),
    });

const ADDRESS = /^(?=.{3,259}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*:([1-9]\d{0,4})$/;

/** Every broker's listener has one of these ports: members are asked whether they are connected to it. */
const bootstrapServers = () =>
    z
        .array(
            matching(
                ADDRESS,
                "it is no host and port of a broker",
                'Write it like "b-1.events.abc123.c2.kafka.eu-central-1.amazonaws.com:9096"',
            ).superRefine((address, sink) => {
                if (Number(address.slice(address.lastIndexOf(":") + 1)) > 65_535) {
                    refuse(sink, "ports end at 65535", "Correct the port");
                }
            }),
        )
        .min(1)
        .superRefine((addresses, sink) => {
            const twice = addresses.findIndex((address, index) => addresses.indexOf(address) !== index);
            if (twice >= 0) {
                refuse(sink, "the broker is listed twice", "Remove it", [twice], addresses[twice]);
            }
        });

/** A Secret whose key `ca.crt` has certificates in PEM. */
const authority = () => kubernetesName();

/** How brokers and clients are sure of each other. */
const security = () =>
    z.discriminatedUnion("kind", [
        /** Nothing is encrypted, and nobody is asked who they are. Not in prod. */
        section({ kind: z.literal("plaintext") }),
        /** Connections are encrypted, and the brokers have certificates. */
        section({
            kind: z.literal("tls"),
            /**
             * A Secret of the clients' namespaces, with the authority that the brokers' certificates come from in `ca.crt`.
             * @default those that the clients' images trust, which is right for Amazon MSK
             */
            ca: authority().optional(),
        }),
        /** The same, and clients say who they are by name and password. */
        section({
            kind: z.literal("sasl"),
            /** How the password is proved. */
            mechanism: z.enum(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]),
            /**
             * A Secret of the clients' namespaces (`kafka`, and `flink` where there is Flink) with the keys `username` and
             * `password`; neither has a double quote, a backslash or a comma. Nothing here makes it: see `externalSecrets`.
             */
            secret: kubernetesName(),
            /**
             * A Secret of the clients' namespaces, with the authority that the brokers' certificates come from in `ca.crt`.
             * @default those that the clients' images trust, which is right for Amazon MSK
             */
            ca: authority().optional(),
        }),
    ]);

/** Brokers that somebody else runs, such as Amazon MSK. Topics are theirs to make. */
const externalKafka = () =>
    section({
        /** Where the brokers run. */
        kind: z.literal("external"),
        /** `HOST:PORT` of some of the brokers, whose listeners all have one of these ports. */
        bootstrapServers: bootstrapServers(),
        security: security(),
        /**
         * What makes metrics of workers of Kafka Connect readable for Prometheus.
         * @default they have none
         */
        exporter: jmxExporter().optional(),
        /**
         * The brokers' `group.consumer.session.timeout.ms`, as it is there: what the lag budget is held against where the group's
         * protocol is `consumer`.
         * @default not said, which is right where the group's protocol is `classic`
         */
        groupSessionTimeout: duration().optional(),
        /** The topic that the consumers read; it has to be there. */
        topic: topic(),
    });

/** Kafka in the cluster, or brokers elsewhere. */
export const kafkaOfChoice = () => z.discriminatedUnion("kind", [inClusterKafka(), externalKafka()]);
