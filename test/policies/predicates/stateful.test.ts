import assert from "node:assert/strict";
import type { Plain } from "../../../policies/predicates/plain.ts";
import { statefulEvidence } from "../../../policies/predicates/stateful.ts";
import { app, mounted, pod } from "../workloads.ts";

const env = (name: string, value = "1") => ({ env: [{ name, value }] });

function factsOf(podSpec: object): readonly string[] {
    const plain: Plain = JSON.parse(JSON.stringify(podSpec));
    return statefulEvidence(plain, () => undefined).map(({ fact }) => fact);
}

const STATEFUL: readonly (readonly [string, object, RegExp])[] = [
    ["a daemon in any image", pod({ ...app, command: ["mysqld"] }), /server command "mysqld" is that of MySQL/],
    [
        "a server that is told where its data lies",
        pod({ ...app, command: ["postgres", "-D", "/data"] }),
        /"postgres" is that of PostgreSQL/,
    ],
    [
        "a server started for another user",
        pod({ ...app, command: ["su", "mysql", "-c", "mysqld --user=mysql"] }),
        /MySQL/,
    ],
    [
        "a server started by its own client",
        pod({ image: "redpanda", command: ["rpk", "redpanda", "start"] }),
        /Redpanda/,
    ],
    [
        "a server after a loop and a substitution",
        pod({ image: "postgres", command: ["sh", "-c", "for f in $(ls /i); do cat $f; done; exec postgres"] }),
        /PostgreSQL/,
    ],
    ["a store's part that keeps data", pod({ image: "grafana/loki", args: ["-target=ingester"] }), /Loki/],
    ["a data node", pod({ image: "elasticsearch", ...env("node.roles", "data") }), /Elasticsearch/],
    [
        "a configuration server of a sharded cluster",
        pod({ image: "mongodb-sharded", ...env("MONGODB_SHARDING_MODE", "configsvr") }),
        /MongoDB/,
    ],
    ["a development server", pod({ image: "vault", args: ["server", "-dev"] }), /Vault/],
    ["Redis with arguments in a variable", pod({ image: "redis-stack", ...env("REDIS_ARGS", "--save 60 1") }), /Redis/],
    [
        "NATS with a mounted store",
        mounted({ image: "nats", args: ["-c", "/n.conf"] }, { emptyDir: {} }, "/tmp/jetstream"),
        /JetStream/,
    ],
    [
        "a rebuilt image by name and variable",
        pod({ image: "example/our-mysql", ...env("MYSQL_ROOT_PASSWORD") }),
        /MySQL/,
    ],
    [
        "a common port and the engine's name",
        pod({ image: "example/our-minio", ports: [{ containerPort: 9000 }] }),
        /port 9000 are those of MinIO/,
    ],
    [
        "a host path of an orchestrator's claims",
        mounted(app, { hostPath: { path: "/var/lib/rancher/k3s/storage/x" } }),
        /k3s/,
    ],
    ["a database's file on a host path", mounted(app, { hostPath: { path: "/srv/app.db" } }), /app\.db/],
];

const NOT_STATEFUL: readonly (readonly [string, object])[] = [
    ["a router of a sharded cluster", pod({ image: "mongodb-sharded", ...env("MONGODB_SHARDING_MODE", "mongos") })],
    [
        "a proxy of an engine in a rebuilt image",
        pod({ image: "example/rethinkdb-kubernetes", ports: [{ containerPort: 28015 }], ...env("PROXY", "true") }),
    ],
    [
        "a coordinating node",
        pod({
            image: "elasticsearch",
            env: [
                { name: "node.master", value: "false" },
                { name: "node.data", value: "false" },
            ],
        }),
    ],
    ["a store's part without data", pod({ image: "grafana/loki", args: ["-target=distributor,querier"] })],
    ["a query layer", pod({ image: "thanos", args: ["query", "--store=x"] })],
    ["a console in a store's image", pod({ image: "seaweedfs", args: ["admin", "-masters=x"] })],
    ["another role's command in any image", pod({ ...app, command: ["etcd", "grpc-proxy", "start"] })],
    ["a Connect worker of an operator", pod({ image: "strimzi/kafka", command: ["/opt/kafka/kafka_connect_run.sh"] })],
    [
        "a loop that dumps",
        pod({
            image: "postgres",
            command: ["sh", "-c", "while true; do pg_dump x > /b/$(date +%F).sql.gz; sleep 1; done"],
        }),
    ],
    [
        "a loop that counts",
        pod({ image: "mongo", command: ["sh", "-c", "for i in $(seq 1 3); do mongosh --eval 1; done"] }),
    ],
    ["a pooler", pod({ image: "example/pgcat", ports: [{ containerPort: 5432 }], ...env("POSTGRES_PASSWORD") })],
    [
        "a client that listens elsewhere",
        pod({ image: "example/mysql-app", ports: [{ containerPort: 8080 }], ...env("MYSQL_ROOT_PASSWORD") }),
    ],
    ["a client on a common port", pod({ ...app, ports: [{ containerPort: 9000 }], ...env("MINIO_ACCESS_KEY") })],
    ["Redis that syncs a file it does not write", pod({ image: "redis", args: ["--appendfsync", "everysec"] })],
    ["an agent with the container engine's directory", mounted(app, { hostPath: { path: "/var/lib/docker" } })],
    ["an agent with an orchestrator's directory", mounted(app, { hostPath: { path: "/var/lib/rancher/k3s/agent" } })],
    ["a node's configuration file", mounted(app, { hostPath: { path: "/home/a/.kube/config" } })],
    ["a node's program", mounted(app, { hostPath: { path: "/opt/kube/tools" } }, "/usr/local/bin/kubectl")],
];

describe("statefulEvidence", () => {
    for (const [name, spec, fact] of STATEFUL) {
        it(`finds ${name}`, () => assert.match(factsOf(spec).join("; "), fact));
    }

    for (const [name, spec] of NOT_STATEFUL) {
        it(`finds nothing in ${name}`, () => assert.deepEqual(factsOf(spec), []));
    }
});
