import type { EksConfig } from "../../../stacks/config.ts";
import { allPools } from "../../../stacks/infrastructure/pools.ts";
import { field, kubernetesObject } from "../kubernetes.ts";
import { recordedName } from "../managed-database.ts";
import type { RecordedResource } from "../resource.ts";
import { type Assumed, MONTH_DAYS } from "./assumptions.ts";
import { type CostItem, item } from "./item.ts";
import { HOURS } from "./prices.ts";

/** Ingresses of one group share a load balancer (load-balancer controller, "IngressGroup"). */
const GROUP = "alb.ingress.kubernetes.io/group.name";

type Resources = readonly RecordedResource[];

function ofType(resources: Resources, type: string): Resources {
    return resources.filter((resource) => resource.type === type);
}

function loadBalancers(resources: Resources): number {
    const objects = resources.map(kubernetesObject).filter((object) => object !== undefined);
    const ingresses = objects.filter(({ kind }) => kind === "Ingress");
    const groups = ingresses.map((ingress) => field(ingress, "metadata", "annotations", GROUP));
    const services = objects.filter(
        (object) => object.kind === "Service" && field(object, "spec", "type") === "LoadBalancer",
    );
    return (
        new Set(groups.filter((group) => group !== undefined)).size +
        groups.filter((group) => group === undefined).length +
        services.length
    );
}

/** Interfaces: an endpoint has one in each of its subnets. */
function endpointInterfaces(resources: Resources): number {
    return ofType(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").reduce((sum, { inputs }) => {
        const { subnetIds, vpcEndpointType } = inputs;
        return vpcEndpointType === "Interface" && Array.isArray(subnetIds) ? sum + subnetIds.length : sum;
    }, 0);
}

/** A quantity with the typical nodes, and with the fewest and the most. */
interface ByNodes {
    readonly quantity: number;
    readonly between: { readonly min: number; readonly max: number };
}

function times({ quantity, between: { min, max } }: ByNodes, factor: number): ByNodes {
    return { quantity: quantity * factor, between: { min: min * factor, max: max * factor } };
}

function plus({ quantity, between: { min, max } }: ByNodes, more: number): ByNodes {
    return { quantity: quantity + more, between: { min: min + more, max: max + more } };
}

/** GB of logs that the nodes send a month. */
function nodeLogs({ pools }: EksConfig, { logGigabytesPerNode }: Assumed): ByNodes {
    const nodes = (of: "min" | "typical" | "max"): number =>
        allPools(pools).reduce((sum, pool) => sum + pool.nodes[of], 0);
    const counted = { quantity: nodes("typical"), between: { min: nodes("min"), max: nodes("max") } };
    return times(counted, MONTH_DAYS * logGigabytesPerNode);
}

/** Whether CloudWatch Logs is reached without leaving the network. */
function hasLogsEndpoint(resources: Resources): boolean {
    return ofType(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").some(
        ({ inputs: { serviceName, vpcEndpointType } }) =>
            vpcEndpointType === "Interface" && String(serviceName).endsWith(".logs"),
    );
}

/** Ways in and out. */
export function networkItems(config: EksConfig, resources: Resources, assumed: Assumed): CostItem[] {
    const { region } = config;
    const gateways = ofType(resources, "aws:ec2/natGateway:NatGateway").length;
    const balancers = loadBalancers(resources);
    const interfaces = endpointInterfaces(resources);
    const addresses = ofType(resources, "aws:ec2/eip:Eip").length;
    const logs = nodeLogs(config, assumed);
    const byEndpoint = hasLogsEndpoint(resources);
    const hourly = (name: string, count: number, price: string): CostItem[] =>
        count === 0
            ? []
            : [item(region, { group: "network", name, quantity: count * HOURS, price, note: `${count} of them` })];
    const data = (name: string, amount: Pick<ByNodes, "quantity"> & Partial<ByNodes>, price: string, note: string) =>
        amount.quantity === 0 ? [] : [item(region, { group: "network", name, ...amount, price, note })];
    const passing = gateways * assumed.natGigabytes;
    return [
        ...hourly("NAT gateways", gateways, "nat"),
        ...data(
            "traffic through NAT gateways",
            gateways === 0 || byEndpoint ? { quantity: passing } : plus(logs, passing),
            "nat:data",
            `assumed: ${assumed.natGigabytes} GB a month through each${byEndpoint ? "" : ", and the nodes' logs"}`,
        ),
        ...hourly("public addresses", addresses, "public-address"),
        ...hourly("interface endpoints, by zone", interfaces, "endpoint"),
        ...data(
            "traffic through interface endpoints",
            byEndpoint ? logs : { quantity: 0 },
            "endpoint:data",
            "assumed: the nodes' logs, and little else",
        ),
        ...hourly("load balancers", balancers, "load-balancer"),
        ...data(
            "capacity units of load balancers",
            { quantity: balancers * assumed.capacityUnits * HOURS },
            "load-balancer:lcu",
            `assumed: ${assumed.capacityUnits} of each, all the time; at the price of application load balancers`,
        ),
    ];
}

/** The control plane. A version in extended support costs more, and the configuration's is not. */
export function clusterItems({ region }: EksConfig, resources: Resources): CostItem[] {
    const clusters = ofType(resources, "eks:index:Cluster").length;
    return clusters === 0
        ? []
        : [item(region, { group: "cluster", name: "EKS control plane", quantity: clusters * HOURS, price: "eks" })];
}

/** Databases of RDS: machines and their first storage. */
export function databaseItems({ region, environment }: EksConfig, resources: Resources): CostItem[] {
    return ofType(resources, "aws:rds/instance:Instance").flatMap((resource) => {
        const name = `database ${recordedName(resource, environment)}`;
        const { engine, instanceClass, multiAz, allocatedStorage } = resource.inputs;
        const zones = multiAz === true ? "multi" : "single";
        // Engines of their own have prices of their own.
        const machine = [...(engine === "postgres" ? [] : [String(engine)]), String(instanceClass)].join(":");
        return [
            item(region, {
                group: "databases",
                name: `${name}, machine`,
                quantity: HOURS,
                price: `rds:${machine}:${zones}`,
                note: `${String(instanceClass)} ${zones === "multi" ? "in two zones" : "in one zone"}`,
            }),
            item(region, {
                group: "databases",
                name: `${name}, storage`,
                quantity: typeof allocatedStorage === "number" ? allocatedStorage : 0,
                price: `rds:gp3:${zones}`,
            }),
        ];
    });
}

/** Logs in CloudWatch, kept as long as the configuration says, and counted as they come in: uncompressed. */
export function logItems(config: EksConfig, resources: Resources, assumed: Assumed): CostItem[] {
    if (ofType(resources, "aws:cloudwatch/logGroup:LogGroup").length === 0) {
        return [];
    }
    const { region, logs } = config;
    const taken = plus(nodeLogs(config, assumed), MONTH_DAYS * assumed.controlPlaneLogGigabytes);
    return [
        item(region, {
            group: "logs",
            name: "logs taken in",
            ...taken,
            price: "logs",
            note:
                `assumed: ${assumed.logGigabytesPerNode} GB a day from each node and ` +
                `${assumed.controlPlaneLogGigabytes} GB from the control plane`,
        }),
        item(region, {
            group: "logs",
            name: "logs kept",
            ...times(taken, logs.retentionDays / MONTH_DAYS),
            price: "logs:storage",
            note: `${logs.retentionDays} days, uncompressed: at most this`,
        }),
    ];
}

/** Keys that the program makes. */
export function keyItems({ region }: EksConfig, resources: Resources): CostItem[] {
    const keys = ofType(resources, "aws:kms/key:Key").length;
    return keys === 0 ? [] : [item(region, { group: "keys", name: "KMS keys", quantity: keys, price: "key" })];
}

/** What the buckets hold. */
export function bucketItems({ region }: EksConfig, resources: Resources, assumed: Assumed): CostItem[] {
    const buckets = ofType(resources, "aws:s3/bucket:Bucket").length;
    const quantity = buckets * assumed.bucketGigabytes;
    const note = `assumed: ${assumed.bucketGigabytes} GB in each of ${buckets}`;
    return quantity === 0 ? [] : [item(region, { group: "buckets", name: "buckets", quantity, price: "s3", note })];
}
