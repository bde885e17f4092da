import { OPTIONAL_SECTIONS } from "../../../tools/platform-table/optional-sections.ts";

/** Values by their paths, one put in after the other. */
export type Values = Readonly<Record<string, unknown>>;

/** How an option is tried where its type does not say enough, or where it means something with others alone. */
export interface Trial {
    /** What is put into the stack before. */
    readonly from?: Values;
    /** The other value; left out, one is made by its type. */
    readonly value?: unknown;
    /** What has to go along with the other value. */
    readonly to?: Values;
    /** A stack that it means something in. */
    readonly stack?: "prod" | "staging";
    /** What is said of the other value, where the option is only held against others: then there is no plan. */
    readonly refused?: RegExp;
}

const RDS = {
    kind: "rds",
    version: "18",
    instanceClass: "db.m7g.large",
    storage: "50Gi",
    maxStorage: "200Gi",
    multiAz: false,
    backupDays: 7,
} as const;

const EXPORTER = { image: "quay.io/strimzi/kafka:1.2.0-kafka-4.3.1" } as const;

const EXTERNAL = {
    kind: "external",
    bootstrapServers: ["b-1.events.example.com:9096"],
    security: { kind: "plaintext" },
    groupSessionTimeout: "20 seconds",
    topic: { name: "events", partitions: 48 },
} as const;

const REDIS = { kind: "external", host: "master.tools.cache.amazonaws.com", port: 6379, tls: true } as const;

const DYNAMIC = { kind: "dynamic", min: 2, max: 4, lagPerReplica: 1000 } as const;

const CLASSIC = { kind: "classic", sessionTimeout: "20 seconds" } as const;

const STREAMING = { instanceTypes: ["r7i.xlarge"], min: 3, typical: 6, max: 9, diskSize: 100 } as const;

const RESTORED = { generation: 3, from: 1 } as const;

const KEY = "arn:aws:kms:eu-central-1:444455556666:key/12345678-1234-1234-1234-123456789012";

const OTHER_KEY = "arn:aws:kms:eu-central-1:444455556666:key/87654321-1234-1234-1234-123456789012";

const DATA = [{ name: "landing-zone", keyArn: KEY, access: "read" }] as const;

const CLIENTS = [{ workload: "loader", namespace: "batch" }] as const;

const NVME = ["r6id", "i4i"] as const;

const APPLICATION = "local:///opt/spark/jobs/other.py";

/** What the options of a kind start from, by the beginning of their paths. */
export const KINDS: readonly (readonly [path: string, kind: string, from: Values])[] = [
    ["metadataDatabase.", "kind: rds", { metadataDatabase: RDS }],
    ["kafka.security.", "kind: tls", { kafka: EXTERNAL, "kafka.security": { kind: "tls" } }],
    [
        "kafka.security.",
        "kind: sasl",
        { kafka: EXTERNAL, "kafka.security": { kind: "sasl", mechanism: "PLAIN", secret: "brokers" } },
    ],
    ["kafka.", "kind: external", { kafka: EXTERNAL }],
    ["redash.cache.", "kind: external", { "redash.cache": REDIS }],
    ["consumers.membership.", "kind: dynamic", { "consumers.membership": DYNAMIC }],
    ["consumers.protocol.", "kind: classic", { "consumers.protocol": CLASSIC }],
];

/** What the options of a section are nothing without. */
export const NEEDS: Readonly<Record<string, readonly string[]>> = {
    metabase: ["metabaseDatabase"],
    superset: ["metabaseDatabase", "cache"],
    redash: ["metabaseDatabase", "cache"],
    jupyterhub: ["metabaseDatabase"],
    metabaseDatabase: ["metabase"],
    sparkApplications: ["celeborn"],
};

/** Sections that ask for more nodes than staging has. */
export const OF_PROD: ReadonlySet<string> = new Set(["sparkApplications"]);

/** What a program of Spark may do with buckets, which only a stack on AWS has. */
function buckets(section: string): Readonly<Record<string, Trial>> {
    const path = `${section}.buckets`;
    const stack = "staging";
    const from = { [path]: { eventLog: false, data: DATA } };
    return {
        [path]: { stack, value: { eventLog: false, data: DATA } },
        [`${path}.eventLog`]: { stack, from },
        [`${path}.data`]: { stack, from },
        [`${path}.data[].name`]: { stack, from, value: "other-zone" },
        [`${path}.data[].keyArn`]: { stack, from, value: OTHER_KEY },
        [`${path}.data[].access`]: { stack, from },
    };
}

/** Buckets that are not the stack's own, which only a stack on AWS reaches. */
function dataBuckets(section: string, stack: "staging" | "prod" = "staging"): Readonly<Record<string, Trial>> {
    const path = `${section}.dataBuckets`;
    const from = { [path]: DATA };
    return {
        [path]: { stack, value: DATA },
        [`${path}[].name`]: { stack, from, value: "other-zone" },
        [`${path}[].keyArn`]: { stack, from, value: OTHER_KEY },
        [`${path}[].access`]: { stack, from },
    };
}

/** Who may use something, which may be of a kind: `kind: in-cluster`. */
function clients(section: string, kind?: string): Readonly<Record<string, Trial>> {
    const path = `${section}.clients`;
    const from = { [path]: CLIENTS };
    const ofKind = kind === undefined ? "" : ` (${kind})`;
    return {
        [path + ofKind]: { value: CLIENTS },
        [`${path}[].workload${ofKind}`]: { from, value: "another" },
        [`${path}[].namespace${ofKind}`]: { from, value: "airflow" },
    };
}

/** Machines that Karpenter starts. */
function provisioned(pool: string): Readonly<Record<string, Trial>> {
    return {
        [`pools.${pool}.capacity`]: { value: ["on-demand"] },
        [`pools.${pool}.instanceFamilies`]: { value: ["m7i"] },
        [`pools.${pool}.instanceStore`]: { from: { [`pools.${pool}.instanceFamilies`]: NVME } },
    };
}

function streaming(): Readonly<Record<string, Trial>> {
    const path = "pools.streaming";
    const from = { [path]: STREAMING };
    return {
        [path]: { from },
        [`${path}.instanceTypes`]: { from, value: ["r7i.2xlarge"] },
        [`${path}.min`]: { from, value: 6 },
        [`${path}.typical`]: { from, value: 9 },
        [`${path}.max`]: { from, value: 12 },
        [`${path}.diskSize`]: { from },
    };
}

/** What a namespace may take that only some stacks have. */
function quota(key: string, from: Values): Readonly<Record<string, Trial>> {
    const path = `quotas.${key}`;
    const given = { ...from, [path]: { pods: 30, cpu: "30", memory: "90Gi" } };
    const stack = "prod";
    return {
        [path]: { stack, from: given, value: { pods: 31, cpu: "31", memory: "91Gi" } },
        [`${path}.pods`]: { stack, from: given },
        [`${path}.cpu`]: { stack, from: given },
        [`${path}.memory`]: { stack, from: given },
    };
}

/** Options by their id. */
export const TRIALS: Readonly<Record<string, Trial>> = {
    environment: { stack: "prod" },
    region: {
        value: "eu-west-1",
        to: { "network.zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"] },
    },
    account: { value: ["555566667777"] },
    "network.cidr": { value: "10.99.0.0/16" },
    "network.zones": { value: ["eu-central-1b", "eu-central-1a", "eu-central-1c"] },
    "network.interfaceEndpoints": { value: ["sts"] },
    "cluster.version": { value: "1.36" },
    "cluster.endpointCidrs": { value: ["203.0.113.0/24"] },
    "cluster.adminRoleArns": { value: ["arn:aws:iam::444455556666:role/another-admin"] },
    "cluster.previewRoleArn": { value: "arn:aws:iam::444455556666:role/another-preview" },
    "pools.infra.instanceTypes": { value: ["m7i.2xlarge"] },
    "pools.infra.min": { value: 6 },
    "pools.infra.typical": { value: 9 },
    "pools.infra.max": { value: 12 },
    ...streaming(),
    ...provisioned("batch"),
    ...provisioned("sparkDriver"),
    "pools.sparkDriver.capacity": {
        from: { "pools.sparkDriver.capacity": ["on-demand", "on-demand"] },
        value: ["on-demand"],
    },
    ...provisioned("sparkExecutor"),
    "pools.sparkExecutor.instanceFamilies": { value: NVME },
    "nodeUpdates.amiRelease": { value: "1.35.7-20260709" },
    "nodeUpdates.window.start": { value: "09:30" },
    "metadataDatabase.kind": { value: "rds", to: { metadataDatabase: RDS } },
    "metadataDatabase.backups.schedule.cron (kind: in-cluster)": { value: "15 3 * * 2" },
    "metadataDatabase.backups.schedule.timeZone (kind: in-cluster)": { value: "Europe/Lisbon" },
    "metadataDatabase.restored (kind: in-cluster)": { value: RESTORED },
    "metadataDatabase.restored.generation (kind: in-cluster)": { from: { "metadataDatabase.restored": RESTORED } },
    "metadataDatabase.restored.from (kind: in-cluster)": { from: { "metadataDatabase.restored": RESTORED } },
    "metadataDatabase.restored.to (kind: in-cluster)": {
        from: { "metadataDatabase.restored": RESTORED },
        value: "2026-11-21T10:15:00Z",
    },
    "metadataDatabase.instanceClass (kind: rds)": { value: "db.m7g.xlarge" },
    "metabaseDatabase.instanceClass": { value: "db.m7g.xlarge" },
    "redash.cache.kind": { value: "external", to: { "redash.cache": REDIS } },
    "redash.cache.host (kind: external)": { value: "other.cache.amazonaws.com" },
    "jupyterhub.admins": { value: ["another-admin"] },
    "jupyterhub.users": { value: ["cleo"] },
    "flink.stateStorage": { value: "20Gi" },
    ...dataBuckets("flink"),
    "imageCache.credentials.dockerHub": { value: undefined },
    "imageCache.credentials.github": { value: undefined },
    "sparkApplications.KEY.sparkVersion": { value: "4.1.0" },
    "sparkApplications.KEY.application": { value: APPLICATION },
    "sparkApplications.KEY.mainClass": {
        from: {
            "sparkApplications.KEY.application": "local:///opt/spark/jobs/report.jar",
            "sparkApplications.KEY.mainClass": "com.example.Report",
        },
        value: "com.example.Other",
    },
    "sparkApplications.KEY.arguments": { value: ["--all"] },
    "sparkApplications.KEY.executorResources": { value: { cpu: "2", memory: "8Gi" } },
    ...dataBuckets("sparkApplications.KEY", "prod"),
    "alerting.emails": { value: ["another@example.com"] },
    "ingress.domain": { value: "other.example.com" },
    "ingress.hostedZoneId": { value: "ZABCDEFGHIJ0123456789" },
    "ingress.certificateArn": {
        value: "arn:aws:acm:eu-central-1:444455556666:certificate/12345678-1234-1234-1234-123456789012",
    },
    "externalSecrets.secretArns": { value: ["arn:aws:secretsmanager:eu-central-1:444455556666:secret:other-AbCdEf"] },
    "externalSecrets.keyArns": { value: [KEY] },
    ...quota("flink", {}),
    ...quota("bi", {}),
    ...quota("jupyterhub", { jupyterhub: OPTIONAL_SECTIONS.jupyterhub }),
    "airflow.fernetKeys": { value: [2, 1] },
    "kafka.kind": { value: "external", to: { kafka: EXTERNAL } },
    "kafka.exporter (kind: in-cluster)": { value: EXPORTER },
    "kafka.exporter.image (kind: in-cluster)": { from: { "kafka.exporter": EXPORTER } },
    "kafka.groupSessionTimeout (kind: in-cluster)": { value: "18 seconds" },
    "kafka.topic.name (kind: in-cluster)": { value: "others" },
    ...clients("kafka", "kind: in-cluster"),
    "kafka.bootstrapServers (kind: external)": { value: ["b-2.events.example.com:9096"] },
    "kafka.security.kind (kind: external)": { value: "tls" },
    "kafka.security.ca (kind: tls)": { value: "authority" },
    "kafka.security.secret (kind: sasl)": { value: "others" },
    "kafka.security.ca (kind: sasl)": { value: "authority" },
    // Only Kafka Connect's workers are there to be measured.
    "kafka.exporter (kind: external)": {
        stack: "prod",
        from: { "kafka.security": { kind: "tls" } },
        value: EXPORTER,
    },
    "kafka.exporter.image (kind: external)": {
        stack: "prod",
        from: { "kafka.security": { kind: "tls" }, "kafka.exporter": EXPORTER },
    },
    "kafka.groupSessionTimeout (kind: external)": { value: "18 seconds" },
    "kafka.topic.name (kind: external)": { value: "others" },
    "consumers.command": { value: ["/opt/consumer/run"] },
    "consumers.group": { value: "others" },
    "consumers.membership.kind": { value: "dynamic", to: { "consumers.membership": DYNAMIC } },
    "consumers.membership.restartTime (kind: static)": { refused: /every restart would be a rebalance/ },
    "consumers.protocol.kind": { value: "classic", to: { "consumers.protocol": CLASSIC } },
    "consumers.protocol.sessionTimeout (kind: classic)": { value: "18 seconds" },
    ...dataBuckets("consumers"),
    ...dataBuckets("kafkaConnect"),
    "kafkaConnect.group": { value: "others" },
    "kafkaConnect.pluginPath": { value: ["/opt/connectors"] },
    "kafkaConnect.converters": { value: { key: "com.example.Key", value: "com.example.Value" } },
    "kafkaConnect.converters.key": {
        from: { "kafkaConnect.converters": { key: "com.example.Key", value: "com.example.Value" } },
        value: "com.example.Other",
    },
    "kafkaConnect.converters.value": {
        from: { "kafkaConnect.converters": { key: "com.example.Key", value: "com.example.Value" } },
        value: "com.example.Other",
    },
    "kafkaConnect.settings": { value: { "producer.linger.ms": 50 } },
    "kafkaConnect.secrets": { value: ["warehouse"] },
    ...clients("kafkaConnect"),
    ...clients("schemaRegistry"),
    "spark.application": { value: APPLICATION },
    "spark.arguments": { value: ["7"] },
    ...buckets("spark"),
    "etl.command": { value: ["/opt/etl/run"] },
    "etl.schedule.cron": { value: "15 3 * * 2" },
    "etl.schedule.timeZone": { value: "Europe/Lisbon" },
    ...buckets("etl"),
    "backfill.application": { value: APPLICATION },
    "backfill.arguments": { value: ["--all"] },
    "backfill.schedule.cron": { value: "15 3 * * 2" },
    "backfill.schedule.timeZone": { value: "Europe/Lisbon" },
    ...buckets("backfill"),
    ...clients("cache"),
    ...clients("zookeeper"),
    context: { value: "kind-other" },
    storageClass: { value: "other" },
};
