import assert from "node:assert/strict";
import { clusterAlerts } from "../../../../stacks/workloads/kafka/cluster-alerts.ts";
import { connectAlerts } from "../../../../stacks/workloads/kafka/connect-alerts.ts";
import { CONNECT_RULES, SERVER_RULES } from "../../../../stacks/workloads/kafka/jmx-rules.ts";
import { metricNames } from "../../../support/promql.ts";
import { CONNECT, SERVER, sample } from "./mbeans.ts";

const subject = (name: string) => ({ name, namespace: "kafka", system: "kafka", containers: [name] });

for (const [whose, rules, attributes, alerts] of [
    [
        "servers",
        SERVER_RULES,
        SERVER,
        clusterAlerts({ brokers: subject("b"), controllers: subject("c"), restartSeconds: 60 }),
    ],
    ["workers of Kafka Connect", CONNECT_RULES, CONNECT, connectAlerts(subject("w"), 60)],
] as const) {
    describe(`the exporter's rules for ${whose}`, () => {
        for (const [attribute, expected] of attributes) {
            it(`make ${expected ?? "nothing"} of ${attribute}`, () => {
                assert.equal(sample(rules, attribute), expected);
            });
        }

        it("make every metric that alerts read", () => {
            const made = new Set(attributes.map(([, text]) => text?.replace(/[{ ].*$/, "")));
            const read = alerts.rules.flatMap(({ expr }) => metricNames(expr));
            assert.deepEqual(
                [...new Set(read)].filter((metric) => !made.has(metric)),
                [],
            );
        });

        it("are for MBeans that the exporter looks at", () => {
            for (const [attribute, expected] of attributes) {
                const [, domain = "", properties = ""] = /^([\w.]+)<(.*?)>/.exec(attribute) ?? [];
                const bean = `${domain}:${properties.replaceAll(", ", ",")}`;
                const seen = rules.includeObjectNames.some((name) =>
                    name.endsWith(",*") ? `${bean},`.startsWith(name.slice(0, -1)) : bean === name,
                );
                assert.ok(seen || expected === undefined, bean);
            }
        });
    });
}
