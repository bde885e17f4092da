import type { EksConfig } from "../../../stacks/config.ts";
import { REPLICATION_FACTOR } from "../../../stacks/workloads/kafka/server-properties.ts";
import type { Assumed } from "./assumptions.ts";
import { type CostItem, item } from "./item.ts";
import { HOURS } from "./prices.ts";

/** What crosses from one zone to another is paid for at both ends. */
const ENDS = 2;

/**
 * Of each GB that is written: what goes to another zone on its way to the leader, which lies in any of them, and to the copies
 * in the others. Members read the copy in their own zone (KIP-392).
 */
function crossingInCluster(zones: number): number {
    const copies = Math.min(REPLICATION_FACTOR, zones) - 1;
    return (zones - 1) / zones + copies;
}

/** The same where brokers copy at their own cost, and nobody knows which zone a member's copy is in. */
function crossingToOthers(zones: number): number {
    return 2 * ((zones - 1) / zones);
}

/** What Kafka sends between zones, and the brokers that somebody else runs. */
export function kafkaItems({ region, kafka, network }: EksConfig, assumed: Assumed): CostItem[] {
    const zones = network.zones.length;
    const external = kafka.kind === "external";
    const crossing = external ? crossingToOthers(zones) : crossingInCluster(zones);
    const { kafkaGigabytes, externalBrokers, externalBrokerGigabytes } = assumed;
    const line = (name: string, quantity: number, price: string, note: string): CostItem[] =>
        quantity === 0 ? [] : [item(region, { group: "kafka", name, quantity, price, note })];
    const traffic = line(
        "Kafka's traffic between zones",
        kafkaGigabytes * crossing * ENDS,
        "transfer:zones",
        `assumed: ${kafkaGigabytes} GB written a month, of each GB ${crossing.toFixed(2)} to another zone, paid at both ends`,
    );
    return external
        ? [
              ...traffic,
              ...line(
                  "brokers elsewhere, machines",
                  externalBrokers * HOURS,
                  "msk:kafka.m7g.large",
                  `assumed: ${externalBrokers} of Amazon MSK; they are not in this program`,
              ),
              ...line(
                  "brokers elsewhere, storage",
                  externalBrokers * externalBrokerGigabytes,
                  "msk:storage",
                  `assumed: ${externalBrokerGigabytes} GB of each`,
              ),
          ]
        : traffic;
}
