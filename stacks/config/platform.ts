import { z } from "zod";
import { count, cpu, matching, memory, resources, section, volumeSize } from "./fields.ts";

const domain = () =>
    matching(
        /^(?=.{1,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
        "it is no domain name",
        'Write it like "data.example.com"',
    );

const email = () =>
    matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "it is no e-mail address", 'Write it like "on-call@example.com"');

const arn = (service: string, kind: string, example: string) =>
    matching(
        new RegExp(`^arn:aws:${service}:[a-z0-9-]+:\\d{12}:${kind}[/:][\\w+=,.@/-]+$`),
        `it is no ARN of ${service}`,
        `Write it like "${example}"`,
    );

const hostedZone = () =>
    matching(/^Z[A-Z0-9]{6,31}$/, "it is no id of a hosted zone of Route 53", 'Write it like "Z0123456789ABCDEFGHIJ"');

/** What all pods of a namespace may ask for together. */
const quota = () =>
    section({
        /** At the same time. */
        pods: count(1, 100_000),
        /** Of all requests. */
        cpu: cpu(),
        /** Of all requests. */
        memory: memory(),
    });

/** Sections about the platform of a stack that makes its own cluster. */
export const platformSections = {
    /** Who is told of alerts, and of their absence. */
    alerting: section({
        /** Each confirms once, by a link in a first message. */
        emails: z.array(email()).min(1),
    }),
    /**
     * The internal load balancer, and names under one domain.
     * @default no user interface is reached from outside of the cluster but by `kubectl port-forward`
     */
    ingress: section({
        /** Host names are made under it: `airflow.DOMAIN`. */
        domain: domain(),
        /** The zone that the records go to; it is there already. */
        hostedZoneId: hostedZone(),
        /**
         * Certificate of the listener.
         * @default the one in ACM that fits the host name
         */
        certificateArn: arn(
            "acm",
            "certificate",
            "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
        ).optional(),
    }).optional(),
    /**
     * Loki, for searching logs in Grafana.
     * @default logs are in CloudWatch alone
     */
    loki: section({
        /** Of each of three replicas: what is not yet in the bucket. */
        storage: volumeSize(),
        /** Days that logs can be searched. */
        retentionDays: count(1, 3650),
        /** Of each replica. */
        resources: resources(),
    }).optional(),
    /**
     * Secrets of AWS Secrets Manager as Secrets of the cluster.
     * @default Secrets are made by the program alone
     */
    externalSecrets: section({
        /** What the operator may read, and nothing else. */
        secretArns: z
            .array(
                arn(
                    "secretsmanager",
                    "secret",
                    "arn:aws:secretsmanager:eu-central-1:111122223333:secret:metabase-AbCdEf",
                ),
            )
            .min(1),
        /**
         * Keys that they are encrypted with.
         * @default AWS's own for Secrets Manager, which needs no right
         */
        keyArns: z
            .array(arn("kms", "key", "arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012"))
            .min(1)
            .optional(),
    }).optional(),
    /**
     * Recommendations of what workloads should request; they are only shown.
     * @default none
     */
    verticalAutoscaler: section({
        /** Of each of two recommenders; they remember every container. */
        resources: resources(),
    }).optional(),
    /** What the namespaces may take of the cluster, so that a mistake in one leaves room for the others. */
    quotas: section({
        /** Of Airflow's own components. */
        airflow: quota(),
        /** Of task pods, and of those that tasks start. */
        airflowTasks: quota(),
        batch: quota(),
        data: quota(),
        kafka: quota(),
        /**
         * Of Flink's managers.
         * @default it has to be given where there is Flink
         */
        flink: quota().optional(),
        /**
         * Of the tools to look at data with, but for JupyterHub.
         * @default it has to be given where there is one of them
         */
        bi: quota().optional(),
        /**
         * Of JupyterHub and of all notebooks at the same time.
         * @default it has to be given where there is JupyterHub
         */
        jupyterhub: quota().optional(),
    }),
};
