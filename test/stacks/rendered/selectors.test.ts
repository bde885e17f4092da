import assert from "node:assert/strict";
import { type Change, main, sample } from "./sample.ts";
import { duplicates, strayingPods, strayingSelectors } from "./selectors.ts";

const AT_RUN_TIME = { selectorless: [], labels: ["role"] };
const OTHER = { app: "other" };

const rows: readonly (readonly [what: string, change: Change, problem: string])[] = [
    [
        "a service that selects nobody",
        (of) => (of("Service", "db").spec.selector = OTHER),
        "Service data/db: no pods have the labels that it selects",
    ],
    [
        "a service without a selector",
        (of) => Reflect.deleteProperty(of("Service", "db").spec, "selector"),
        "Service data/db: it selects no pods",
    ],
    [
        "a named port that the pods do not have",
        (of) => (main(of("StatefulSet")).ports[0].name = "postgres"),
        "Service data/db: its pods have no port sql",
    ],
    [
        "a number that the pods do not have",
        (of) => (of("Service", "db").spec.ports[1].port = 82),
        "Service data/db: its pods have no port 82",
    ],
    [
        "a budget of nothing",
        (of) => (of("PodDisruptionBudget").spec.selector.matchLabels = OTHER),
        "PodDisruptionBudget data/db: it covers nothing instead of one controller",
    ],
    [
        "a budget of two controllers",
        (of, all) => {
            const twin = structuredClone(of("StatefulSet"));
            twin.metadata.name = "twin";
            all.push(twin);
        },
        "PodDisruptionBudget data/db: it covers StatefulSet data/db and StatefulSet data/twin instead of one controller",
    ],
    [
        "a controller that takes another's pods",
        (of, all) => {
            const twin = structuredClone(of("StatefulSet"));
            twin.metadata.name = "twin";
            all.push(twin);
        },
        "StatefulSet data/db: it selects the pods of StatefulSet data/twin as well",
    ],
    [
        "a controller that misses its own pods",
        (of) => (of("StatefulSet").spec.template.metadata.labels = OTHER),
        "StatefulSet data/db: it does not select its own pods",
    ],
    [
        "a governing service that there is not",
        (of) => (of("StatefulSet").spec.serviceName = "dbs"),
        "StatefulSet data/db: there is no service dbs",
    ],
    [
        "a governing service with an address",
        (of) => (of("StatefulSet").spec.serviceName = "db"),
        "StatefulSet data/db: its governing service db is not headless",
    ],
    [
        "a scrape of a port that there is not",
        (of) => (of("PodMonitor").spec.podMetricsEndpoints[0].port = "metrics"),
        "PodMonitor data/db: no pods that it selects have a port metrics",
    ],
    [
        "a policy that covers nobody",
        (of) => (of("NetworkPolicy").spec.podSelector.matchLabels = OTHER),
        "NetworkPolicy data/db: it covers no pods",
    ],
    [
        "a peer that does not exist",
        (of) => (of("NetworkPolicy").spec.ingress[0].from[0].podSelector.matchLabels = OTHER),
        'NetworkPolicy data/db: it lets in {"podSelector":{"matchLabels":{"app":"other"}}}, which no pods match',
    ],
    [
        "an empty list of peers, which is everybody",
        (of) => (of("NetworkPolicy").spec.ingress[0].from = []),
        'NetworkPolicy data/db: it is open to everybody: {"from":[]}',
    ],
    [
        "an empty list of ports, which is every port",
        (of) => (of("NetworkPolicy").spec.ingress[0].ports = []),
        'NetworkPolicy data/db: it is open to everybody: {"from":[{"podSelector":{"matchLabels":{"app":"db"}}}],"ports":[]}',
    ],
    [
        "an ingress to a port that there is not",
        (of) => (of("Ingress").spec.rules[0].http.paths[0].backend.service.port.number = 80),
        "Ingress data/db: there is no service db with port 80",
    ],
];

describe("selectors", () => {
    it("of the sample all lead where they should", () => {
        assert.deepEqual(strayingSelectors(sample(), AT_RUN_TIME), []);
    });

    for (const [what, change, problem] of rows) {
        it(`find ${what}`, () => {
            const problems = strayingSelectors(sample(change), AT_RUN_TIME);
            assert.ok(problems.includes(problem), problems.join("\n"));
        });
    }

    it("may be missing where a program writes the endpoints", () => {
        const changed = sample((of) => Reflect.deleteProperty(of("Service", "db").spec, "selector"));
        assert.deepEqual(strayingSelectors(changed, { ...AT_RUN_TIME, selectorless: ["Service data/db"] }), []);
    });

    it("are not missed where a service is another name for something outside", () => {
        const changed = sample((of) => {
            of("Service", "db").spec = { type: "ExternalName", externalName: "db.example.com" };
        });
        const problems = strayingSelectors(changed, AT_RUN_TIME).filter((problem) =>
            problem.startsWith("Service data/db:"),
        );
        assert.deepEqual(problems, []);
    });

    it("may not name a label that nobody writes", () => {
        assert.deepEqual(strayingSelectors(sample(), { ...AT_RUN_TIME, labels: [] }), [
            "Service data/db-headless: no pods have the labels that it selects",
        ]);
    });
});

describe("names", () => {
    it("are taken once by kind and namespace", () => {
        assert.deepEqual(duplicates(sample()), []);
        const twice = sample((of, all) => all.push(of("Secret")));
        assert.deepEqual(duplicates(twice), ["v1 Secret data/login"]);
    });
});

describe("pools", () => {
    it("are those that there are", () => {
        assert.deepEqual(strayingPods(sample(), new Set(["infra"])), []);
        assert.deepEqual(strayingPods(sample(), new Set(["batch"])), ["StatefulSet data/db: there is no pool infra"]);
    });
});
