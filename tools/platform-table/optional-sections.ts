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
        cache: {
            kind: "in-cluster",
            proxy: { image: "haproxy:3.2.25", replicas: 2, resources: { cpu: "50m", memory: "64Mi" } },
        },
    },
    zeppelin: {
        image: "apache/zeppelin:0.12.1",
        storage: "20Gi",
        resources: { cpu: "500m", memory: "4Gi" },
    },
    /** Prod's, and one for JupyterHub. */
    quotas: {
        airflow: { pods: 40, cpu: "20", memory: "50Gi" },
        airflowTasks: { pods: 250, cpu: "130", memory: "250Gi" },
        batch: { pods: 1000, cpu: "2800", memory: "21000Gi" },
        data: { pods: 60, cpu: "40", memory: "160Gi" },
        kafka: { pods: 100, cpu: "60", memory: "200Gi" },
        flink: { pods: 20, cpu: "20", memory: "80Gi" },
        bi: { pods: 40, cpu: "20", memory: "80Gi" },
        jupyterhub: { pods: 40, cpu: "20", memory: "80Gi" },
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
