import assert from "node:assert/strict";
import { quantity } from "../../../tools/plan/kubernetes.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { podRequests, totalsOf } from "../../../tools/plan/totals.ts";
import { COMPUTED } from "../../../tools/plan/values.ts";
import { resource } from "./samples.ts";

function container(cpu: string, memory: string): object {
    return { resources: { requests: { cpu, memory } } };
}

function object(kind: string, name: string, spec: unknown): RecordedResource {
    return resource(`kubernetes:test/v1:${kind}`, name, {
        apiVersion: "test/v1",
        kind,
        metadata: { name, namespace: "n" },
        spec,
    });
}

function claim(name: string, storage: unknown): RecordedResource {
    return object("PersistentVolumeClaim", name, { resources: { requests: { storage } } });
}

const POD = { spec: { containers: [container("500m", "1Gi")] } };

describe("totals", () => {
    it("reads every quantity that Kubernetes takes", () => {
        const cases: readonly (readonly [unknown, number])[] = [
            ["250m", 0.25],
            ["2", 2],
            [2, 2],
            ["1Gi", 2 ** 30],
            ["1G", 1e9],
            ["1e3", 1000],
            ["0.5Ki", 512],
            ["much", 0],
            [COMPUTED, 0],
            [undefined, 0],
        ];
        for (const [value, expected] of cases) {
            assert.equal(quantity(value), expected);
        }
    });

    it("counts containers with sidecars, or a larger init container", () => {
        const sidecar = { ...container("100m", "1Gi"), restartPolicy: "Always" };
        const spec = {
            containers: [container("1", "1Gi"), container("1", "1Gi")],
            initContainers: [sidecar, container("4", "1Gi")],
        };
        assert.deepEqual(podRequests(spec), { cpu: 4, memory: 3 * 2 ** 30 });
    });

    it("takes a limit for the request where there is none", () => {
        assert.deepEqual(podRequests({ containers: [{ resources: { limits: { cpu: "2", memory: "1Gi" } } }] }), {
            cpu: 2,
            memory: 2 ** 30,
        });
    });

    it("multiplies by replicas and parallelism, and keeps what runs on every node apart", () => {
        const totals = totalsOf([
            object("Deployment", "web", { replicas: 3, template: POD }),
            object("StatefulSet", "db", { template: POD }),
            object("Job", "load", { parallelism: 4, template: POD }),
            object("DaemonSet", "agent", { template: POD }),
            object("CronJob", "nightly", { jobTemplate: { spec: { template: POD } } }),
        ]);
        assert.equal(totals.pods, 8);
        assert.deepEqual(totals.requests, { cpu: 4, memory: 8 * 2 ** 30 });
        assert.equal(totals.podsPerNode, 1);
        assert.deepEqual(totals.requestsPerNode, { cpu: 0.5, memory: 2 ** 30 });
        assert.deepEqual(totals.controllers, { CronJob: 1, DaemonSet: 1, Deployment: 1, Job: 1, StatefulSet: 1 });
    });

    it("counts a claim once, declared by itself or by its template", () => {
        const templates = [{ metadata: { name: "data" }, spec: { resources: { requests: { storage: "10Gi" } } } }];
        const set = object("StatefulSet", "db", {
            replicas: 3,
            ordinals: { start: 100 },
            volumeClaimTemplates: templates,
            template: POD,
        });
        const { storage, volumes } = totalsOf([set, claim("data-db-100", "20Gi"), claim("data-db-101", "20Gi")]);
        assert.equal(volumes, 3);
        assert.equal(storage, 50 * 2 ** 30);
    });

    it("counts resources by provider, components apart", () => {
        const component = { ...resource("dataplatform:system:System", "s", {}), custom: false };
        const remote = { ...resource("eks:index:Cluster", "c", {}), custom: false, remote: true };
        const { byProvider, components } = totalsOf([
            component,
            remote,
            resource("pulumi:providers:kubernetes", "k", {}),
            resource("kubernetes:core/v1:Secret", "s", {}),
            resource("aws:ec2/vpc:Vpc", "v", {}),
        ]);
        assert.deepEqual(byProvider, { kubernetes: 2, aws: 1, eks: 1 });
        assert.equal(components, 1);
    });
});
