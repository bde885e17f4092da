import assert from "node:assert/strict";
import { Network, type NetworkArgs } from "../../../stacks/infrastructure/network.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

function network(change: Partial<NetworkArgs["network"]> = {}): Promise<Collected[]> {
    const args: NetworkArgs = {
        region: "eu-central-1",
        network: {
            cidr: "10.20.0.0/16",
            zones: ZONES,
            natGateways: "per-zone",
            interfaceEndpoints: ["sts"],
            ...change,
        },
    };
    return collect(() => {
        new Network("net", args);
    });
}

const names = (resources: readonly Collected[]): string[] => resources.map((resource) => resource.name).toSorted();

describe("Network", () => {
    let resources: Collected[] = [];
    before(async () => {
        resources = await network();
    });

    it("tags subnets with the role by which load balancers find them", () => {
        for (const zone of ZONES) {
            const open = only(resources, "aws:ec2/subnet:Subnet", `net-public-${zone}`);
            const closed = only(resources, "aws:ec2/subnet:Subnet", `net-private-${zone}`);
            assert.deepEqual(open.inputs.tags, { Name: `net-public-${zone}`, "kubernetes.io/role/elb": "1" });
            assert.deepEqual(closed.inputs.tags, {
                Name: `net-private-${zone}`,
                "kubernetes.io/role/internal-elb": "1",
            });
            assert.equal(open.inputs.availabilityZone, zone);
            assert.equal(closed.inputs.availabilityZone, zone);
        }
    });

    it("gives no node a public address", () => {
        for (const subnet of ofType(resources, "aws:ec2/subnet:Subnet")) {
            assert.equal(subnet.inputs.mapPublicIpOnLaunch, undefined);
        }
    });

    it("sends each zone's traffic through a gateway in that zone", () => {
        const gateways = ofType(resources, "aws:ec2/natGateway:NatGateway");
        assert.deepEqual(
            names(gateways),
            ZONES.map((zone) => `net-${zone}`),
        );
        for (const zone of ZONES) {
            const route = only(resources, "aws:ec2/route:Route", `net-private-${zone}`);
            const gateway = only(resources, "aws:ec2/natGateway:NatGateway", `net-${zone}`);
            assert.deepEqual(route.propertyDependencies["natGatewayId"], [gateway.urn]);
        }
    });

    it("makes gateways after the way out of the VPC", () => {
        const wayOut = only(resources, "aws:ec2/route:Route", "net-public");
        for (const gateway of ofType(resources, "aws:ec2/natGateway:NatGateway")) {
            assert.ok(gateway.dependencies.includes(wayOut.urn));
        }
    });

    it("sends all zones through one gateway when told to", async () => {
        const single = await network({ natGateways: "single" });
        const gateway = only(single, "aws:ec2/natGateway:NatGateway");
        for (const zone of ZONES) {
            const route = only(single, "aws:ec2/route:Route", `net-private-${zone}`);
            assert.deepEqual(route.propertyDependencies["natGatewayId"], [gateway.urn]);
        }
    });

    it("reaches S3 through a gateway, from every private subnet", () => {
        const endpoint = only(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "net-s3");
        assert.equal(endpoint.inputs.vpcEndpointType, "Gateway");
        assert.equal(endpoint.inputs.serviceName, "com.amazonaws.eu-central-1.s3");
        assert.equal(endpoint.inputs.routeTableIds.length, ZONES.length);
    });

    it("reaches the configured services through interfaces, by HTTPS from the VPC alone", () => {
        const endpoint = only(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "net-sts");
        assert.equal(endpoint.inputs.serviceName, "com.amazonaws.eu-central-1.sts");
        assert.equal(endpoint.inputs.privateDnsEnabled, true);
        const group = only(resources, "aws:ec2/securityGroup:SecurityGroup");
        assert.deepEqual(group.inputs.ingress, [
            { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.20.0.0/16"] },
        ]);
    });

    it("makes no interface and no group without services", async () => {
        const without = await network({ interfaceEndpoints: [] });
        assert.deepEqual(names(ofType(without, "aws:ec2/vpcEndpoint:VpcEndpoint")), ["net-s3"]);
        assert.deepEqual(ofType(without, "aws:ec2/securityGroup:SecurityGroup"), []);
    });

    it("belongs together", () => {
        const component = only(resources, "dataplatform:infrastructure:Network");
        assert.equal(only(resources, "aws:ec2/vpc:Vpc").parent, component.urn);
        for (const subnet of ofType(resources, "aws:ec2/subnet:Subnet")) {
            assert.equal(subnet.parent, only(resources, "aws:ec2/vpc:Vpc").urn);
        }
    });
});
