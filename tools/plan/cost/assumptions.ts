/**
 * What no program says, because traffic decides it. Round figures for an installation such as the case, to be replaced
 * by what a bill says; each item that rests on one names it.
 */
export const ASSUMED = {
    /** GB a month through each NAT gateway: images past the cache and packages. S3 goes through its own endpoint, free. */
    natGigabytes: 300,
    /** GB of logs that a node sends a day: its containers' and its journals. */
    logGigabytesPerNode: 0.3,
    /** GB of logs that the control plane writes a day, audit log included. */
    controlPlaneLogGigabytes: 2,
} as const;

/** What a month's bill has beside the items, and why it is not among them. */
export const LEFT_OUT: readonly string[] = [
    "what the buckets hold, their requests, and backups: data decides it",
    "traffic between zones and to the internet",
    "capacity units of load balancers",
    "cents: queues, topics, alarms, DNS, image copies",
    "discounts, savings plans, support and taxes",
];

/** Days of a month, on average. */
export const MONTH_DAYS = 365 / 12;
