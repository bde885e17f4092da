import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { StatelessService } from "../components/stateless-service.ts";

/** As many StatelessServices as the configuration says, in one system and one namespace: the worst shape for a plan. */
const services = new pulumi.Config().requireNumber("services");

const system = new pulumi.ComponentResource("dataplatform:system:System", "bench");
const namespace = new k8s.core.v1.Namespace("bench", { metadata: { name: "bench" } }, { parent: system });

for (let index = 0; index < services; index += 1) {
    new StatelessService(
        `service-${index}`,
        {
            namespace: "bench",
            system: "bench",
            // From where the pack lets production have its images.
            image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cache-prod/docker.io/acme/service:1.4.2",
            replicas: { min: 2, max: 10, on: { kind: "cpu", percent: 70 } },
            ports: { http: 8080 },
            resources: { cpu: "250m", memory: "512Mi" },
            health: { ready: { kind: "http", path: "/healthz", port: "http" }, startUp: "30 seconds" },
            metrics: { port: "http" },
            availability: { downtimeBudget: "5 minutes" },
        },
        { parent: system, dependsOn: [namespace] },
    );
}
