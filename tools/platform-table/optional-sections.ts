const REPORT = {
    image: "docker.io/acme/reports:2.3.0",
    sparkVersion: "4.2.0",
    application: "local:///opt/spark/jobs/report.py",
    arguments: [],
    driverResources: { cpu: "1", memory: "4Gi" },
    executors: { min: 0, max: 20 },
    deadline: "2 hours",
    retries: 2,
} as const;

/** Sections that switch on what prod leaves out, with values that stand for any. */
export const OPTIONAL_SECTIONS = {
    externalSecrets: {
        secretArns: ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:metabase-AbCdEf"],
    },
    cache: {
        image: "valkey/valkey:9.1.1",
        storage: "10Gi",
        resources: { cpu: "250m", memory: "1Gi" },
        whenFull: "refuse-writes",
        exporter: {
            image: "quay.io/oliver006/redis_exporter:v1.88.0",
            resources: { cpu: "20m", memory: "64Mi" },
        },
        clients: [],
    },
    zookeeper: {
        image: "zookeeper:3.9.5",
        replicas: 3,
        storage: "10Gi",
        resources: { cpu: "250m", memory: "1Gi" },
        clients: [],
    },
    verticalAutoscaler: { resources: { cpu: "100m", memory: "500Mi" } },
    superset: {
        image: "apache/superset:6.1.0-dev",
        replicas: { web: 2, worker: 2 },
        processes: 2,
        resources: {
            web: { cpu: "500m", memory: "2Gi" },
            worker: { cpu: "500m", memory: "2Gi" },
            beat: { cpu: "100m", memory: "512Mi" },
        },
    },
    redash: {
        image: "redash/redash:26.9.0",
        replicas: { server: 2, worker: 2 },
        processes: 2,
        resources: {
            server: { cpu: "500m", memory: "1Gi" },
            worker: { cpu: "500m", memory: "2Gi" },
            scheduler: { cpu: "100m", memory: "512Mi" },
        },
        cache: { host: "master.tools.abc123.euc1.cache.amazonaws.com", port: 6379, tls: true },
    },
    zeppelin: {
        image: "apache/zeppelin:0.12.1",
        storage: "20Gi",
        resources: { cpu: "500m", memory: "4Gi" },
    },
    jupyterhub: {
        image: "quay.io/jupyter/scipy-notebook:2026-10-05",
        admins: ["platform-admin"],
        users: ["ana", "ben"],
        guarantee: { cpu: "250m", memory: "1Gi" },
        limit: { cpu: "2", memory: "4Gi" },
        homeStorage: "10Gi",
        idleTimeout: "1 hour",
    },
    sparkApplications: {
        "daily-report": { ...REPORT, shuffle: "tracking" },
        "large-report": { ...REPORT, shuffle: "celeborn" },
    },
    celeborn: {
        image: "apache/celeborn:0.7.0",
        masterStorage: "10Gi",
        masterResources: { cpu: "500m", memory: "2Gi" },
        workerResources: { cpu: "1", memory: "8Gi" },
        workerStorage: "100Gi",
    },
    backfill: {
        image: "apache/spark:4.2.0",
        application: "local:///opt/spark/jobs/fill.py",
        arguments: [],
        schedule: { cron: "0 6 * * 6", timeZone: "Europe/Berlin" },
        range: { endsDaysAgo: 1, days: 7 },
        partitionsAtOnce: 2,
        resources: { cpu: "2", memory: "8Gi" },
        deadline: "4 hours",
    },
} as const;
