import assert from "node:assert/strict";
import type { Inputs } from "../../support/mocks.ts";
import type { Change } from "../rendered/sample.ts";
import type { Findings } from "./findings.ts";
import { line } from "./grants.ts";
import { neededConnections } from "./needed.ts";
import { main, sample } from "./sample.ts";
import { worldOf } from "./world.ts";

function find(change?: Change): Findings {
    const stack = sample(change);
    return neededConnections(worldOf(stack), stack);
}

function lines(change?: Change): readonly string[] {
    return find(change).connections.map(({ from, to, port, protocol }) => line(from, { pod: to, port, protocol }));
}

const WEB_TO_DB = "shop/web → shop/db:5432";
const env = (of: Parameters<Change>[0], variables: readonly Inputs[]) => (main(of("Deployment")).env = variables);
const plain =
    (value: string): Change =>
    (of) =>
        env(of, [{ name: "A", value }]);

/** What is outside of the cluster by a name within it. */
const elsewhere: Change = (of) => {
    of("Service", "db").spec = { type: "ExternalName", externalName: "db.example.com" };
};

/** Ways in which the web server may be told where its database is. */
const TOLD: Readonly<Record<string, Change>> = {
    "a key of a Secret": () => undefined,
    "a variable": plain("db.shop.svc:5432"),
    "a name within the namespace": plain("tcp://db:5432"),
    "a name with the namespace": plain("db.shop:5432"),
    "a pod's own name": plain("db-0.db-headless.shop.svc.cluster.local:5432"),
    "two variables": (of) =>
        env(of, [
            { name: "DBHOST", value: "db.shop.svc.cluster.local" },
            { name: "DBPORT", value: "5432" },
        ]),
    "an argument": (of) => Object.assign(main(of("Deployment")), { env: [], args: ["--db=db.shop.svc:5432"] }),
    "a hook": (of) =>
        Object.assign(main(of("Deployment")), { env: [], lifecycle: { preStop: { exec: { command: ["db:5432"] } } } }),
    "all keys of a ConfigMap": (of, all) => {
        Object.assign(main(of("Deployment")), { env: [], envFrom: [{ configMapRef: { name: "conf" } }] });
        all.push({ kind: "ConfigMap", metadata: { name: "conf", namespace: "shop" }, data: { A: "db:5432" } });
    },
    "a file of a volume": (of, all) => {
        env(of, []);
        of("Deployment").spec.template.spec.volumes = [{ name: "v", configMap: { name: "conf" } }];
        all.push({
            kind: "ConfigMap",
            metadata: { name: "conf", namespace: "shop" },
            data: { f: "host=db port=5432" },
        });
    },
    "a file of a projected volume": (of) => {
        env(of, []);
        of("Deployment").spec.template.spec.volumes = [
            { name: "v", projected: { sources: [{ secret: { name: "login", items: [{ key: "url" }] } }] } },
        ];
    },
};

describe("the connections that systems need", () => {
    it("do not arrive in the cluster where a service is another name for something outside", () => {
        assert.ok(lines().includes(WEB_TO_DB));
        assert.ok(!lines(elsewhere).includes(WEB_TO_DB));
        assert.deepEqual(find(elsewhere).problems, []);
    });

    it("are those that they, their monitors, probes and governing services name", () => {
        assert.deepEqual(find().problems, []);
        assert.deepEqual(lines().toSorted(), [
            "monitoring/prometheus → shop/db:9187",
            "shop/db → shop/db:5432",
            WEB_TO_DB,
            "the kubelet → shop/web:8080",
        ]);
    });

    for (const [what, change] of Object.entries(TOLD)) {
        it(`are named by ${what}`, () => assert.ok(lines(change).includes(WEB_TO_DB)));
    }

    it("are not named by an image, by another key, or by a manifest that others are made from", () => {
        const manifest: Change = (of, all) => {
            env(of, []);
            of("Deployment").spec.template.spec.volumes = [{ name: "v", configMap: { name: "conf" } }];
            const data = { "pod.yaml": "apiVersion: v1\nkind: Pod\n# db:5432" };
            all.push({ kind: "ConfigMap", metadata: { name: "conf", namespace: "shop" }, data });
        };
        assert.ok(!lines(manifest).includes(WEB_TO_DB));
        assert.ok(!lines().includes("shop/web → shop/db:1"));
    });

    it("arrive at the port that a service translates to, and at the same one without translation", () => {
        const moved: Change = (of) => {
            of("Service", "db").spec.ports[0].port = 80;
            of("Secret").stringData.url = "db:80 db-headless:5432";
        };
        const found = lines(moved).filter((text) => text.startsWith("shop/web"));
        assert.deepEqual(found, [WEB_TO_DB, WEB_TO_DB]);
    });

    const rows: readonly (readonly [what: string, change: Change, problem: string])[] = [
        [
            "a service that there is not",
            plain("dbs.shop.svc:5432"),
            "Deployment shop/web names dbs.shop.svc:5432: there is no service dbs.shop.svc",
        ],
        [
            "a port that the service does not have",
            plain("db.shop.svc:5433"),
            "Deployment shop/web names db.shop.svc:5433, where nothing listens",
        ],
        [
            "a service that selects nobody",
            (of) => (of("Service", "db").spec.selector = { none: "x" }),
            "Deployment shop/web names db.shop.svc.cluster.local:5432, where nothing listens",
        ],
        [
            "a service whose endpoints nobody is known to write",
            (of) => Reflect.deleteProperty(of("Service", "db").spec, "selector"),
            "Deployment shop/web names db.shop.svc.cluster.local:5432, where nothing listens",
        ],
        ["no port", plain("http://db.shop.svc/"), "Deployment shop/web names db.shop.svc without a port"],
        [
            "a probe of a port that there is not",
            (of) => (main(of("Deployment")).readinessProbe = { tcpSocket: { port: "https" } }),
            "Deployment shop/web, readinessProbe: no port https",
        ],
        [
            "a monitor of no pods",
            (of) => (of("PodMonitor").spec.selector.matchLabels = { none: "x" }),
            "PodMonitor shop/db scrapes nothing",
        ],
        [
            "a kind whose connections nobody derives",
            (_, all) => all.push({ kind: "ServiceMonitor", metadata: { name: "web", namespace: "shop" } }),
            "ServiceMonitor shop/web: its connections are not derived",
        ],
    ];
    for (const [what, change, problem] of rows) {
        it(`cannot be told from ${what}`, () => assert.deepEqual(find(change).problems, [problem]));
    }

    it("cannot be told from a chart that nobody has described", () => {
        const release = { inputs: { chart: "kafka-ui" } } as unknown as ReturnType<typeof sample>["resources"][number];
        const stack = { ...sample(), resources: [release] };
        assert.deepEqual(neededConnections(worldOf(stack), stack).problems, [
            "the chart kafka-ui: nobody says which connections it needs",
        ]);
    });

    describe("inside of charts", () => {
        const LOKI = { name: "Loki", url: "http://loki.loki.svc:3100" };
        const dns = (enabled: boolean, namespace = "ingress"): Inputs => ({
            chart: "external-dns",
            namespace,
            values: { serviceMonitor: { enabled } },
        });
        const grafana = (...additionalDataSources: readonly Inputs[]): Inputs => ({
            chart: "kube-prometheus-stack",
            namespace: "monitoring",
            values: { grafana: { additionalDataSources } },
        });
        const loki = { chart: "registry.example.com/charts/loki", namespace: "loki", values: {} };
        const of = (...releases: readonly Inputs[]) => {
            const resources = releases.map((inputs) => ({ inputs })) as unknown as ReturnType<
                typeof sample
            >["resources"];
            const stack = { ...sample(), resources };
            const { connections, problems } = neededConnections(worldOf(stack), stack);
            const found = connections.map(({ from, to, port, protocol }) => line(from, { pod: to, port, protocol }));
            return { found, problems };
        };

        it("are those that values switch on", () => {
            const scrape = "monitoring/prometheus → ingress/external-dns:7979";
            assert.ok(of(grafana(), dns(true)).found.includes(scrape));
            assert.ok(!of(grafana(), dns(false)).found.includes(scrape));
        });

        it("are those to addresses in values", () => {
            const query = "monitoring/grafana → loki/loki:3100";
            assert.ok(of(grafana(LOKI), loki).found.includes(query));
            assert.ok(!of(grafana(), loki).found.includes(query));
            assert.deepEqual(of(grafana(LOKI)).problems, [
                "grafana.additionalDataSources of kube-prometheus-stack names loki.loki.svc:3100: there is no service loki.loki.svc",
            ]);
        });

        it("cannot be told where a chart is released to another namespace", () => {
            assert.deepEqual(of(grafana(), dns(true, "dns")).problems, [
                "the chart external-dns: it is described in ingress, and released to dns",
            ]);
        });
    });

    it("cannot be told from an assumption of a port at which nothing listens", () => {
        const stack = sample();
        const edge = { from: "shop/web", to: "shop/db", port: 1, why: "a guess" };
        assert.deepEqual(neededConnections(worldOf(stack), stack, [edge]).problems, [
            "shop/web connects to shop/db:1 (a guess), where nothing listens",
        ]);
    });
});
