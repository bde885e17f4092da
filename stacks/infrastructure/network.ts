import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../config.ts";
import { planSubnets, type ZoneSubnets } from "./subnets.ts";

/** What a {@link Network} is made of. */
export interface NetworkArgs {
    /** Region of the endpoints. */
    readonly region: string;
    /** As configured. */
    readonly network: EksConfig["network"];
}

/** The tags by which load balancers find their subnets (EKS user guide, "VPC and subnet considerations"). */
const PUBLIC_ROLE = { "kubernetes.io/role/elb": "1" };
const PRIVATE_ROLE = { "kubernetes.io/role/internal-elb": "1" };

const ANYWHERE = "0.0.0.0/0";
const HTTPS = 443;

/** A VPC with one public and one private subnet in each zone, and ways out that need no public address. */
export class Network extends pulumi.ComponentResource {
    readonly vpcId: pulumi.Output<string>;
    /** Private subnets by zone. */
    readonly privateSubnets: ReadonlyMap<string, pulumi.Output<string>>;
    /** Ranges of the private subnets: nodes, pods, and the API server's own interfaces. */
    readonly privateCidrs: readonly string[];
    /** What gives the private subnets their way out. A dependency on the component itself would wait for the VPC alone. */
    readonly routing: readonly pulumi.Resource[];
    readonly #name: string;
    readonly #args: NetworkArgs;
    readonly #vpc: ec2.Vpc;

    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:Network", name, {}, opts);
        this.#name = name;
        this.#args = args;
        const plan = planSubnets(args.network.cidr, args.network.zones);

        this.#vpc = new ec2.Vpc(
            name,
            { cidrBlock: args.network.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
            { parent: this },
        );
        const wayOut = this.#wayOut();
        const publicSubnets = this.#publicSubnets(plan, wayOut);
        const gateways = this.#natGateways(plan, publicSubnets, wayOut);
        const { tables, routes } = this.#privateTables(plan, gateways);
        const { subnets: privateSubnets, associations } = this.#privateSubnets(plan, tables);
        this.#endpoints([...tables.values()], [...privateSubnets.values()]);

        this.vpcId = this.#vpc.id;
        this.routing = [...routes, ...associations];
        this.privateSubnets = new Map([...privateSubnets].map(([zone, subnet]) => [zone, subnet.id]));
        this.privateCidrs = plan.map((subnets) => subnets.privateCidr);
        this.registerOutputs({ vpcId: this.vpcId });
    }

    #tags(suffix: string, more: Record<string, string> = {}): Record<string, string> {
        return { Name: `${this.#name}-${suffix}`, ...more };
    }

    /** The public subnets' route to the internet. */
    #wayOut(): ec2.Route {
        const name = `${this.#name}-public`;
        const inVpc = { parent: this.#vpc };
        const gateway = new ec2.InternetGateway(this.#name, { vpcId: this.#vpc.id, tags: { Name: this.#name } }, inVpc);
        const table = new ec2.RouteTable(name, { vpcId: this.#vpc.id, tags: this.#tags("public") }, inVpc);
        return new ec2.Route(
            name,
            { routeTableId: table.id, destinationCidrBlock: ANYWHERE, gatewayId: gateway.id },
            { parent: table },
        );
    }

    #publicSubnets(plan: readonly ZoneSubnets[], wayOut: ec2.Route): Map<string, ec2.Subnet> {
        const name = `${this.#name}-public`;
        return new Map(
            plan.map(({ zone, publicCidr }) => {
                const subnet = new ec2.Subnet(
                    `${name}-${zone}`,
                    {
                        vpcId: this.#vpc.id,
                        availabilityZone: zone,
                        cidrBlock: publicCidr,
                        tags: this.#tags(`public-${zone}`, PUBLIC_ROLE),
                    },
                    { parent: this.#vpc },
                );
                new ec2.RouteTableAssociation(
                    `${name}-${zone}`,
                    { routeTableId: wayOut.routeTableId, subnetId: subnet.id },
                    { parent: subnet },
                );
                return [zone, subnet];
            }),
        );
    }

    /** NAT gateways, the first of which stands in the first zone. AWS makes none in a VPC without a way out. */
    #natGateways(
        plan: readonly ZoneSubnets[],
        publicSubnets: Map<string, ec2.Subnet>,
        wayOut: ec2.Route,
    ): ec2.NatGateway[] {
        const zones = this.#args.network.natGateways === "per-zone" ? plan : plan.slice(0, 1);
        return zones.flatMap(({ zone }) => {
            const subnet = publicSubnets.get(zone);
            if (subnet === undefined) {
                return [];
            }
            const name = `${this.#name}-${zone}`;
            const address = new ec2.Eip(name, { domain: "vpc", tags: this.#tags(`nat-${zone}`) }, { parent: subnet });
            return new ec2.NatGateway(
                name,
                { subnetId: subnet.id, allocationId: address.id, tags: this.#tags(zone) },
                { parent: subnet, dependsOn: [wayOut] },
            );
        });
    }

    /** Route tables of the private subnets by zone; a single gateway serves all of them. */
    #privateTables(
        plan: readonly ZoneSubnets[],
        gateways: readonly ec2.NatGateway[],
    ): { tables: Map<string, ec2.RouteTable>; routes: ec2.Route[] } {
        const tables = new Map<string, ec2.RouteTable>();
        const routes: ec2.Route[] = [];
        for (const [index, { zone }] of plan.entries()) {
            const name = `${this.#name}-private-${zone}`;
            const table = new ec2.RouteTable(
                name,
                { vpcId: this.#vpc.id, tags: this.#tags(`private-${zone}`) },
                { parent: this.#vpc },
            );
            tables.set(zone, table);
            const gateway = gateways[index % gateways.length];
            if (gateway) {
                const args = { routeTableId: table.id, destinationCidrBlock: ANYWHERE, natGatewayId: gateway.id };
                routes.push(new ec2.Route(name, args, { parent: table }));
            }
        }
        return { tables, routes };
    }

    #privateSubnets(
        plan: readonly ZoneSubnets[],
        tables: ReadonlyMap<string, ec2.RouteTable>,
    ): { subnets: Map<string, ec2.Subnet>; associations: ec2.RouteTableAssociation[] } {
        const subnets = new Map<string, ec2.Subnet>();
        const associations: ec2.RouteTableAssociation[] = [];
        for (const { zone, privateCidr } of plan) {
            const name = `${this.#name}-private-${zone}`;
            const tags = this.#tags(`private-${zone}`, PRIVATE_ROLE);
            const subnet = new ec2.Subnet(
                name,
                { vpcId: this.#vpc.id, availabilityZone: zone, cidrBlock: privateCidr, tags },
                { parent: this.#vpc },
            );
            subnets.set(zone, subnet);
            const table = tables.get(zone);
            if (table) {
                const args = { routeTableId: table.id, subnetId: subnet.id };
                associations.push(new ec2.RouteTableAssociation(name, args, { parent: subnet }));
            }
        }
        return { subnets, associations };
    }

    /** S3 through a gateway, which is free, and the configured services through interfaces. */
    #endpoints(tables: readonly ec2.RouteTable[], subnets: readonly ec2.Subnet[]): void {
        const { region, network } = this.#args;
        new ec2.VpcEndpoint(
            `${this.#name}-s3`,
            {
                vpcId: this.#vpc.id,
                serviceName: `com.amazonaws.${region}.s3`,
                vpcEndpointType: "Gateway",
                routeTableIds: tables.map((table) => table.id),
                tags: this.#tags("s3"),
            },
            { parent: this.#vpc },
        );
        if (network.interfaceEndpoints.length === 0) {
            return;
        }
        const group = new ec2.SecurityGroup(
            `${this.#name}-endpoints`,
            {
                vpcId: this.#vpc.id,
                description: "HTTPS from the VPC to its interface endpoints",
                ingress: [{ protocol: "tcp", fromPort: HTTPS, toPort: HTTPS, cidrBlocks: [network.cidr] }],
                tags: this.#tags("endpoints"),
            },
            { parent: this.#vpc },
        );
        for (const service of network.interfaceEndpoints) {
            new ec2.VpcEndpoint(
                `${this.#name}-${service}`,
                {
                    vpcId: this.#vpc.id,
                    serviceName: `com.amazonaws.${region}.${service}`,
                    vpcEndpointType: "Interface",
                    privateDnsEnabled: true,
                    subnetIds: subnets.map((subnet) => subnet.id),
                    securityGroupIds: [group.id],
                    tags: this.#tags(service),
                },
                { parent: this.#vpc },
            );
        }
    }
}
