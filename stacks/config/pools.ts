import { z } from "zod";
import { seconds } from "../../components/values/duration.ts";
import { COMMON_CPUS } from "../infrastructure/instance-types.ts";
import { count, documented, duration, type IssueSink, matching, memory, refuse, section } from "./fields.ts";

/** As cron names them, first letters in lower case. */
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

const instanceType = () =>
    matching(/^[a-z][a-z0-9-]*\d[a-z0-9-]*\.[a-z0-9-]+$/, "it is no EC2 instance type", 'Write it like "m7g.2xlarge"');

const instanceFamily = () =>
    matching(/^[a-z][a-z0-9-]*\d[a-z0-9-]*$/, "it is no family of EC2 instance types", 'Write it like "m7i"');

/** Root volume in GiB. */
const diskSize = () => count(20, 16_384);

function refuseAbove(sink: IssueSink, key: string, value: number, limit: number, what: string): void {
    if (value > limit) {
        refuse(sink, `it is above the ${what} ${limit}`, `Use at most ${limit}`, [key], value);
    }
}

/** Managed nodes of one purpose, one group a zone. Counts are of all zones together; every zone has the same share. */
const managedPool = () =>
    section({
        /** In the order of preference. */
        instanceTypes: z.array(instanceType()).min(1),
        /** Fewest nodes that may be left when somebody scales by hand. */
        min: count(1, 450),
        /** Nodes that run: nothing here scales them, and each deployment sets this number again. */
        typical: count(1, 450),
        /** Most nodes that scaling by hand may reach; recovery budgets count with as many. */
        max: count(1, 450),
        diskSize: diskSize(),
    }).superRefine(({ min, typical, max }, sink) => {
        refuseAbove(sink, "min", min, typical, "typical");
        refuseAbove(sink, "typical", typical, max, "maximum of");
    });

const cpus = () => {
    const schema = z.int().superRefine((value, sink) => {
        if (!COMMON_CPUS.includes(value)) {
            const sizes = COMMON_CPUS.join(", ");
            refuse(sink, "not every family has a size with as many CPUs", `Use one of ${sizes}`);
        }
    });
    return documented(schema, { constraint: COMMON_CPUS.join(", ") });
};

/** Nodes that Karpenter starts for pods that wait and takes away when nothing runs on them. There may be none. */
const karpenterPool = () =>
    section({
        /** `[spot, on-demand]` takes spot as long as there is any. */
        capacity: z.array(z.enum(["spot", "on-demand"])).min(1),
        /** More families and sizes mean fewer interruptions of spot nodes. */
        instanceFamilies: z.array(instanceFamily()).min(1),
        /** Of a node; smaller ones lose more of themselves to agents. */
        minCpu: cpus(),
        /** Larger nodes are fewer nodes, and each takes more along when it goes. */
        maxCpu: cpus(),
        /** Of a node, as EC2 counts it: pods get less. */
        minMemory: memory(),
        /** Nodes on an ordinary day; what costs and capacity are counted with, nothing else. */
        typical: count(0, 1000),
        /** Most nodes there may be; CPU and memory are limited to that of as many of the smallest. */
        max: count(1, 1000),
        diskSize: diskSize(),
        /** Whether pods' scratch space lies on the instance's own NVMe disks, as one RAID0. */
        instanceStore: z.boolean(),
    }).superRefine(({ minCpu, maxCpu, typical, max }, sink) => {
        refuseAbove(sink, "minCpu", minCpu, maxCpu, "maximum of");
        refuseAbove(sink, "typical", typical, max, "maximum of");
    });

/** The nodes' pools. */
export const poolSections = () =>
    section({
        /** What runs for good: controllers, databases, brokers, monitoring. */
        infra: managedPool(),
        /** Nodes of their own for brokers that outgrow `infra`. */
        streaming: managedPool().optional(),
        /** Tasks of Airflow, and jobs. */
        batch: karpenterPool(),
        /** Drivers of Spark: on demand, because the whole application goes with its driver. */
        sparkDriver: karpenterPool(),
        /** Executors of Spark. */
        sparkExecutor: karpenterPool(),
    });

/** A window longer than this leaves hardly a week to keep nodes in. */
const LONGEST_WINDOW = 3 * 86_400;

const window = () =>
    duration().superRefine((text, sink) => {
        const length = seconds(text);
        if (length % 60 !== 0 || length < 3600 || length > LONGEST_WINDOW) {
            refuse(
                sink,
                "a window has whole minutes, an hour of them at least and three days at most",
                'Use "4 hours"',
            );
        }
    });

/** What nodes boot, and when Karpenter replaces those that work. */
export const nodeUpdates = () =>
    section({
        /**
         * The release of EKS's image of Amazon Linux 2023: the version of Kubernetes that it has and the release's date
         * (github.com/awslabs/amazon-eks-ami, releases). A newer one replaces Karpenter's nodes in the window and managed
         * ones, one in each zone at a time, as part of `pulumi up`. `latest` follows the newest; managed nodes keep the one
         * that was the newest when they were made, or when `cluster.version` changed.
         */
        amiRelease: matching(
            /^(latest|1\.\d+\.\d+-20\d{6})$/,
            "it is no release of EKS's image of Amazon Linux 2023",
            'Write it like "1.35.7-20260827", or "latest"',
        ),
        /** The weekly window, in UTC, because Karpenter knows no time zones. */
        window: section({
            /** When it begins. */
            day: z.enum(WEEKDAYS),
            /** `"07:00"`. */
            start: matching(/^([01]\d|2[0-3]):[0-5]\d$/, "it is no time of the day", 'Write it like "07:00"'),
            /** How long it is open. */
            duration: window(),
        }),
    });
