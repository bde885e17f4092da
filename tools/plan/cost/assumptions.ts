import { Misuse } from "../errors.ts";

/**
 * What no program says, because traffic decides it. Round figures for an installation such as the case, to be replaced
 * by what a bill says (`--assume NAME=VALUE`); each item that rests on one names it.
 */
const ASSUMPTIONS = {
    natGigabytes: {
        value: 300,
        of: "GB a month through each NAT gateway: images past the cache, packages; S3 has an endpoint of its own, free",
    },
    logGigabytesPerNode: { value: 0.3, of: "GB of logs that a node sends a day: its containers' and its journals" },
    controlPlaneLogGigabytes: { value: 2, of: "GB of logs that the control plane writes a day, audit log included" },
    bucketGigabytes: { value: 200, of: "GB in each bucket, on average over the month" },
    kafkaGigabytes: { value: 1000, of: "GB a month that producers write to Kafka, and that consumers read once" },
    capacityUnits: { value: 1, of: "capacity units (LCU) that each load balancer uses, on average over the month" },
    externalBrokers: { value: 3, of: "brokers of kafka.m7g.large where Kafka is external, as Amazon MSK prices them" },
    externalBrokerGigabytes: { value: 100, of: "GB of storage of each of them" },
} as const;

type Name = keyof typeof ASSUMPTIONS;

/** A quantity for each assumption. */
export type Assumed = Readonly<Record<Name, number>>;

/** An assumption, as plans show it. */
export interface Assumption {
    readonly name: Name;
    readonly value: number;
    /** What it is a number of. */
    readonly of: string;
}

function isName(text: string): text is Name {
    return Object.hasOwn(ASSUMPTIONS, text);
}

/** Every assumption with its value. */
export function assumptionsOf(values: Assumed): readonly Assumption[] {
    return Object.entries(ASSUMPTIONS).flatMap(([name, { of }]) =>
        isName(name) ? [{ name, value: values[name], of }] : [],
    );
}

/** The defaults. */
export const ASSUMED = Object.fromEntries(
    Object.entries(ASSUMPTIONS).map(([name, { value }]) => [name, value]),
) as Assumed;

/**
 * The defaults, and over them what a command line says.
 *
 * @param settings each `NAME=VALUE`
 * @throws {Misuse} for a name that is none, or a value that is no number from 0 on
 */
export function assumed(settings: readonly string[]): Assumed {
    const own = settings.map((setting) => {
        const [name = "", text = "", ...rest] = setting.split("=");
        if (!isName(name)) {
            throw new Misuse(
                `--assume ${setting}: nothing is called "${name}". Name one of ${Object.keys(ASSUMPTIONS).join(", ")}.`,
            );
        }
        const value = Number(text);
        if (text.trim() === "" || rest.length > 0 || !Number.isFinite(value) || value < 0) {
            throw new Misuse(`--assume ${setting}: it is no number from 0 on. Write it like ${name}=${ASSUMED[name]}.`);
        }
        return [name, value] as const;
    });
    return { ...ASSUMED, ...Object.fromEntries(own) };
}

/** What a month's bill has beside the items, and why it is not among them. */
export const LEFT_OUT: readonly string[] = [
    "requests to buckets and keys, queries of logs, backups of RDS beyond its own size: data decides it",
    "traffic between zones but Kafka's, and to the internet",
    "cents: queues, topics, alarms, DNS, the databases' secrets, image copies",
    "discounts, savings plans, support and taxes",
];

/** Days of a month, on average. */
export const MONTH_DAYS = 365 / 12;
