import { z } from "zod";
import { dataBuckets } from "./data-buckets.ts";
import { count, image, matching, refuse, resources, section } from "./fields.ts";

const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Name of an object, as DNS takes it. */
export const kubernetesName = () =>
    matching(DNS_LABEL, "a Kubernetes name has lower-case letters, digits and hyphens, at most 63", "Correct it");

/** Pods that may connect, as a network policy finds them. */
export const clients = () =>
    z
        .array(
            section({
                /** Name of their component (`app.kubernetes.io/name`). */
                workload: kubernetesName(),
                /** The namespace that they run in. */
                namespace: kubernetesName(),
            }),
        )
        .min(1);

const javaClass = () =>
    matching(/^([A-Za-z_$][\w$]*\.)+[A-Za-z_$][\w$]*$/, "it is no name of a Java class", "Write it with its package");

/** Where the settings of workers are made; what they say of these would not be what runs. */
const OWN_SETTING =
    /^(bootstrap\.servers|group\.id|listeners|plugin\.path|config\.providers.*|(config|offset|status)\.storage\..*|(key|value)\.converter|rest\..*|scheduled\.rebalance\.max\.delay\.ms|session\.timeout\.ms|heartbeat\.interval\.ms|task\.shutdown\.graceful\.timeout\.ms|exactly\.once\.source\.support|((producer|consumer|admin)\.)?(security\.protocol|sasl\.(mechanism|jaas\.config)|ssl\.truststore\..*))$/;
const SETTING = /^[a-z][\w-]*(\.[\w-]+)+$/;

/** Settings of workers by key. */
const settings = () =>
    z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).superRefine((given, sink) => {
        for (const [key, value] of Object.entries(given)) {
            if (!SETTING.test(key)) {
                refuse(
                    sink,
                    "it is no key of a setting of Kafka Connect",
                    'Write it like "producer.linger.ms"',
                    [key],
                    value,
                );
            } else if (OWN_SETTING.test(key)) {
                refuse(sink, "the program sets it", "Leave it out, or use the field that is for it", [key], value);
            }
        }
    });

/** Prometheus' JMX exporter inside of Java programs. */
export const jmxExporter = () =>
    section({
        /** Holds the agent under `/opt/prometheus-jmx-exporter`: Strimzi's image of Kafka, or one of your own. */
        image: image(),
    });

/** Tells Prometheus how far consumer groups are behind. */
export const lagExporter = () =>
    section({
        image: image(),
        /** A second one tells while the first is moved. */
        replicas: count(1, 2),
        resources: resources(),
    });

/** Workers of Kafka Connect in distributed mode. */
export const kafkaConnect = () =>
    section({
        /** Kafka's own, or one that is made from it and has connectors. */
        image: image(),
        /** Workers; when one is gone, the others run its tasks. */
        replicas: count(2, 20),
        /** Of each worker. */
        resources: resources(),
        /**
         * `group.id`, and what the names of the internal topics begin with. Another one is another cluster, without connectors.
         * @default "kafka-connect"
         */
        group: kubernetesName().optional(),
        /**
         * Directories of the image in which connectors lie.
         * @default none: those that are part of Kafka
         */
        pluginPath: z
            .array(matching(/^\/[^,\s]*[^,\s/]$/, "it is no absolute path", 'Write it like "/opt/connectors"'))
            .min(1)
            .optional(),
        /**
         * How records are read and written where a connector says nothing else.
         * @default JSON without schemas
         */
        converters: section({
            /** Of keys. */
            key: javaClass(),
            /** Of values. */
            value: javaClass(),
        }).optional(),
        /**
         * Further settings of workers, as Kafka documents them: of converters (`value.converter.schemas.enable`), of clients
         * (`producer.linger.ms`).
         * @default none
         */
        settings: settings().optional(),
        /**
         * Secrets of the namespace `kafka`. Each of their keys is a file, which a connector names as
         * `${secrets:/etc/kafka-connect/secrets/NAME:KEY}`.
         * @default none
         */
        secrets: z.array(kubernetesName()).min(1).optional(),
        /**
         * Buckets that connectors reach, by a role of the workers, which is every connector's; where there is AWS.
         * @default none, and no role
         */
        dataBuckets: dataBuckets().optional(),
        /**
         * Who may use the REST interface, by which connectors are made and changed. It asks nobody who they are.
         * @default workers alone; others by `kubectl port-forward`
         */
        clients: clients().optional(),
    }).superRefine(({ secrets = [] }, sink) => {
        const twice = secrets.findIndex((name, index) => secrets.indexOf(name) !== index);
        if (twice >= 0) {
            refuse(sink, "the Secret is listed twice", "Remove it", ["secrets", twice], secrets[twice]);
        }
    });

/** Apicurio Registry on a topic. */
export const schemaRegistry = () =>
    section({
        image: image(),
        /** Each has all schemas in memory and takes writes. */
        replicas: count(2, 5),
        /** Of each replica. */
        resources: resources(),
        /**
         * Who may read and register schemas, beside the consumers and Kafka Connect.
         * @default nobody
         */
        clients: clients().optional(),
    });
