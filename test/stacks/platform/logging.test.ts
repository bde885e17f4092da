import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { DELIVERY_GRACE_SECONDS } from "../../../stacks/platform/logging/pipeline.ts";
import { Logging, type LoggingArgs } from "../../../stacks/platform/logging.ts";
import { COMPUTED, type Collected, collect, ofType, only } from "../../support/mocks.ts";

const ARN = "arn:aws:logs:eu-central-1:111122223333:log-group:";
const group = (name: string) => ({ name: pulumi.output(`/logs/${name}`), arn: `${ARN}/logs/${name}` });

const CLOUDWATCH: LoggingArgs["destination"] = {
    kind: "cloudwatch",
    region: "eu-central-1",
    groups: { application: group("application"), dataplane: group("dataplane"), host: group("host") },
    cluster: { name: "prod", arn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod" },
};

const make = (change: Partial<LoggingArgs> = {}): Promise<Collected[]> =>
    collect(() => {
        new Logging("logging", {
            config: { image: "acme/fluent-bit:4.2.2", resources: { cpu: "100m", memory: "256Mi" } },
            cluster: {},
            namespace: "node-agents",
            destination: CLOUDWATCH,
            ...change,
        });
    });

const DAEMON_SET = "kubernetes:apps/v1:DaemonSet";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const podOf = (resources: readonly Collected[]) => only(resources, DAEMON_SET).inputs["spec"].template.spec;

/** Two minutes between the notice and the end of a spot instance (Amazon EC2 user guide). */
const SPOT_NOTICE_SECONDS = 120;

describe("Logging", () => {
    it("runs on every node, whatever its taints", async () => {
        const spec = podOf(await make());
        assert.deepEqual(spec.tolerations, [{ operator: "Exists" }]);
        assert.equal(spec.nodeSelector, undefined);
        assert.equal(spec.affinity, undefined);
    });

    it("starts with its own pipeline", async () => {
        const resources = await make();
        const [container] = podOf(resources).containers;
        const file = container.command.at(-1);
        assert.deepEqual(container.command.slice(0, 2), ["/fluent-bit/bin/fluent-bit", "--config"]);
        const mount = container.volumeMounts.find((m: { mountPath: string }) => m.mountPath === file);
        const { data } = only(resources, "kubernetes:core/v1:ConfigMap").inputs;
        const groups = parse(data[mount.subPath]).pipeline.outputs.map(
            (o: { log_group_name: string }) => o.log_group_name,
        );
        assert.deepEqual(groups, ["/logs/application", "/logs/dataplane", "/logs/host"]);
    });

    it("has a configuration that is unknown while a group's name is", async () => {
        const unknown = { name: pulumi.output(pulumi.unknown as string), arn: "arn" };
        const resources = await make({
            destination: { ...CLOUDWATCH, groups: { application: unknown, dataplane: unknown, host: unknown } },
        });
        assert.deepEqual(Object.values(only(resources, "kubernetes:core/v1:ConfigMap").inputs["data"]), [COMPUTED]);
    });

    it("reads the node's logs and writes only to its own directory", async () => {
        const { volumes, containers } = podOf(await make());
        const mounts = containers[0].volumeMounts as readonly { name: string; mountPath: string; readOnly?: boolean }[];
        const hostPaths = (volumes as readonly { name: string; hostPath?: { path: string; type?: string } }[]).filter(
            (volume) => volume.hostPath !== undefined,
        );
        assert.deepEqual(
            hostPaths.map(({ name, hostPath }) => [hostPath, mounts.find((m) => m.name === name)?.readOnly]),
            [
                [{ path: "/var/log" }, true],
                [{ path: "/var/lib/fluent-bit", type: "DirectoryOrCreate" }, false],
            ],
        );
    });

    it("is root without any capability, on a file system that it cannot write to", async () => {
        const { securityContext } = podOf(await make()).containers[0];
        assert.equal(securityContext.runAsUser, 0);
        assert.equal(securityContext.readOnlyRootFilesystem, true);
        assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] });
    });

    it("has time to deliver when it is told to stop, and less than a spot instance has", async () => {
        const spec = podOf(await make());
        const pause = spec.containers[0].lifecycle.preStop.sleep.seconds;
        assert.ok(spec.terminationGracePeriodSeconds > pause + DELIVERY_GRACE_SECONDS);
        assert.ok(spec.terminationGracePeriodSeconds < SPOT_NOTICE_SECONDS);
    });

    it("is not ready when records are refused, and restarted only when it does not answer", async () => {
        const [container] = podOf(await make()).containers;
        assert.equal(container.readinessProbe.httpGet.path, "/api/v1/health");
        assert.equal(container.livenessProbe.httpGet.path, "/api/v1/uptime");
    });

    it("asks the API server for single pods, and for nothing else", async () => {
        assert.deepEqual(only(await make(), "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole").inputs["rules"], [
            { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
        ]);
    });

    it("may write streams and events of its groups, and create no group", async () => {
        const { policy } = only(await make(), "aws:iam/rolePolicy:RolePolicy").inputs;
        const { Statement } = JSON.parse(policy);
        assert.deepEqual(Statement, [
            {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource: ["application", "dataplane", "host"].map((name) => `${ARN}/logs/${name}:*`),
            },
        ]);
    });

    it("waits for its access, which is that of its service account", async () => {
        const resources = await make();
        const association = only(resources, ASSOCIATION);
        assert.equal(association.inputs["namespace"], "node-agents");
        assert.equal(association.inputs["serviceAccount"], podOf(resources).serviceAccountName);
        assert.ok(only(resources, DAEMON_SET).dependencies.includes(association.urn));
    });

    it("uses nothing of AWS where there is none", async () => {
        const resources = await make({ destination: { kind: "stdout" } });
        assert.deepEqual(
            resources.filter(({ type }) => type.startsWith("aws:")),
            [],
        );
        assert.equal(ofType(resources, DAEMON_SET).length, 1);
    });

    it("brings its alerts and metrics, as Prometheus selects them", async () => {
        const cluster = { monitoring: { labels: { watched: "yes" } } };
        const resources = await make({ cluster });
        const rules = ofType(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
        assert.deepEqual(
            new Map(rules.map(({ inputs }) => [inputs["metadata"].name, inputs["metadata"].labels.watched])),
            new Map([
                ["fluent-bit", "yes"],
                ["fluent-bit-delivery", "yes"],
            ]),
        );
        const [endpoint] = only(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs["spec"]
            .podMetricsEndpoints;
        assert.equal(endpoint.path, "/api/v2/metrics/prometheus");
    });

    it("puts everything under one component", async () => {
        const resources = await make();
        const logging = only(resources, "dataplatform:platform:Logging");
        for (const type of ["dataplatform:workload:NodeAgent", "dataplatform:infrastructure:PodIdentity"]) {
            assert.equal(only(resources, type).parent, logging.urn);
        }
    });
});
