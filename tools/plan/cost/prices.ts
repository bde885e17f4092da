/** What something costs, and how that is known. */
export interface Price {
    /** US dollars a {@link unit}, without taxes and discounts. */
    readonly usd: number;
    readonly unit: "hour" | "GB-month" | "GB" | "IOPS-month" | "MiB/s-month" | "month";
    /** AWS's page of this price. */
    readonly page: string;
    /** Where the figure was read, when that is not {@link page}: AWS's pages fill in their prices by script. */
    readonly source: string;
    /** Day of the look-up. */
    readonly date: string;
}

/** Hours of a month, as AWS's own calculator counts them: 8,760 / 12. */
export const HOURS = 730;

const DATE = "2026-11-21";

/** A list of EC2's prices, made from AWS's own every few hours; spot prices are of its hour. */
const CATALOG = "https://github.com/skypilot-org/skypilot-catalog/blob/master/catalogs/v8/aws/vms.csv";
/** Nothing that is kept up to date lists the others; several that are independent of each other agree on each figure. */
const COPIES = "bills, calculators and copies of AWS's price list in public repositories, for usage type";

const PAGES = {
    ec2: "https://aws.amazon.com/ec2/pricing/on-demand/",
    spot: "https://aws.amazon.com/ec2/spot/pricing/",
    ebs: "https://aws.amazon.com/ebs/pricing/",
    vpc: "https://aws.amazon.com/vpc/pricing/",
    privateLink: "https://aws.amazon.com/privatelink/pricing/",
    loadBalancing: "https://aws.amazon.com/elasticloadbalancing/pricing/",
    cloudwatch: "https://aws.amazon.com/cloudwatch/pricing/",
    eks: "https://aws.amazon.com/eks/pricing/",
    kms: "https://aws.amazon.com/kms/pricing/",
    rds: "https://aws.amazon.com/rds/postgresql/pricing/",
    s3: "https://aws.amazon.com/s3/pricing/",
} as const;

function listed(usd: number, unit: Price["unit"], page: keyof typeof PAGES, usage: string): Price {
    return { usd, unit, page: PAGES[page], source: `${COPIES} ${usage}`, date: DATE };
}

function onDemand(usd: number): Price {
    return { usd, unit: "hour", page: PAGES.ec2, source: CATALOG, date: DATE };
}

/** The mean of a region's zones. */
function spot(...zones: readonly number[]): Price {
    const mean = zones.reduce((sum, price) => sum + price, 0) / zones.length;
    return { usd: Number(mean.toFixed(4)), unit: "hour", page: PAGES.spot, source: CATALOG, date: DATE };
}

/**
 * All prices that plans count with, by region and name. What is missing here is not priced: the item says so.
 *
 * Names: `ec2:TYPE` and `spot:TYPE` for Linux; `rds:CLASS:single` and `rds:CLASS:multi` for PostgreSQL.
 */
const PRICES: Readonly<Record<string, Readonly<Record<string, Price>>>> = {
    "eu-central-1": {
        "ec2:m7i.xlarge": onDemand(0.2415),
        "ec2:m7i.2xlarge": onDemand(0.483),
        "ec2:m7i.4xlarge": onDemand(0.966),
        "ec2:m7i.8xlarge": onDemand(1.932),
        "ec2:r6id.2xlarge": onDemand(0.7266),
        "ec2:r6id.4xlarge": onDemand(1.4532),
        "ec2:r6id.8xlarge": onDemand(2.9064),
        "spot:m7i.xlarge": spot(0.1295, 0.1322, 0.1304),
        "spot:m7i.2xlarge": spot(0.2632, 0.2596, 0.2385),
        "spot:m7i.4xlarge": spot(0.4523, 0.506, 0.4511),
        "spot:r6id.2xlarge": spot(0.2824, 0.362, 0.2979),
        "spot:r6id.4xlarge": spot(0.5017, 0.5298, 0.5751),
        "ebs:gp3": listed(0.0952, "GB-month", "ebs", "EUC1-EBS:VolumeUsage.gp3"),
        "ebs:gp3:iops": listed(0.006, "IOPS-month", "ebs", "EUC1-EBS:VolumeP-IOPS.gp3"),
        "ebs:gp3:throughput": listed(0.0476, "MiB/s-month", "ebs", "EUC1-EBS:VolumeP-Throughput.gp3"),
        nat: listed(0.052, "hour", "vpc", "EUC1-NatGateway-Hours"),
        "nat:data": listed(0.052, "GB", "vpc", "EUC1-NatGateway-Bytes"),
        "public-address": listed(0.005, "hour", "vpc", "EUC1-PublicIPv4:InUseAddress"),
        endpoint: listed(0.012, "hour", "privateLink", "EUC1-VpcEndpoint-Hours"),
        "endpoint:data": listed(0.01, "GB", "privateLink", "EUC1-VpcEndpoint-Bytes"),
        "load-balancer": listed(0.027, "hour", "loadBalancing", "EUC1-LoadBalancerUsage"),
        logs: listed(0.63, "GB", "cloudwatch", "EUC1-DataProcessing-Bytes"),
        "logs:storage": listed(0.0324, "GB-month", "cloudwatch", "EUC1-TimedStorage-ByteHrs"),
        eks: listed(0.1, "hour", "eks", "EUC1-AmazonEKS-Hours:perCluster"),
        key: listed(1, "month", "kms", "eu-central-1-KMS-Keys"),
        "rds:gp3:single": listed(0.137, "GB-month", "rds", "EUC1-RDS:GP3-Storage"),
        s3: listed(0.0245, "GB-month", "s3", "EUC1-TimedStorage-ByteHrs"),
    },
};

/** A price by its name, or undefined if the table has none for the region. */
export function priceOf(region: string, name: string): Price | undefined {
    const prices = Object.hasOwn(PRICES, region) ? PRICES[region] : undefined;
    return prices !== undefined && Object.hasOwn(prices, name) ? prices[name] : undefined;
}
