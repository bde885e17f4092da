/**
 * Programs that must not compile. `npm run check:types` fails when one of them does: an unused `@ts-expect-error` is an
 * error itself. Nothing here runs.
 */
import { BatchJob } from "../../components/batch-job.ts";
import { NodeAgent } from "../../components/node-agent.ts";
import { OrderedStatefulService, type QuorumSize } from "../../components/ordered-stateful-service.ts";
import { ScheduledJob } from "../../components/scheduled-job.ts";
import { StatelessService } from "../../components/stateless-service.ts";
import type { Duration } from "../../components/values/duration.ts";
import type { VolumeSize } from "../../components/values/quantity.ts";
import { AGENT, BATCH, ORDERED, SCHEDULED, STATELESS } from "../support/arguments.ts";

const volume = { mountPath: "/data", size: "20Gi" } as const;
const cpu = { min: 2, max: 5, on: { kind: "cpu", percent: 70 } } as const;

export function statelessServices(): void {
    new StatelessService("fixed", { ...STATELESS, replicas: 3 });
    new StatelessService("autoscaled", { ...STATELESS, replicas: cpu });
    // @ts-expect-error: a stateless service has no volumes
    new StatelessService("volumes", { ...STATELESS, volumes: { data: volume } });
    // @ts-expect-error: nor a claim by any other name
    new StatelessService("claim", { ...STATELESS, persistentVolumeClaim: "data" });
    // @ts-expect-error: nor one as scratch
    new StatelessService("scratch-claim", { ...STATELESS, scratch: { "/data": { size: "1Gi", claimName: "data" } } });
    // @ts-expect-error: nor claim templates
    new StatelessService("templates", { ...STATELESS, volumeClaimTemplates: [] });
    // @ts-expect-error: a fixed number and autoscaling exclude each other
    new StatelessService("both", { ...STATELESS, replicas: 3, autoscaling: cpu });
    // @ts-expect-error: and cannot be mixed in one
    new StatelessService("mixed", { ...STATELESS, replicas: { ...cpu, replicas: 3 } });
    // @ts-expect-error: a trigger is of one kind
    new StatelessService("trigger", { ...STATELESS, replicas: { ...cpu, on: { kind: "cpu", lagPerReplica: 5 } } });
    // @ts-expect-error: only surge and inPlace are safe
    new StatelessService("recreate", { ...STATELESS, update: "recreate" });
    // @ts-expect-error: memory needs a unit
    new StatelessService("memory", { ...STATELESS, resources: { cpu: "1", memory: "512" } });
    // @ts-expect-error: resources are required
    new StatelessService("resources", { ...STATELESS, resources: undefined });
    // @ts-expect-error: so is health
    new StatelessService("health", { ...STATELESS, health: undefined });
    // @ts-expect-error: a check is of one kind
    new StatelessService("check", { ...STATELESS, health: { ready: { kind: "tcp", path: "/" }, startUp: "1 second" } });
    // @ts-expect-error: an agent of the node only
    new StatelessService("host", { ...STATELESS, hostPaths: { "/host": { path: "/" } } });
    // @ts-expect-error: an exception says why
    new StatelessService("exception", { ...STATELESS, security: { exceptions: { rootUser: true } } });
}

export function orderedStatefulServices(configured: QuorumSize): void {
    new OrderedStatefulService("quorum", { ...ORDERED, quorum: "majority", replicas: configured });
    new OrderedStatefulService("replicas", { ...ORDERED, replicas: 4 });
    // @ts-expect-error: an even quorum survives no more than the odd one below it
    new OrderedStatefulService("even", { ...ORDERED, quorum: "majority", replicas: 4 });
    // @ts-expect-error: a quorum of one survives nothing
    new OrderedStatefulService("one", { ...ORDERED, quorum: "majority", replicas: 1 });
    // @ts-expect-error: its number is fixed
    new OrderedStatefulService("autoscaled", { ...ORDERED, replicas: cpu });
    // @ts-expect-error: a canary has a partition
    new OrderedStatefulService("canary", { ...ORDERED, update: { kind: "canary" } });
    // @ts-expect-error: EBS counts in GiB
    new OrderedStatefulService("size", { ...ORDERED, volumes: { data: { ...volume, size: "500Mi" } } });
    // @ts-expect-error: promotion has its times
    new OrderedStatefulService("failover", { ...ORDERED, failover: { kind: "promotion" } });
}

export function nodeAgents(): void {
    new NodeAgent("pools", { ...AGENT, nodes: { pools: ["infra"] } });
    // @ts-expect-error: there is one on every node
    new NodeAgent("replicas", { ...AGENT, replicas: 3 });
    // @ts-expect-error: pools are named under nodes
    new NodeAgent("pool", { ...AGENT, pool: "infra" });
    // @ts-expect-error: no pool is no agent
    new NodeAgent("none", { ...AGENT, nodes: { pools: [] } });
    // @ts-expect-error: an agent keeps nothing of its own
    new NodeAgent("volumes", { ...AGENT, volumes: { data: volume } });
    // @ts-expect-error: access is read or write
    new NodeAgent("access", { ...AGENT, hostPaths: { "/host": { path: "/", access: "all" } } });
}

export function jobs(): void {
    // @ts-expect-error: a job has a deadline
    new BatchJob("deadline", { ...BATCH, deadline: undefined });
    // @ts-expect-error: one pod has no completions
    new BatchJob("work", { ...BATCH, work: { kind: "once", completions: 3 } });
    // @ts-expect-error: a job serves nobody
    new BatchJob("ports", { ...BATCH, ports: { http: 8080 } });
    // @ts-expect-error: runs never overlap
    new ScheduledJob("overlap", { ...SCHEDULED, overlap: "allow" });
    // @ts-expect-error: a schedule names its time zone
    new ScheduledJob("zone", { ...SCHEDULED, schedule: { cron: "0 2 * * *" } });
}

export const durations: readonly Duration[] = [
    "1 second",
    "30 seconds",
    // @ts-expect-error: a unit is written out
    "30s",
    // @ts-expect-error: a number has a unit
    30,
];

export const sizes: readonly VolumeSize[] = [
    "20Gi",
    // @ts-expect-error: binary units
    "20GB",
];
