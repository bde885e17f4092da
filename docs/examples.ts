/** The examples of the README, compiled with everything else. `npm run docs` copies them there. */
import type * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../components/batch-job.ts";
import { NodeAgent } from "../components/node-agent.ts";
import { OrderedStatefulService } from "../components/ordered-stateful-service.ts";
import { ScheduledJob } from "../components/scheduled-job.ts";
import { StatelessService } from "../components/stateless-service.ts";

export function examples(claimProvider: pulumi.ProviderResource): void {
    // #region StatelessService
    const web = new StatelessService("web", {
        namespace: "shop",
        system: "shop",
        image: "ghcr.io/acme/web:1.4.2",
        replicas: { min: 2, max: 10, on: { kind: "cpu", percent: 70 } },
        ports: { http: 8080, metrics: 9090 },
        metrics: { port: "metrics" },
        env: { DB_PASSWORD: { secret: "db", key: "password" } },
        resources: { cpu: "250m", memory: "512Mi" },
        health: { ready: { kind: "http", path: "/healthz", port: "http" }, startUp: "30 seconds" },
        scratch: { "/tmp": "1Gi" },
        allowFrom: [{ workload: "proxy", namespace: "edge", ports: ["http"] }],
        availability: { downtimeBudget: "2 minutes" },
    });
    // #endregion
    // #region OrderedStatefulService
    const zookeeper = new OrderedStatefulService("zookeeper", {
        namespace: "shop",
        system: "zookeeper",
        image: "zookeeper:3.9.4",
        quorum: "majority",
        replicas: 3, // 4 does not compile
        order: "parallel", // members find each other before any of them is ready
        volumes: { data: { mountPath: "/data", size: "20Gi", storageClass: "gp3-retain" } },
        claimProvider,
        ports: { client: 2181, follower: 2888, election: 3888 },
        resources: { cpu: "250m", memory: "1Gi" },
        health: { ready: { kind: "tcp", port: "client" }, startUp: "60 seconds" },
        scratch: { "/tmp": "64Mi" },
        security: { user: 1000, volumeGroup: 1000 },
        allowFrom: [{ workload: "web", ports: ["client"] }],
        availability: { downtimeBudget: "2 minutes", survives: "zone" },
    });
    // #endregion
    // #region NodeAgent
    new NodeAgent("node-exporter", {
        namespace: "node-agents",
        system: "node-metrics",
        image: "quay.io/prometheus/node-exporter:v1.12.1",
        args: ["--path.rootfs=/host"],
        hostPaths: { "/host": { path: "/", followMounts: true } }, // read-only unless said
        ports: { metrics: 9100 },
        metrics: { port: "metrics" },
        resources: { cpu: "50m", memory: "64Mi" },
        health: { ready: { kind: "http", path: "/", port: "metrics" }, startUp: "30 seconds" },
        security: { user: 65_534 },
    });
    // #endregion
    // #region jobs
    const migrate = new BatchJob("migrate", {
        namespace: "shop",
        system: "shop",
        image: "ghcr.io/acme/web:1.4.2",
        args: ["migrate"],
        resources: { cpu: "250m", memory: "512Mi" },
        deadline: "10 minutes",
        awaited: true, // what depends on it waits; a changed spec is a new Job, an unchanged one does not run again
    });
    new ScheduledJob(
        "nightly-report",
        {
            namespace: "shop",
            system: "shop",
            image: "ghcr.io/acme/report:2.3.0",
            schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" },
            resources: { cpu: "1", memory: "4Gi" },
            deadline: "3 hours",
        },
        { dependsOn: [migrate, web, zookeeper] },
    );
    // #endregion
}
