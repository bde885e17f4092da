import assert from "node:assert/strict";
import type { Inputs } from "../../support/mocks.ts";
import type { Change } from "../rendered/sample.ts";
import { line } from "./grants.ts";
import { apiServerAddresses, type Findings, neededConnections } from "./needed.ts";
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
            (_, all) => all.push({ kind: "Ingress", metadata: { name: "web", namespace: "shop" } }),
            "Ingress shop/web: its connections are not derived",
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

    it("of the API server come from both ends of the private subnets", () => {
        const subnet = (cidrBlock: string, role: string): Inputs => ({
            inputs: { cidrBlock, tags: { [`kubernetes.io/role/${role}`]: "1" } },
        });
        const resources = [
            subnet("10.1.64.0/18", "internal-elb"),
            subnet("10.1.128.0/18", "elb"),
        ] as unknown as ReturnType<typeof sample>["resources"];
        assert.deepEqual(
            apiServerAddresses({ resources, objects: [] }).map(({ name }) => name),
            ["the API server at 10.1.64.0", "the API server at 10.1.127.255"],
        );
    });
});
