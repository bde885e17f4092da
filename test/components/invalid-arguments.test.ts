// oxlint-disable max-lines -- one table of what is refused, a row each
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob } from "../../components/batch-job.ts";
import { NodeAgent } from "../../components/node-agent.ts";
import { OrderedStatefulService } from "../../components/ordered-stateful-service.ts";
import { ScheduledJob } from "../../components/scheduled-job.ts";
import { StatelessService } from "../../components/stateless-service.ts";
import { ArgumentError } from "../../components/support/errors.ts";
import { AGENT, BATCH, ORDERED, SCHEDULED, STATELESS } from "../support/arguments.ts";

/** Arguments as a program without types, or one that casts, could give them. */
type Loose = Record<string, unknown>;

const kinds = {
    stateless: (change: Loose, name = "web") => new StatelessService(name, { ...STATELESS, ...change }),
    ordered: (change: Loose, name = "db") => new OrderedStatefulService(name, { ...ORDERED, ...change }),
    agent: (change: Loose, name = "agent") => new NodeAgent(name, { ...AGENT, ...change }),
    batch: (change: Loose, name = "job") => new BatchJob(name, { ...BATCH, ...change }),
    scheduled: (change: Loose, name = "nightly") => new ScheduledJob(name, { ...SCHEDULED, ...change }),
};

const { health, resources } = STATELESS;
const volume = { mountPath: "/data", size: "20Gi" };
const NO_ZONES = { zones: 0 };
const security = { user: 1000, volumeGroup: 1000 };
const lag = {
    kind: "kafkaLag",
    bootstrapServers: "k:9092",
    group: "g",
    topic: "events",
    partitions: 48,
    lagPerReplica: 100,
};

/** Kind, what is changed, the field that the error names, its value, a part of the reason, a part of the fix. */
type Row = readonly [
    kind: keyof typeof kinds,
    change: Loose,
    field: string,
    value: string,
    reason: RegExp,
    fix: RegExp,
    name?: string,
];

const rows: readonly Row[] = [
    // Names.
    ["stateless", {}, "name", '"Web"', /lower-case letters/, /Rename/, "Web"],
    ["stateless", {}, "name", `"${"a".repeat(64)}"`, /64 characters; 63 fit/, /Shorten/, "a".repeat(64)],
    ["ordered", {}, "name", `"${"a".repeat(53)}"`, /52 fit.*appends 11/, /Shorten/, "a".repeat(53)],
    ["scheduled", {}, "name", `"${"a".repeat(53)}"`, /52 fit/, /Shorten/, "a".repeat(53)],
    ["stateless", { namespace: "my_apps" }, "namespace", '"my_apps"', /Kubernetes name/, /Rename/],
    ["stateless", { system: "" }, "system", '""', /Kubernetes name/, /Rename/],
    ["stateless", { pool: "In fra" }, "pool", '"In fra"', /Kubernetes name/, /Rename/],
    // Images.
    ["stateless", { image: "ghcr.io/acme/app" }, "image", '"ghcr.io/acme/app"', /without tag or digest/, /Add a tag/],
    ["stateless", { image: "registry:5000/app" }, "image", '"registry:5000/app"', /without tag or digest/, /Add a tag/],
    ["stateless", { image: "app:latest" }, "image", '"app:latest"', /another image tomorrow/, /Name a version/],
    // Resources.
    ["stateless", { resources: { ...resources, cpu: "lots" } }, "resources.cpu", '"lots"', /amount of CPU/, /"250m"/],
    ["stateless", { resources: { ...resources, cpu: "0" } }, "resources.cpu", '"0"', /positive/, /"250m"/],
    [
        "stateless",
        { resources: { ...resources, memory: "512" } },
        "resources.memory",
        '"512"',
        /binary unit/,
        /"512Mi"/,
    ],
    ["stateless", { resources: { ...resources, memory: "0Mi" } }, "resources.memory", '"0Mi"', /positive/, /"512Mi"/],
    [
        "stateless",
        { resources: { ...resources, cpuLimit: "100m" } },
        "resources.cpuLimit",
        '"100m"',
        /below the request/,
        /Raise/,
    ],
    [
        "stateless",
        { resources: { ...resources, ephemeralStorage: "1GB" } },
        "resources.ephemeralStorage",
        '"1GB"',
        /binary/,
        /"20Gi"/,
    ],
    // Environment, files, scratch.
    ["stateless", { env: { "1ST": "x" } }, "env", '"1ST"', /does not begin with a digit/, /Rename/],
    ["stateless", { configFiles: { "etc/a": "x" } }, "configFiles", '"etc/a"', /absolute/, /Correct/],
    ["stateless", { configFiles: { "/etc/../a": "x" } }, "configFiles", '"/etc/../a"', /without \.\./, /Correct/],
    ["stateless", { configFiles: { "/a b": "x" } }, "configFiles", '"/a b"', /ConfigMap's key/, /Rename/],
    [
        "stateless",
        { configFiles: { "/a/b": "x", "/a.b": "y" } },
        "configFiles",
        '"/a.b"',
        /key a\.b, as \/a\/b/,
        /Rename/,
    ],
    [
        "stateless",
        { configFiles: { "/big": "x".repeat(2 ** 20 + 1) } },
        "configFiles",
        '"1048577 bytes"',
        /1 MiB/,
        /image/,
    ],
    ["stateless", { scratch: { "/tmp": "much" } }, "scratch./tmp", '"much"', /binary unit/, /"512Mi"/],
    [
        "stateless",
        { scratch: { "/tmp": { size: "1Gi", medium: "memory" } } },
        "scratch",
        '"1073741824 bytes in memory"',
        /memory of 512Mi/,
        /Raise/,
    ],
    [
        "stateless",
        { scratch: { "/a": "1Gi" }, secretFiles: { "/a": "s" } },
        "scratch",
        '"/a"',
        /already/,
        /another path/,
    ],
    [
        "stateless",
        { scratch: { "/a-b": "1Gi", "/a_b": "1Gi" } },
        "scratch./a_b",
        '"/a_b"',
        /named scratch-a-b/,
        /Rename/,
    ],
    ["stateless", { configFiles: { "/..data": "x" } }, "configFiles", '"/..data"', /not begin with \.\./, /Rename/],
    [
        "stateless",
        { secretFiles: { "/a.b": "s", "/a-b": "t" } },
        "secretFiles./a-b",
        '"/a-b"',
        /named secret-a-b/,
        /Rename/,
    ],
    [
        "agent",
        { hostPaths: { "/a/b": { path: "/x" }, "/a-b": { path: "/y" } } },
        "hostPaths./a-b",
        '"/a-b"',
        /named host-a-b/,
        /Rename/,
    ],
    [
        "ordered",
        { volumes: { "config-files": volume }, security },
        "volumes.config-files",
        '"config-files"',
        /as that of configFiles/,
        /Rename/,
    ],
    // Ports and who may connect.
    ["stateless", { ports: { http: 70_000 } }, "ports.http", "70000", /1 to 65535/, /Correct/],
    ["stateless", { ports: { http: 8080, HTTP: 81 } }, "ports.HTTP", '"HTTP"', /lower-case/, /Rename/],
    ["stateless", { ports: { http: 8080, admin: 8080 } }, "ports.admin", "8080", /ports\.http has it/, /another/],
    [
        "stateless",
        { ports: { http: { port: 8080, hostPort: 80 } } },
        "ports.http.hostPort",
        "80",
        /one replica/,
        /Service/,
    ],
    [
        "stateless",
        { allowFrom: [{ workload: "x", ports: ["grpc"] }] },
        "allowFrom[0].ports",
        '"grpc"',
        /ports are http/,
        /Name one/,
    ],
    [
        "stateless",
        { allowFrom: [{ cidrs: ["home"] }] },
        "allowFrom[0].cidrs",
        '"home"',
        /range of addresses/,
        /10\.0\.0\.0/,
    ],
    ["stateless", { metrics: { port: "metrics" } }, "metrics.port", '"metrics"', /ports are http/, /Name one/],
    [
        "stateless",
        { sidecars: { web: { image: "a:1", resources } } },
        "sidecars",
        '"web"',
        /another container/,
        /Rename/,
    ],
    ["stateless", { allowFrom: [{ cidrs: [] }] }, "allowFrom[0].cidrs", "[]", /let everybody in/, /Name the ranges/],
    [
        "stateless",
        { allowFrom: [{ workload: "a", ports: [] }] },
        "allowFrom[0].ports",
        "[]",
        /every port/,
        /leave it out/,
    ],
    [
        "stateless",
        { cluster: { loadBalancer: { groupName: "g", cidrs: [] } }, ingress: { host: "a.example" } },
        "cluster.loadBalancer.cidrs",
        "[]",
        /let everybody in/,
        /subnets/,
    ],
    // Health and shutdown.
    [
        "stateless",
        { health: { ...health, ready: { kind: "tcp", port: "x" } } },
        "health.ready.port",
        '"x"',
        /ports are http/,
        /Name/,
    ],
    [
        "stateless",
        { health: { ...health, ready: { kind: "http", path: "x", port: "http" } } },
        "health.ready.path",
        '"x"',
        /begins with/,
        /Add/,
    ],
    [
        "stateless",
        { health: { ...health, ready: { kind: "command", command: [] } } },
        "health.ready.command",
        "[]",
        /empty/,
        /program/,
    ],
    [
        "stateless",
        { health: { ...health, startUp: "30s" } },
        "health.startUp",
        '"30s"',
        /whole number and a unit/,
        /"30 seconds"/,
    ],
    [
        "stateless",
        { health: { ...health, every: "0 seconds" } },
        "health.every",
        '"0 seconds"',
        /at least a second/,
        /Raise/,
    ],
    ["stateless", { health: { ...health, failures: 0 } }, "health.failures", "0", /at least 1/, /Correct/],
    [
        "stateless",
        { shutdown: { gracePeriod: "5 seconds" } },
        "shutdown.gracePeriod",
        '"5 seconds"',
        /takes 10 s/,
        /Raise/,
    ],
    // Security.
    ["stateless", { security: { user: 0 } }, "security.user", "0", /is root/, /rootUser/],
    [
        "stateless",
        { security: { exceptions: { rootUser: " " } } },
        "security.exceptions.rootUser",
        '" "',
        /without a reason/,
        /why/,
    ],
    [
        "stateless",
        { security: { user: 5, exceptions: { rootUser: "y" } } },
        "security.exceptions.rootUser",
        '"y"',
        /user 5/,
        /Leave/,
    ],
    [
        "stateless",
        { security: { exceptions: { capabilities: { add: ["CAP_NET_RAW"], why: "ping" } } } },
        "security.exceptions.capabilities.add",
        '"CAP_NET_RAW"',
        /without CAP_/,
        /NET_RAW/,
    ],
    [
        "stateless",
        { security: { exceptions: { hostNetwork: "x" } } },
        "security.exceptions.hostNetwork",
        '"x"',
        /agent of the node/,
        /NodeAgent/,
    ],
    [
        "stateless",
        { security: { exceptions: { capabilities: { add: ["SYS_ADMIN"], why: "mounts" } } } },
        "security.exceptions.capabilities.add",
        '"SYS_ADMIN"',
        /privilege escalation/,
        /privilegeEscalation/,
    ],
    // Replicas, scaling, promises.
    ["stateless", { replicas: 0 }, "replicas", "0", /at least 1/, /Correct/],
    ["stateless", { replicas: 1.5 }, "replicas", "1.5", /whole/, /Correct/],
    [
        "stateless",
        { replicas: { min: 3, max: 3, on: { kind: "cpu", percent: 70 } } },
        "replicas.max",
        "3",
        /no room/,
        /Raise/,
    ],
    [
        "stateless",
        { replicas: { min: 1, max: 3, on: { kind: "cpu", percent: 0 } } },
        "replicas.on.percent",
        "0",
        /1 to 100/,
        /Correct/,
    ],
    ["stateless", { replicas: { min: 1, max: 64, on: lag } }, "replicas.max", "64", /48 partitions/, /at most 48/],
    [
        "stateless",
        { replicas: { min: 1, max: 9, on: { ...lag, lagPerReplica: 0 } } },
        "replicas.on.lagPerReplica",
        "0",
        /whole/,
        /Correct/,
    ],
    ["stateless", { minReady: "soon" }, "minReady", '"soon"', /whole number and a unit/, /"30 seconds"/],
    [
        "stateless",
        { replicas: 1, availability: { downtimeBudget: "2 minutes", survives: "zone" } },
        "availability.survives",
        '"zone"',
        /single replica/,
        /at least 2/,
    ],
    [
        "stateless",
        { replicas: 1, availability: { downtimeBudget: "2 minutes" } },
        "availability.downtimeBudget",
        '"2 minutes"',
        /costs 145 s \(.*30 s/,
        /survivors/,
    ],
    [
        "stateless",
        { cluster: NO_ZONES, availability: { downtimeBudget: "2 minutes", survives: "zone" } },
        "availability.survives",
        '"zone"',
        /0 zone/,
        /"node"/,
    ],
    [
        "stateless",
        { ingress: { host: "a.example" } },
        "ingress",
        "nothing",
        /no load balancer/,
        /cluster\.loadBalancer/,
    ],
    [
        "stateless",
        { ports: { http: 8080, admin: 81 }, ingress: { host: "a.example" } },
        "ingress.port",
        "nothing",
        /http, admin/,
        /Name one/,
    ],
    ["stateless", { runbookUrl: "wiki" }, "runbookUrl", '"wiki"', /no address/, /whole URL/],
    // OrderedStatefulService.
    ["ordered", { quorum: "majority", replicas: 4 }, "replicas", "4", /odd number of at least 3/, /Set replicas: 5/],
    ["ordered", { quorum: "majority", replicas: 1 }, "replicas", "1", /odd number of at least 3/, /Set replicas: 3/],
    ["ordered", { minAvailable: 4 }, "minAvailable", "4", /3 replicas/, /1 to 3/],
    ["ordered", { start: -1 }, "start", "-1", /ordinal/, /Correct/],
    [
        "ordered",
        { start: 100, update: { kind: "canary", partition: 2 } },
        "update.partition",
        "2",
        /100 to 102/,
        /first ordinal/,
    ],
    [
        "ordered",
        { volumes: { data: { ...volume, size: "20GB" } }, security },
        "volumes.data.size",
        '"20GB"',
        /binary unit/,
        /"20Gi"/,
    ],
    [
        "ordered",
        { volumes: { data: { ...volume, size: "65Ti" } }, security },
        "volumes.data.size",
        '"65Ti"',
        /64 TiB/,
        /"20Gi"/,
    ],
    [
        "ordered",
        { volumes: { data: { ...volume, mountPath: "data" } }, security },
        "volumes.data.mountPath",
        '"data"',
        /absolute/,
        /Correct/,
    ],
    ["ordered", { volumes: { Data: volume }, security }, "volumes.Data", '"Data"', /Kubernetes name/, /Rename/],
    [
        "ordered",
        { volumes: { data: volume }, security: { user: 70 } },
        "security.volumeGroup",
        "nothing",
        /belongs to root.*user 70/,
        /group/,
    ],
    [
        "ordered",
        { volumes: { data: volume }, security },
        "claimProvider",
        "nothing",
        /upsertExistingObjects/,
        /Pass the one/,
    ],
    [
        "ordered",
        { replicas: 1, failover: { kind: "survivors" } },
        "failover",
        '"survivors"',
        /nobody to take over/,
        /at least 2/,
    ],
    [
        "ordered",
        { failover: { kind: "promotion", leaderTimeToLive: "30", promotion: "5 seconds" } },
        "failover.leaderTimeToLive",
        '"30"',
        /unit/,
        /"30 seconds"/,
    ],
    // NodeAgent.
    ["agent", { updatePercent: 0 }, "updatePercent", "0", /1 to 100/, /Correct/],
    ["agent", { nodes: { pools: [] } }, "nodes.pools", "[]", /for no pool/, /"every"/],
    [
        "agent",
        { hostPaths: { "/host": { path: "var/log" } } },
        "hostPaths./host.path",
        '"var/log"',
        /on the node is absolute/,
        /Correct/,
    ],
    // Jobs.
    ["batch", { deadline: "ten minutes" }, "deadline", '"ten minutes"', /whole number and a unit/, /"30 seconds"/],
    ["batch", { deadline: "0 minutes" }, "deadline", '"0 minutes"', /time to run/, /Raise/],
    ["batch", { retries: -1 }, "retries", "-1", /at least 0/, /Correct/],
    ["batch", { permanentExitCodes: [0] }, "permanentExitCodes", "0", /1 to 255/, /Correct/],
    [
        "batch",
        { work: { kind: "queue", completions: 0, parallelism: 1 } },
        "work.completions",
        "0",
        /at least 1/,
        /Correct/,
    ],
    [
        "batch",
        { work: { kind: "queue", completions: 2, parallelism: 5 } },
        "work.parallelism",
        "5",
        /2 pieces/,
        /at most 2/,
    ],
    [
        "scheduled",
        { schedule: { cron: "@daily", timeZone: "Etc/UTC" } },
        "schedule",
        '"@daily"',
        /five fields/,
        /"0 2 \* \* \*"/,
    ],
    [
        "scheduled",
        { schedule: { cron: "61 2 * * *", timeZone: "Etc/UTC" } },
        "schedule",
        '"61 2 * * *"',
        /no cron expression/,
        /"0 2/,
    ],
    [
        "scheduled",
        { schedule: { cron: "0 2 * * *", timeZone: "Berlin" } },
        "schedule",
        '"Berlin"',
        /IANA/,
        /Europe\/Berlin/,
    ],
    ["scheduled", { startingDeadline: "5 seconds" }, "startingDeadline", '"5 seconds"', /every 10 seconds/, /at least/],
    ["scheduled", { history: { succeeded: -1, failed: 1 } }, "history.succeeded", "-1", /at least 0/, /Correct/],
];

describe("invalid arguments", () => {
    for (const [kind, change, field, value, reason, fix, name] of rows) {
        it(`${kind}: ${field} = ${value.slice(0, 40)} (${reason.source})`, () => {
            assert.throws(
                () => kinds[kind](change, name),
                (error: unknown) => {
                    assert.ok(error instanceof ArgumentError);
                    const problem = error.problems.find((p) => p.field === field && reason.test(p.reason));
                    assert.ok(problem, error.message);
                    assert.match(problem.fix, fix);
                    assert.ok(error.message.includes(`${field}: got ${value};`), error.message);
                    return true;
                },
            );
        });
    }

    it("reports every problem at once, and none twice", () => {
        assert.throws(
            () => kinds.stateless({ image: "app", replicas: 0, resources: { cpu: "x", memory: "y" } }),
            (error: unknown) => {
                assert.ok(error instanceof ArgumentError);
                const fields = error.problems.map((p) => p.field);
                assert.deepEqual(fields.toSorted(), ["image", "replicas", "resources.cpu", "resources.memory"]);
                return true;
            },
        );
    });

    it("prints without a stack trace: the error is a RunError", () => {
        assert.throws(() => kinds.stateless({ replicas: 0 }), pulumi.RunError);
    });

    it("repeats no more than an excerpt of a long value", () => {
        const error = new ArgumentError("x", [{ field: "f", value: "v".repeat(500), reason: "r", fix: "F" }]);
        assert.ok(error.message.length < 200);
    });
});
