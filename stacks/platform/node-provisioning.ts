import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { dependencyList } from "../../components/support/children.ts";
import type { EksConfig } from "../config.ts";
import { KARPENTER, type KarpenterAccess } from "../infrastructure/karpenter.ts";
import { type KarpenterPool, karpenterPools } from "../infrastructure/pools.ts";
import { CHARTS } from "./charts.ts";
import { nodeAlerts } from "./karpenter/alerts.ts";
import { flowSchemas } from "./karpenter/flow-schemas.ts";
import { machinesOf } from "./karpenter/node-class.ts";
import { nodePool } from "./karpenter/node-pool.ts";
import { karpenterValues } from "./karpenter/values.ts";
import { release } from "./release.ts";

/** What {@link NodeProvisioning} is made of. */
export interface NodeProvisioningArgs {
    readonly pools: EksConfig["pools"];
    readonly nodeUpdates: EksConfig["nodeUpdates"];
    /** What Karpenter works with in AWS. */
    readonly access: KarpenterAccess;
    /** Labels of rules and monitors that Prometheus picks up. */
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

/** Name of the release, of the Deployment, and of the chart's every object. */
const RELEASE = "karpenter";

/**
 * Seconds until a pool's nodes have drained, when the pool goes. Pods that must not be disrupted may take longer: then the
 * next attempt goes on.
 */
const DRAIN = "30m";

/**
 * Karpenter, and the pools that it fills. When the stack goes, the pools go first and take their nodes along, while the
 * controller that stops the machines still runs, and has its rights.
 *
 * An account that never had spot instances needs their role once, which belongs to the account and not to a stack:
 * `aws iam create-service-linked-role --aws-service-name spot.amazonaws.com`.
 */
export class NodeProvisioning extends pulumi.ComponentResource {
    constructor(name: string, args: NodeProvisioningArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:NodeProvisioning", name, {}, opts);
        const dependsOn = dependencyList(opts.dependsOn);
        const { namespace } = KARPENTER;
        const definitions = release(
            `${name}-definitions`,
            { release: `${RELEASE}-crd`, chart: CHARTS.karpenterCrd, namespace, values: {} },
            { parent: this, dependsOn },
        );
        const schemas = flowSchemas(KARPENTER, { parent: this });
        const controller = release(
            name,
            {
                release: RELEASE,
                chart: CHARTS.karpenter,
                namespace,
                skipCrds: true,
                values: karpenterValues({
                    clusterName: args.access.clusterName,
                    interruptionQueue: args.access.queueName,
                    serviceAccount: KARPENTER.serviceAccount,
                    monitoringLabels: args.monitoringLabels,
                }),
            },
            { parent: this, dependsOn: [...dependsOn, definitions, ...schemas, ...args.access.ready] },
        );
        for (const pool of karpenterPools(args.pools)) {
            this.#pool(pool, args, controller);
        }
        this.#alerts(args, dependsOn);
        this.registerOutputs({});
    }

    #pool(pool: KarpenterPool, args: NodeProvisioningArgs, controller: pulumi.Resource): void {
        const { access, nodeUpdates } = args;
        const { instanceProfile, securityGroupId } = access;
        const customTimeouts = { delete: DRAIN };
        const machines = new k8s.apiextensions.CustomResource(
            `${pool.name}-machines`,
            {
                apiVersion: "karpenter.k8s.aws/v1",
                kind: "EC2NodeClass",
                metadata: { name: pool.name },
                spec: {
                    ...machinesOf(pool, access.clusterName, nodeUpdates.amiRelease),
                    instanceProfile,
                    subnetSelectorTerms: access.subnetIds.map((id) => ({ id })),
                    securityGroupSelectorTerms: [{ id: securityGroupId }],
                },
            },
            { parent: this, dependsOn: [controller], customTimeouts },
        );
        new k8s.apiextensions.CustomResource(
            pool.name,
            { ...nodePool(pool, nodeUpdates.window) },
            { parent: this, dependsOn: [machines], customTimeouts },
        );
    }

    #alerts({ monitoringLabels }: NodeProvisioningArgs, dependsOn: pulumi.Input<pulumi.Resource>[]): void {
        const subject = {
            name: RELEASE,
            namespace: KARPENTER.namespace,
            system: "platform",
            containers: ["controller"],
        };
        const name = "node-provisioning";
        new k8s.apiextensions.CustomResource(
            name,
            {
                ...PROMETHEUS_RULE,
                metadata: { name, namespace: KARPENTER.namespace, labels: monitoringLabels },
                spec: prometheusRuleSpec([nodeAlerts(subject)]),
            },
            { parent: this, dependsOn },
        );
    }
}
