import type { PoolNames } from "../../../stacks/infrastructure/pools.ts";

/** The pools of a cluster on EKS, brokers among the other services. */
export const POOLS: PoolNames = {
    services: "infra",
    brokers: "infra",
    jobs: "batch",
    drivers: "spark-driver",
    executors: "spark-executor",
};
