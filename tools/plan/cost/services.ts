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

/** GB of logs a month. */
function logGigabytes({ pools }: EksConfig, assumed: Assumed): number {
    const nodes = allPools(pools).reduce((sum, pool) => sum + pool.nodes.typical, 0);
    return MONTH_DAYS * (nodes * assumed.logGigabytesPerNode + assumed.controlPlaneLogGigabytes);
}

/** Ways in and out. */
export function networkItems(config: EksConfig, resources: Resources, assumed: Assumed): CostItem[] {
    const { region } = config;
    const gateways = ofType(resources, "aws:ec2/natGateway:NatGateway").length;
    const balancers = loadBalancers(resources);
    const interfaces = endpointInterfaces(resources);
    const addresses = ofType(resources, "aws:ec2/eip:Eip").length;
    const hourly = (name: string, count: number, price: string): CostItem[] =>
        count === 0
            ? []
            : [item(region, { group: "network", name, quantity: count * HOURS, price, note: `${count} of them` })];
    const data = (name: string, quantity: number, price: string, note: string): CostItem[] =>
        quantity === 0 ? [] : [item(region, { group: "network", name, quantity, price, note })];
    return [
        ...hourly("NAT gateways", gateways, "nat"),
        ...data(
            "traffic through NAT gateways",
            gateways * assumed.natGigabytes,
            "nat:data",
            `assumed: ${assumed.natGigabytes} GB a month through each`,
        ),
        ...hourly("public addresses", addresses, "public-address"),
        ...hourly("interface endpoints, by zone", interfaces, "endpoint"),
        ...data(
            "traffic through interface endpoints",
            interfaces === 0 ? 0 : logGigabytes(config, assumed),
            "endpoint:data",
            "assumed: the logs, and little else",
        ),
        ...hourly("load balancers", balancers, "load-balancer"),
        ...data(
            "capacity units of load balancers",
            balancers * assumed.capacityUnits * HOURS,
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
    const gigabytes = logGigabytes(config, assumed);
    return [
        item(region, {
            group: "logs",
            name: "logs taken in",
            quantity: gigabytes,
            price: "logs",
            note:
                `assumed: ${assumed.logGigabytesPerNode} GB a day from each node and ` +
                `${assumed.controlPlaneLogGigabytes} GB from the control plane`,
        }),
        item(region, {
            group: "logs",
            name: "logs kept",
            quantity: (gigabytes * logs.retentionDays) / MONTH_DAYS,
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
