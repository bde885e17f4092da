import assert from "node:assert/strict";
import { allPools } from "../../../stacks/infrastructure/pools.ts";
import { ASSUMED } from "../../../tools/plan/cost/assumptions.ts";
import type { CostItem } from "../../../tools/plan/cost/item.ts";
import { priceOf } from "../../../tools/plan/cost/prices.ts";
import { type Cost, costOf } from "../../../tools/plan/cost.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { eksConfig, object } from "./eks.ts";
import { resource } from "./samples.ts";

/** A stack without anything still runs brokers, which talk over zones. */
const STANDING = ["nodes of", "root volumes of", "Kafka's"];

function costs(...resources: readonly RecordedResource[]): Cost {
    return costOf(eksConfig(), resources);
}

function found(cost: Cost, name: string): CostItem | undefined {
    return cost.items.find((item) => item.name === name);
}

function aws(type: string, inputs: Record<string, unknown> = {}): RecordedResource {
    return resource(`aws:${type}`, "r", inputs);
}

describe("cost", () => {
    it("counts the first type of each pool for a whole month, and between its bounds", () => {
        const infra = found(costs(), "nodes of infra");
        assert.deepEqual(
            [infra?.quantity, infra?.monthly, infra?.range, infra?.price?.unit],
            [9 * 730, 3173.31, { min: 2115.54, max: 5288.85 }, "hour"],
        );
    });

    it("takes a spot price where spot comes first, and says what it would be on demand", () => {
        const executors = found(costs(), "nodes of spark-executor");
        assert.equal(executors?.price?.page, "https://aws.amazon.com/ec2/spot/pricing/");
        assert.match(executors?.note ?? "", /spot price; on demand \$23338/);
        assert.equal(
            found(costs(), "nodes of spark-driver")?.price?.page,
            "https://aws.amazon.com/ec2/pricing/on-demand/",
        );
    });

    it("takes the price on demand for the most that a pool may cost where it falls back to that", () => {
        const { range, price } = found(costs(), "nodes of spark-executor") ?? {};
        const pool = allPools(eksConfig().pools).find(({ name }) => name === "spark-executor");
        assert.ok(pool && range && price);
        const onDemand = priceOf("eu-central-1", `ec2:${pool.instanceTypes[0]?.name}`);
        assert.ok(onDemand && onDemand.usd > price.usd);
        assert.deepEqual(pool.capacity, ["spot", "on-demand"]);
        assert.equal(range.max, Math.round(pool.nodes.max * 730 * onDemand.usd * 100) / 100);
    });

    it("counts a root volume for each node", () => {
        assert.equal(found(costs(), "root volumes of infra")?.quantity, 900);
    });

    it("counts claims, and IOPS and throughput above those of gp3", () => {
        const claim = { resources: { requests: { storage: "500Gi" } }, volumeAttributesClassName: "fast" };
        const cost = costs(
            object("PersistentVolumeClaim", "a", claim),
            object("PersistentVolumeClaim", "b", { resources: { requests: { storage: "20Gi" } } }),
            object("VolumeAttributesClass", "fast", undefined, { parameters: { iops: "6000", throughput: "500" } }),
        );
        const quantities = ["claims of workloads", "IOPS above 3000", "throughput above 125 MiB/s"].map(
            (name) => found(cost, name)?.quantity,
        );
        assert.deepEqual(quantities, [520, 3000, 375]);
        assert.equal(found(cost, "claims of charts"), undefined);
    });

    it("counts what is on the way in and out", () => {
        const cost = costs(
            aws("ec2/natGateway:NatGateway"),
            aws("ec2/eip:Eip"),
            aws("ec2/vpcEndpoint:VpcEndpoint", {
                vpcEndpointType: "Interface",
                serviceName: "com.amazonaws.eu-central-1.sts",
                subnetIds: ["a", "b", "c"],
            }),
            aws("ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway" }),
        );
        const hours = ["NAT gateways", "public addresses", "interface endpoints, by zone", "load balancers"].map(
            (name) => (found(cost, name)?.quantity ?? 0) / 730,
        );
        assert.deepEqual(hours, [1, 1, 3, 0]);
        assert.equal(found(cost, "capacity units of load balancers"), undefined);
        assert.match(found(cost, "traffic through NAT gateways")?.note ?? "", /^assumed: /);
    });

    it("counts the nodes' logs where they pass: an endpoint of theirs, or else the NAT gateways", () => {
        const nat = aws("ec2/natGateway:NatGateway");
        const endpoint = aws("ec2/vpcEndpoint:VpcEndpoint", {
            vpcEndpointType: "Interface",
            serviceName: "com.amazonaws.eu-central-1.logs",
            subnetIds: ["a"],
        });
        const nodes = (of: "min" | "typical" | "max"): number =>
            allPools(eksConfig().pools).reduce((sum, pool) => sum + pool.nodes[of], 0);
        const logs = (365 / 12) * 0.3 * nodes("typical");
        const traffic = (cost: Cost): (number | undefined)[] =>
            ["NAT gateways", "interface endpoints"].map((way) => found(cost, `traffic through ${way}`)?.quantity);
        assert.deepEqual(traffic(costs(nat)), [300 + logs, undefined]);
        assert.deepEqual(traffic(costs(nat, endpoint)), [300, logs]);
        const group = aws("cloudwatch/logGroup:LogGroup");
        const { range, price } = found(costs(group), "logs taken in") ?? {};
        assert.ok(range && price);
        const dollars = (count: number): number => Math.round((365 / 12) * (count * 0.3 + 2) * price.usd * 100) / 100;
        assert.deepEqual(range, { min: dollars(nodes("min")), max: dollars(nodes("max")) });
    });

    it("counts one load balancer for the ingresses of a group", () => {
        const ingress = (name: string, group?: string): RecordedResource => {
            const annotations = group === undefined ? {} : { "alb.ingress.kubernetes.io/group.name": group };
            return object("Ingress", name, {}, { metadata: { annotations } });
        };
        const cost = costs(
            ingress("a", "shared"),
            ingress("b", "shared"),
            ingress("c"),
            object("Service", "s", { type: "LoadBalancer" }),
            object("Service", "t", { type: "ClusterIP" }),
        );
        assert.equal(found(cost, "load balancers")?.quantity, 3 * 730);
        const units = found(
            costOf(eksConfig(), [object("Service", "s", { type: "LoadBalancer" })], {
                ...ASSUMED,
                capacityUnits: 2.5,
            }),
            "capacity units of load balancers",
        );
        assert.deepEqual([units?.quantity, units?.monthly], [2.5 * 730, 14.6]);
        assert.match(units?.note ?? "", /^assumed: 2\.5 of each/);
    });

    it("counts the control plane, keys and logs, and says on what the logs rest", () => {
        const cost = costs(
            aws("kms/key:Key"),
            aws("cloudwatch/logGroup:LogGroup"),
            resource("eks:index:Cluster", "c", {}),
        );
        assert.equal(found(cost, "EKS control plane")?.monthly, 73);
        assert.equal(found(cost, "KMS keys")?.monthly, 1);
        const nodes = allPools(eksConfig().pools).reduce((sum, pool) => sum + pool.nodes.typical, 0);
        assert.equal(found(cost, "logs taken in")?.quantity, (365 / 12) * (nodes * 0.3 + 2));
        assert.match(found(cost, "logs taken in")?.note ?? "", /^assumed: 0\.3 GB a day/);
        assert.match(found(cost, "logs kept")?.note ?? "", /^30 days/);
    });

    it("makes no price up: the item says that there is none, and the sum is without it", () => {
        const database = aws("rds/instance:Instance", {
            engine: "postgres",
            instanceClass: "db.x9.huge",
            multiAz: true,
            allocatedStorage: 50,
        });
        const cost = costs(database);
        assert.deepEqual(cost.unpriced, ["database r, machine"]);
        assert.match(
            found(cost, "database r, machine")?.note ?? "",
            /^not priced: no price of rds:db\.x9\.huge:multi in eu-central-1 in tools/,
        );
        assert.equal(cost.monthly, Math.round((costs().monthly + 13.7) * 100) / 100);
        const named = resource("aws:rds/instance:Instance", "data-platform-prod-metadata", {});
        assert.ok(found(costs(named), "database metadata, machine") !== undefined);
    });

    it("counts a database's machine and storage, twice where it has a standby", () => {
        const of = (fields: Record<string, unknown>): (number | null | undefined)[] => {
            const common = { engine: "postgres", instanceClass: "db.t4g.medium", allocatedStorage: 50 };
            const cost = costs(aws("rds/instance:Instance", { ...common, ...fields }));
            return ["machine", "storage"].map((part) => found(cost, `database r, ${part}`)?.monthly);
        };
        assert.deepEqual(of({}), [54.02, 6.85]);
        assert.deepEqual(of({ multiAz: true }), [108.04, 13.7]);
        assert.deepEqual(of({ engine: "mysql" }), [null, 6.85]);
    });

    it("counts what buckets hold", () => {
        const bucket = found(costs(aws("s3/bucket:Bucket"), aws("s3/bucket:Bucket")), "buckets");
        assert.deepEqual([bucket?.quantity, bucket?.monthly], [400, 9.8]);
        assert.match(bucket?.note ?? "", /^assumed: 200 GB in each of 2/);
    });

    it("adds up", () => {
        const { items, monthly, range } = costs(aws("kms/key:Key"));
        const sum = (of: (item: CostItem) => number): number => items.reduce((all, item) => all + of(item), 0);
        assert.ok(Math.abs(sum((item) => item.monthly ?? 0) - monthly) < 0.01);
        assert.ok(Math.abs(sum((item) => item.range?.max ?? item.monthly ?? 0) - range.max) < 0.01);
        assert.ok(range.min < monthly && monthly < range.max);
    });

    it("has no price of another region, or by another name", () => {
        assert.equal(priceOf("eu-west-9", "eks"), undefined);
        assert.equal(priceOf("eu-central-1", "constructor"), undefined);
        assert.equal(priceOf("constructor", "eks"), undefined);
        const elsewhere = costOf({ ...eksConfig(), region: "eu-west-9" }, [aws("kms/key:Key")]);
        assert.deepEqual([elsewhere.monthly, elsewhere.unpriced.length], [0, elsewhere.items.length]);
        assert.ok(
            elsewhere.unpriced.every((name) => name === "KMS keys" || STANDING.some((one) => name.startsWith(one))),
        );
    });

    it("shows each price's unit, page and day", () => {
        for (const { price } of costs(aws("kms/key:Key"), aws("ec2/natGateway:NatGateway")).items) {
            assert.match(price?.page ?? "", /^https:\/\/aws\.amazon\.com\/.+pricing\//);
            assert.match(price?.date ?? "", /^\d{4}-\d{2}-\d{2}$/);
            assert.ok((price?.usd ?? 0) > 0 && price?.unit !== undefined && price.source.length > 0);
        }
    });
});
