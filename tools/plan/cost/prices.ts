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
    /** How it follows from other prices, where it was not read itself. */
    readonly derived?: string;
}

/** Hours of a month, as AWS's own calculator counts them: 8,760 / 12. */
export const HOURS = 730;

const DATE = "2026-11-21";

/** A list of EC2's prices, made from AWS's own every few hours; spot prices are of its hour. */
const CATALOG = "https://github.com/skypilot-org/skypilot-catalog/blob/master/catalogs/v8/aws/vms.csv";
/** What AWS's pages load by script, as it was from August to November 2025; prices on demand agree with the catalogue's. */
const COPY = "https://github.com/lamngockhuong/aws-price/blob/main/lib/data/pricing";
/** No kept list has these; several bills, calculators and copies of AWS's price list, independent of each other, agree on each. */
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
    msk: "https://aws.amazon.com/msk/pricing/",
} as const;

type Page = keyof typeof PAGES;

/** @param file the service in {@link COPY}, and the price's name there */
function copied(usd: number, unit: Price["unit"], page: Page, file: string, name: string): Price {
    return { usd, unit, page: PAGES[page], source: `${COPY}/${file}.json, EU (Frankfurt), "${name}"`, date: DATE };
}

function listed(usd: number, unit: Price["unit"], page: Page, usage: string): Price {
    return { usd, unit, page: PAGES[page], source: `${COPIES} ${usage}`, date: DATE };
}

/** A price that was not found by itself. */
function derived(usd: number, unit: Price["unit"], page: Page, how: string, source: string): Price {
    return { usd, unit, page: PAGES[page], source, date: DATE, derived: how };
}

/** "Billed per DB instance-hour for both the primary and standby instances", and its storage likewise. */
const MULTI_AZ =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_OnDemandDBInstances.html, Multi-AZ DB instances";

const BOTH = "twice the price in one zone: the standby is billed as well";

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
        nat: copied(0.052, "hour", "vpc", "natgateway", "Hourly charge for NAT Gateways"),
        "nat:data": copied(0.052, "GB", "vpc", "natgateway", "Charge for per GB data processed by NatGateways"),
        "public-address": copied(0.005, "hour", "vpc", "vpc", "Hourly charge for In use Public IPv4 Addresses per Hrs"),
        endpoint: copied(0.012, "hour", "privateLink", "vpc", "Hourly charge for VPC Endpoints per Hrs"),
        "endpoint:data": copied(
            0.01,
            "GB",
            "privateLink",
            "vpc",
            "Charge for per GB data processed by VPC Endpoints per GB from 0 to 1048576",
        ),
        "load-balancer": listed(0.027, "hour", "loadBalancing", "EUC1-LoadBalancerUsage"),
        "load-balancer:lcu": derived(
            0.008,
            "hour",
            "loadBalancing",
            "as in N. Virginia and Tokyo; Frankfurt's own was not found",
            "https://awsnegotiations.com/elastic-load-balancer-cost.html, Application LB",
        ),
        // The page says so in its text, for every region: "$0.01 per GB in each direction".
        "transfer:zones": listed(0.01, "GB", "ec2", "EUC1-DataTransfer-Regional-Bytes"),
        logs: copied(0.63, "GB", "cloudwatch", "cloudwatch", "Logs Collected Data Ingestion"),
        "logs:storage": copied(0.0324, "GB-month", "cloudwatch", "cloudwatch", "Stored Data"),
        eks: copied(0.1, "hour", "eks", "eks", "Compute per hours"),
        key: copied(1, "month", "kms", "kms", "Encryption Key"),
        "rds:db.t4g.medium:single": derived(
            0.074,
            "hour",
            "rds",
            "twice db.t4g.small's $0.037: each size of the family has twice the one below",
            `${COPIES} EUC1-InstanceUsage:db.t4g.small`,
        ),
        "rds:db.t4g.medium:multi": derived(0.148, "hour", "rds", BOTH, MULTI_AZ),
        "rds:gp3:single": listed(0.137, "GB-month", "rds", "EUC1-RDS:GP3-Storage"),
        "rds:gp3:multi": derived(0.274, "GB-month", "rds", BOTH, MULTI_AZ),
        s3: copied(0.0245, "GB-month", "s3", "s3", "Standard Storage First 50 TB per GB Mo"),
        "msk:kafka.m7g.large": copied(0.2445, "hour", "msk", "msk", "RunBroker m7g.large"),
        "msk:storage": copied(0.119, "GB-month", "msk", "msk", "RunVolume GP2"),
    },
};

/** A price by its name, or undefined if the table has none for the region. */
export function priceOf(region: string, name: string): Price | undefined {
    const prices = Object.hasOwn(PRICES, region) ? PRICES[region] : undefined;
    return prices !== undefined && Object.hasOwn(prices, name) ? prices[name] : undefined;
}
