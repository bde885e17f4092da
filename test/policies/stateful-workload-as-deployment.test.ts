import assert from "node:assert/strict";
import { judgeResource, UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_STRING } from "./judge.ts";
import { app, claim, controller, DEPLOYMENT, mounted, pod, policy } from "./workloads.ts";

const judge = (podSpec: object, type = DEPLOYMENT) => judgeResource(policy(), type, controller(podSpec));

const secret = { secret: { secretName: "shop" } };
const env = (name: string, value = "1") => ({ env: [{ name, value }] });
const fromPodName = (name: string) => ({
    env: [{ name, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
});

const STATEFUL: readonly (readonly [string, object, RegExp])[] = [
    ["MySQL with a claim", mounted({ image: "mysql:8" }, claim, "/var/lib/mysql"), /server of MySQL.*claim shop/],
    ["Kafka with an ordinal id", pod({ image: "corp/events", ...fromPodName("KAFKA_NODE_ID") }), /KAFKA_NODE_ID/],
    [
        "Prometheus on a ReadWriteOnce claim",
        mounted({ image: "prom/prometheus" }, claim),
        /server of Prometheus.*claim shop/,
    ],
    [
        "PostgreSQL without any volume",
        pod({ image: "postgres:17" }),
        /runs the server of PostgreSQL \(image postgres:17\)/,
    ],
    ["a generic app with a claim", mounted(app, claim), /volume data: claim shop/],
    ["a claim that nothing mounts", pod(app, [{ name: "data", ...claim }]), /claim shop/],
    ["a generic ephemeral volume", mounted(app, { ephemeral: { volumeClaimTemplate: {} } }), /ephemeral claim/],
    ["an in-line EBS volume", mounted(app, { awsElasticBlockStore: { volumeID: "vol-1" } }), /awsElasticBlockStore/],
    ["an in-line iSCSI volume", mounted(app, { iscsi: { iqn: "iqn" } }), /iscsi/],
    ["an in-line FC volume", mounted(app, { fc: { lun: 0 } }), /fc volume/],
    ["an in-line Cinder volume", mounted(app, { cinder: { volumeID: "1" } }), /cinder/],
    ["an in-line Azure disk", mounted(app, { azureDisk: { diskName: "d" } }), /azureDisk/],
    ["a writable host path", mounted(app, { hostPath: { path: "/srv/shop" } }), /hostPath \/srv\/shop/],
    [
        "a writable host path with a type",
        mounted(app, { hostPath: { path: "/data", type: "DirectoryOrCreate" } }),
        /\/data/,
    ],
    ["a broker id", pod({ ...app, ...env("KAFKA_BROKER_ID") }), /KAFKA_BROKER_ID names a member of Kafka/],
    ["a server id", pod({ ...app, ...env("ZOO_MY_ID") }), /ZOO_MY_ID/],
    ["a static member id from the pod's name", pod({ ...app, ...fromPodName("GROUP_INSTANCE_ID") }), /static member/],
    ["an engine's data on a shared volume", mounted(app, { nfs: { server: "n" } }, "/var/lib/mysql"), /data directory/],
    ["a mirrored image", pod({ image: "mirror.example:5000/hub/library/postgres:16@sha256:ab" }), /PostgreSQL/],
    ["a vendor's build", pod({ image: "quay.example/sclorg/postgresql-15-c9s" }), /PostgreSQL/],
    [
        "a server started by a shell",
        pod({ image: "mongo", command: ["sh", "-c", "sleep 2 && exec mongod"] }),
        /MongoDB/,
    ],
    [
        "command and port",
        pod({ ...app, command: ["mongod"], ports: [{ containerPort: 27017 }] }),
        /"mongod" and port 27017/,
    ],
    [
        "port and variable",
        pod({ ...app, ...env("PGDATA"), ports: [{ containerPort: 5432 }] }),
        /port 5432 and variable PGDATA/,
    ],
    [
        "port and data path on emptyDir",
        { ...mounted({ ...app, ports: [{ containerPort: 3306 }] }, { emptyDir: {} }, "/var/lib/mysql") },
        /data path/,
    ],
    ["Redis with a claim", mounted({ image: "redis:7" }, claim), /Redis.*claim shop/],
    ["Redis on a shared volume", mounted({ image: "redis:7" }, { nfs: { server: "n" } }), /Redis/],
    ["Redis with an append-only file", pod({ image: "redis:7", args: ["--appendonly", "yes"] }), /Redis/],
    [
        "Valkey with snapshots",
        pod({ image: "valkey/valkey", command: ["valkey-server", "--save", "60", "1"] }),
        /Valkey/,
    ],
    ["NATS with JetStream", pod({ image: "nats:2", args: ["-js"] }), /JetStream/],
    [
        "a database as a sidecar",
        { ...pod(app), initContainers: [{ image: "postgres", restartPolicy: "Always" }] },
        /PostgreSQL/,
    ],
    [
        "a raw block device",
        pod({ ...app, volumeDevices: [{ name: "d", devicePath: "/dev/xda" }] }, [{ name: "d", ...claim }]),
        /claim/,
    ],
];

const NOT_STATEFUL: readonly (readonly [string, object])[] = [
    [
        "an app with emptyDir and ConfigMaps",
        pod(app, [
            { name: "s", emptyDir: {} },
            { name: "c", configMap: { name: "c" } },
        ]),
    ],
    [
        "redis-exporter",
        pod({ image: "oliver006/redis_exporter", name: "redis-exporter", ports: [{ containerPort: 9121 }] }),
    ],
    ["an image named redis-exporter", pod({ image: "example/redis-exporter" })],
    ["kafka-ui", pod({ image: "provectuslabs/kafka-ui", ...env("KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS") })],
    ["pgbouncer", pod({ image: "edoburu/pgbouncer", ports: [{ containerPort: 5432 }], ...env("DB_HOST") })],
    [
        "mysqld-exporter",
        pod({ image: "prom/mysqld-exporter", ports: [{ containerPort: 9104 }], ...env("MYSQL_ROOT_PASSWORD") }),
    ],
    [
        "an exporter beside port and variable",
        pod({ image: "x/mysql-exporter", ports: [{ containerPort: 3306 }], ...env("MYSQL_ROOT_PASSWORD") }),
    ],
    [
        "a CSI controller with sockets",
        mounted(
            { image: "ebs-csi" },
            { hostPath: { path: "/var/lib/kubelet/plugins/ebs/", type: "DirectoryOrCreate" } },
            "/csi",
        ),
    ],
    ["a host path's socket", mounted(app, { hostPath: { path: "/x/docker", type: "Socket" } })],
    ["a host path's file", mounted(app, { hostPath: { path: "/x/machine-id", type: "File" } })],
    ["a device", mounted(app, { hostPath: { path: "/x/gpu", type: "CharDevice" } })],
    ["logs of the node", mounted(app, { hostPath: { path: "/var/log" } })],
    ["a read-only host path", mounted(app, { hostPath: { path: "/srv/models" } }, "/models", true)],
    ["a host path that nothing mounts", pod(app, [{ name: "d", hostPath: { path: "/data" } }])],
    ["a read-only mount of a claim", mounted(app, claim, "/data", true)],
    ["a read-only claim", mounted(app, { persistentVolumeClaim: { claimName: "shop", readOnly: true } })],
    ["a shared file system", mounted(app, { nfs: { server: "n", path: "/" } }, "/uploads")],
    [
        "a shared ephemeral volume",
        mounted(app, { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteMany"] } } } }),
    ],
    ["secrets by CSI", mounted(app, { csi: { driver: "secrets-store.csi.k8s.io", readOnly: true } })],
    ["a Secret", mounted(app, secret)],
    [
        "a Secret at an engine's data path with its port",
        mounted({ ...app, ports: [{ containerPort: 3306 }] }, secret, "/var/lib/mysql"),
    ],
    [
        "projected and downward API volumes",
        pod(app, [
            { name: "p", projected: {} },
            { name: "d", downwardAPI: {} },
        ]),
    ],
    ["psql in the image of PostgreSQL", pod({ image: "postgres:17", command: ["psql", "-h", "db"] })],
    [
        "a wait in the image of MySQL",
        pod({ image: "mysql:8", command: ["sh", "-c", "until mysqladmin ping -h db; do sleep 1; done"] }),
    ],
    ["sleep in the image of MongoDB", pod({ image: "mongo", args: ["sleep", "infinity"] })],
    [
        "a console consumer in Kafka's image",
        pod({ image: "apache/kafka", command: ["/opt/kafka/bin/kafka-console-consumer.sh"] }),
    ],
    [
        "Kafka Connect in Kafka's image",
        pod({ image: "bitnami/kafka", command: ["/opt/bitnami/kafka/bin/connect-distributed.sh"] }),
    ],
    [
        "an init container that asks the database",
        { ...pod(app), initContainers: [{ image: "postgres", command: ["pg_isready"] }] },
    ],
    ["an init container in an engine's image", { ...pod(app), initContainers: [{ image: "postgres" }] }],
    ["a tag that names an engine", pod({ image: "example/demo:2.1-kafka" })],
    ["a name that holds an engine's", pod({ image: "example/notpostgres" })],
    ["one trait alone", pod({ ...app, ports: [{ containerPort: 5432 }] })],
    ["a database address", pod({ ...app, ...env("DATABASE_URL", "postgres://db:5432/x") })],
    ["the pod's name for logs", pod({ ...app, ...fromPodName("POD_NAME") })],
    ["Redis as a cache", pod({ image: "redis:7", args: ["--save", "", "--appendonly", "no"] })],
    ["Redis on emptyDir", mounted({ image: "redis:7" }, { emptyDir: {} })],
    ["memcached on a shared volume", mounted({ image: "memcached" }, { nfs: { server: "n" } })],
    ["core NATS", pod({ image: "nats:2" })],
    ["a Consul client", pod({ image: "hashicorp/consul", args: ["agent", "-retry-join=consul"] })],
    ["a MinIO gateway", pod({ image: "minio/minio", args: ["gateway", "s3"] })],
    ["no pod at all", {}],
];

describe("stateful-workload-as-deployment", () => {
    for (const [name, spec, evidence] of STATEFUL) {
        it(`reports ${name} with its evidence`, () => {
            const messages = judge(spec);
            assert.equal(messages.length, 1);
            assert.match(messages[0] ?? "", evidence);
        });
    }

    for (const [name, spec] of NOT_STATEFUL) {
        it(`leaves ${name} alone`, () => assert.deepEqual(judge(spec), []));
    }

    for (const kind of [
        "apps/v1:Deployment",
        "apps/v1beta1:Deployment",
        "apps/v1beta2:Deployment",
        "extensions/v1beta1:Deployment",
        "apps/v1:DeploymentPatch",
        "extensions/v1beta1:DeploymentPatch",
        "apps/v1:ReplicaSet",
        "extensions/v1beta1:ReplicaSetPatch",
        "core/v1:ReplicationController",
        "core/v1:ReplicationControllerPatch",
        "argoproj.io/v1alpha1:Rollout",
        "apps.openshift.io/v1:DeploymentConfig",
    ]) {
        it(`looks at ${kind}`, () => assert.equal(judge(mounted(app, claim), `kubernetes:${kind}`).length, 1));
    }

    for (const kind of [
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:batch/v1:Job",
        "kubernetes:core/v1:Pod",
        "aws:ecs/service:Service",
        "dataplatform:workload:Deployment",
    ]) {
        it(`does not look at ${kind}`, () => assert.deepEqual(judge(mounted(app, claim), kind), []));
    }

    it("looks at every member of a list", () => {
        const items = [controller(pod(app)), controller(mounted(app, claim)), controller(pod({ image: "mysql" }))];
        assert.equal(judgeResource(policy(), "kubernetes:apps/v1:DeploymentList", { items }).length, 2);
    });

    it("names the component and stays readable", () => {
        const volumes = ["a", "b", "c", "d", "e"].map((name) => ({
            name,
            persistentVolumeClaim: { claimName: `${name}-with-a-rather-long-name-for-a-claim`.repeat(3) },
        }));
        const [message = ""] = judge(pod(app, volumes));
        assert.match(message, /^Deployment web\/shop keeps state.*and 2 more.*OrderedStatefulService/);
        assert.ok(message.length <= 700, `${message.length} characters`);
    });
});

describe("stateful-workload-as-deployment under unknown values", () => {
    const UNKNOWN: readonly (readonly [string, object])[] = [
        ["the claim's name", mounted(app, { persistentVolumeClaim: { claimName: UNKNOWN_STRING } })],
        ["the whole claim", mounted(app, { persistentVolumeClaim: UNKNOWN_OBJECT })],
        ["the in-line volume", mounted(app, { awsElasticBlockStore: UNKNOWN_OBJECT })],
        ["the host path", mounted(app, { hostPath: { path: UNKNOWN_STRING } })],
        ["the image, beside a claim", mounted({ image: UNKNOWN_STRING }, claim)],
        ["the arguments of an engine", pod({ image: "postgres", args: UNKNOWN_LIST })],
        ["the value of a broker id", pod({ ...app, ...env("KAFKA_BROKER_ID", UNKNOWN_STRING) })],
        [
            "readOnly of a mount",
            pod({ ...app, volumeMounts: [{ name: "data", readOnly: UNKNOWN_STRING }] }, [{ name: "data", ...claim }]),
        ],
        ["another container", { containers: [UNKNOWN_OBJECT, { image: "postgres" }] }],
    ];
    for (const [name, spec] of UNKNOWN) {
        it(`still reports where ${name} is not known`, () => assert.equal(judge(spec).length, 1));
    }

    it("reports what is known first", () => {
        const spec = pod({ image: "postgres" }, [{ name: "d", persistentVolumeClaim: { claimName: UNKNOWN_STRING } }]);
        assert.match(judge(spec)[0] ?? "", /\(1\) container.*PostgreSQL.*\(2\) volume d: claim \(name not known/);
    });

    for (const [name, props] of [
        ["the spec", { metadata: { name: "x" }, spec: UNKNOWN_OBJECT }],
        ["the volumes", controller({ containers: [app], volumes: UNKNOWN_LIST })],
        ["one volume", controller({ containers: [app], volumes: [UNKNOWN_OBJECT] })],
        ["the metadata", { ...controller(pod(app)), metadata: UNKNOWN_OBJECT }],
    ] as const) {
        it(`waits where ${name} is not known and nothing else speaks`, () =>
            assert.deepEqual(judgeResource(policy(), DEPLOYMENT, props), []));
    }
});
