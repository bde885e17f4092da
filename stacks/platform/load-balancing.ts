import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerFacts } from "../../components/cluster-facts.ts";
import { dependencyList } from "../../components/support/children.ts";
import type { EksConfig } from "../config.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import type { Site } from "../infrastructure/key-policy.ts";
import type { Statement } from "../infrastructure/policy.ts";
import { CHARTS } from "./charts.ts";
import { dnsRights, loadBalancerRights } from "./load-balancer-rights.ts";
import { dnsValues, loadBalancerValues } from "./load-balancing-values.ts";
import { release } from "./release.ts";

/** What {@link LoadBalancing} is made of. */
export interface LoadBalancingArgs {
    readonly ingress: NonNullable<EksConfig["ingress"]>;
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    readonly vpcId: pulumi.Input<string>;
    readonly site: Site;
    /** Where the load balancer's own addresses lie. */
    readonly privateCidrs: readonly string[];
    /** Both charts' namespace; has to be there before. */
    readonly namespace: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

const CONTROLLER = "aws-load-balancer-controller";
const DNS = "external-dns";

/**
 * One internal load balancer for all host names under the domain: the controller that makes it of Ingresses, and the one
 * that makes their DNS records. What has an Ingress depends on {@link release}: its admission goes through the controller.
 */
export class LoadBalancing extends pulumi.ComponentResource {
    readonly facts: LoadBalancerFacts;
    readonly release: k8s.helm.v3.Release;

    constructor(name: string, args: LoadBalancingArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:LoadBalancing", name, {}, opts);
        const { ingress, clusterName, site, monitoringLabels } = args;
        const after = dependencyList(opts.dependsOn);
        const controller = this.#identity(
            CONTROLLER,
            args,
            loadBalancerRights({ clusterName, site, vpcId: args.vpcId, certificateArn: ingress.certificateArn }),
        );
        this.release = release(
            CONTROLLER,
            {
                release: CONTROLLER,
                chart: CHARTS.awsLoadBalancerController,
                namespace: args.namespace,
                values: loadBalancerValues({
                    clusterName,
                    region: site.region,
                    vpcId: args.vpcId,
                    serviceAccount: CONTROLLER,
                    monitoringLabels,
                }),
            },
            { parent: this, dependsOn: [...after, controller] },
        );
        const dns = this.#identity(DNS, args, dnsRights(ingress.hostedZoneId, ingress.domain));
        release(
            DNS,
            {
                release: DNS,
                chart: CHARTS.externalDns,
                namespace: args.namespace,
                values: dnsValues({
                    owner: clusterName,
                    domain: ingress.domain,
                    hostedZoneId: ingress.hostedZoneId,
                    region: site.region,
                    serviceAccount: DNS,
                    monitoringLabels,
                }),
            },
            { parent: this, dependsOn: [...after, dns] },
        );
        this.facts = {
            groupName: clusterName,
            dependsOn: [this.release],
            cidrs: args.privateCidrs,
            ...(ingress.certificateArn === undefined ? {} : { certificateArn: ingress.certificateArn }),
        };
        this.registerOutputs({});
    }

    #identity(serviceAccount: string, args: LoadBalancingArgs, statements: readonly Statement[]): PodIdentity {
        const { clusterName, clusterArn, namespace } = args;
        return new PodIdentity(
            serviceAccount,
            { clusterName, clusterArn, namespace, serviceAccount, statements },
            { parent: this },
        );
    }
}
