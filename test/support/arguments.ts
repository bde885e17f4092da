import type { BatchJobArgs } from "../../components/batch-job.ts";
import type { NodeAgentArgs } from "../../components/node-agent.ts";
import type { OrderedStatefulServiceArgs } from "../../components/ordered-stateful-service.ts";
import type { ScheduledJobArgs } from "../../components/scheduled-job.ts";
import type { StatelessServiceArgs } from "../../components/stateless-service.ts";

const COMMON = {
    namespace: "apps",
    system: "shop",
    image: "ghcr.io/acme/app:1.4.2",
    resources: { cpu: "250m", memory: "512Mi" },
} as const;

const SERVING = {
    ...COMMON,
    ports: { http: 8080 },
    health: { ready: { kind: "http", path: "/healthz", port: "http" }, startUp: "30 seconds" },
} as const;

/** The least that makes a StatelessService. */
export const STATELESS: StatelessServiceArgs = { ...SERVING, replicas: 2 };

/** The least that makes an OrderedStatefulService; without volumes, which want a provider. */
export const ORDERED = { ...SERVING, replicas: 3 } satisfies OrderedStatefulServiceArgs;

/** The least that makes a NodeAgent. */
export const AGENT: NodeAgentArgs = SERVING;

/** The least that makes a BatchJob. */
export const BATCH: BatchJobArgs = { ...COMMON, deadline: "10 minutes" };

/** The least that makes a ScheduledJob. */
export const SCHEDULED: ScheduledJobArgs = {
    ...BATCH,
    schedule: { cron: "0 2 * * *", timeZone: "Europe/Berlin" },
};
