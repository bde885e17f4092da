import type { Policies } from "@pulumi/policy";
import { disruptionBudgetAllowsDrain } from "./disruption-budget-allows-drain.ts";
import { disruptionBudgetBelowReplicas } from "./disruption-budget-below-replicas.ts";
import { disruptionBudgetEvictsUnhealthy } from "./disruption-budget-evicts-unhealthy.ts";
import { governingServiceExists } from "./governing-service-exists.ts";
import { imageRegistry } from "./image-registry.ts";
import { logRetention } from "./log-retention.ts";
import { nodeAgentCoversEveryNode } from "./node-agent-covers-every-node.ts";
import { statefulWorkloadAsDeployment } from "./stateful-workload-as-deployment.ts";
import { statefulsetGoverningService } from "./statefulset-governing-service.ts";

/** The pack's policies: those that judge one resource first, then those that join several. */
export const POLICIES: Policies = [
    statefulWorkloadAsDeployment,
    statefulsetGoverningService,
    disruptionBudgetAllowsDrain,
    disruptionBudgetEvictsUnhealthy,
    nodeAgentCoversEveryNode,
    logRetention,
    imageRegistry,
    governingServiceExists,
    disruptionBudgetBelowReplicas,
];
