import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { parse } from "yaml";
import { MetadataDatabase, type MetadataDatabaseArgs } from "../../../../stacks/workloads/metadata-database.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../../support/mocks.ts";
import { POOLS } from "../pools.ts";
import { awsFacts } from "./aws.ts";

type Config = MetadataDatabaseArgs["config"];

const EXPORTER = "quay.io/prometheuscommunity/postgres-exporter:v0.20.1";
const CONFIG: Config = {
    kind: "in-cluster",
    image: "ghcr.io/zalando/spilo-18:4.1-p2",
    replicas: 3,
    storage: "50Gi",
    resources: { cpu: "1", memory: "4Gi" },
    backups: { schedule: { cron: "30 1 * * *", timeZone: "Etc/UTC" }, keepDays: 14 },
    exporter: { image: EXPORTER, resources: { cpu: "50m", memory: "128Mi" } },
};

const make = (config: Config = CONFIG, onAws = true): Promise<Collected[]> =>
    collect(() => {
        new MetadataDatabase("metadata-database", {
            config,
            context: {
                cluster: {},
                claimProvider: new k8s.Provider("claims", {}),
                storageClass: "gp3-retain",
                throughputClass: undefined,
                pools: POOLS,
                availability: { downtimeBudget: "5 minutes" },
                ...(onAws ? { aws: awsFacts() } : {}),
            },
            namespace: "data",
            clients: [],
        });
    });

const SET = "kubernetes:apps/v1:StatefulSet";
const CRON_JOB = "kubernetes:batch/v1:CronJob";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

const spec = (made: Collected[], type: string): Inputs => only(made, type).inputs["spec"];
const variables = (container: Inputs): Map<string, Inputs> =>
    new Map(container["env"].map((variable: Inputs) => [variable["name"], variable]));
const replica = (made: Collected[]): Map<string, Inputs> => variables(spec(made, SET)["template"].spec.containers[0]);
const patroni = (made: Collected[]): Inputs =>
    parse(replica(made).get("SPILO_CONFIGURATION")?.["value"], { version: "1.1" });
const files = (made: Collected[], name: string): Record<string, string> => only(made, CONFIG_MAP, name).inputs["data"];
const policy = (made: Collected[], name: string): Inputs[] =>
    JSON.parse(only(made, ROLE_POLICY, name).inputs["policy"]).Statement;

describe("backups of the metadata database", () => {
    let made: Collected[];
    let restored: Collected[];
    before(async () => {
        made = await make();
        restored = await make({ ...CONFIG, restored: { generation: 2, from: 1, to: "2026-11-21T10:15:00Z" } });
    });

    it("archive every minute, by a script that has the pod's credentials", () => {
        const { parameters, recovery_conf } = patroni(made)["postgresql"];
        const script = "/bin/sh /etc/metadata-database/wal-g.sh";
        assert.equal(parameters.archive_command, `${script} wal-push "%p"`);
        assert.equal(parameters.archive_timeout, "60s");
        assert.equal(recovery_conf.restore_command, `${script} wal-fetch "%f" "%p"`);
        const { mountPath } = spec(made, SET)["template"].spec.containers[0].volumeMounts.find(
            ({ subPath }: Inputs) => subPath === "etc.metadata-database.wal-g.sh",
        );
        assert.equal(mountPath, "/etc/metadata-database/wal-g.sh");
        const text = files(made, "metadata-database")["etc.metadata-database.wal-g.sh"] ?? "";
        assert.match(text, /AWS_CONTAINER_CREDENTIALS_FULL_URI=http:\/\/169\.254\.170\.23/);
        assert.match(text, /:-s3:\/\/database-backups\/metadata-database\/1\}/);
    });

    it("are never overwritten, which WAL-G would do by itself", () => {
        const text = files(made, "metadata-database")["etc.metadata-database.wal-g.sh"] ?? "";
        assert.match(text, /^export WALG_PREVENT_WAL_OVERWRITE=true$/m);
    });

    it("are looked for before a new cluster begins, and then Spilo's own script goes on", () => {
        assert.equal(
            patroni(made)["bootstrap"].post_init,
            '/bin/sh /etc/metadata-database/first-start.sh /scripts/post_init.sh "zalandos"',
        );
        const { mountPath } = spec(made, SET)["template"].spec.containers[0].volumeMounts.find(
            ({ subPath }: Inputs) => subPath === "etc.metadata-database.first-start.sh",
        );
        assert.equal(mountPath, "/etc/metadata-database/first-start.sh");
        const script = files(made, "metadata-database")["etc.metadata-database.first-start.sh"] ?? "";
        assert.match(script, /s3:\/\/database-backups\/metadata-database\/1 has the backups of another cluster/);
    });

    it("are the pods' to write and to read, and nobody else's part of the bucket", () => {
        const resources = (name: string, action: string): string[] =>
            policy(made, name)
                .filter(({ Action }) => Action.includes(action))
                .flatMap(({ Resource }) => Resource);
        const archive = "metadata-database-archive";
        assert.deepEqual(resources(archive, "s3:PutObject"), ["arn:aws:s3:::database-backups/metadata-database/1/*"]);
        assert.deepEqual(resources(archive, "s3:GetObject"), ["arn:aws:s3:::database-backups/metadata-database/*"]);
        assert.deepEqual(resources(archive, "s3:DeleteObject"), []);
        const job = "metadata-database-backup";
        assert.deepEqual(resources(job, "s3:DeleteObject"), ["arn:aws:s3:::database-backups/metadata-database/1/*"]);
        assert.deepEqual(resources(job, "s3:PutObject"), []);
        const accounts = ofType(made, ASSOCIATION).map(
            ({ inputs }) => `${inputs["namespace"]}/${inputs["serviceAccount"]}`,
        );
        assert.deepEqual(accounts.toSorted(), ["data/metadata-database", `data/${job}`]);
        const association = only(made, ASSOCIATION, archive);
        assert.ok(only(made, SET).dependencies.includes(association.urn));
    });

    it("have a base backup by the clock, which may do nothing in the database but ask for it", () => {
        const { schedule, timeZone, jobTemplate } = spec(made, CRON_JOB);
        assert.deepEqual([schedule, timeZone], ["30 1 * * *", "Etc/UTC"]);
        const [container] = jobTemplate.spec.template.spec.containers;
        const env = variables(container);
        assert.equal(env.get("PGHOST")?.["value"], "metadata-database.data.svc.cluster.local");
        assert.equal(env.get("PGUSER")?.["value"], "backup");
        assert.deepEqual(env.get("PGPASSWORD")?.["valueFrom"].secretKeyRef, {
            name: "metadata-database-backup-role",
            key: "password",
        });
        // Both ways through 50 GiB at 50 MiB/s, and half an hour.
        assert.equal(jobTemplate.spec.activeDeadlineSeconds, 2 * 1024 + 1800);
        const sql = files(made, "metadata-database-setup")["etc.metadata-database.setup.sql"] ?? "";
        assert.match(sql, /TO PROGRAM '\/bin\/sh \/etc\/metadata-database\/base-backup\.sh \d+'/);
    });

    it("wait for one that a lost job began, as long as the job may take, without touching the database's pods", async () => {
        const waited = (all: Collected[]): number => {
            const sql = files(all, "metadata-database-setup")["etc.metadata-database.setup.sql"] ?? "";
            return Number(/base-backup\.sh (\d+)'/.exec(sql)?.[1]);
        };
        const larger = await make({ ...CONFIG, storage: "80Gi" });
        for (const all of [made, larger]) {
            assert.equal(waited(all), spec(all, CRON_JOB)["jobTemplate"].spec.activeDeadlineSeconds);
        }
        assert.ok(waited(larger) > waited(made));
        assert.deepEqual(files(larger, "metadata-database"), files(made, "metadata-database"));
    });

    it("keep what every moment of so many days needs: the oldest had ended before", async () => {
        const kept = (all: Collected[]): number => {
            const text = files(all, "metadata-database-backup")["etc.metadata-database.backup.sh"] ?? "";
            return Number(/-d '-(\d+) seconds'/.exec(text)?.[1]);
        };
        assert.equal(kept(made), 14 * 86_400 + 86_400 + 2 * 1024 + 1800);
        const backups = { schedule: { cron: "0 3 * * 0", timeZone: "Etc/UTC" }, keepDays: 3 };
        assert.equal(kept(await make({ ...CONFIG, backups })), 3 * 86_400 + 7 * 86_400 + 2 * 1024 + 1800);
    });

    it("are watched, as far as the leader knows", () => {
        const exporter = only(made, "kubernetes:apps/v1:Deployment", "metadata-database-exporter").inputs["spec"];
        const [container] = exporter.template.spec.containers;
        assert.equal(container.image, EXPORTER);
        const address = variables(container).get("DATA_SOURCE_URI")?.["value"];
        assert.equal(address, "metadata-database.data.svc.cluster.local:5432/postgres?sslmode=require");
        const rules = ofType(made, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").flatMap(
            // Those of a job that is named by what it is may be unknown.
            ({ inputs }): readonly Inputs[] => inputs["spec"].groups ?? [],
        );
        const alerts = new Set(rules.flatMap((group) => group["rules"].map(({ alert }: Inputs) => alert)));
        for (const alert of ["DatabaseArchiveFailing", "DatabaseArchiveLate", "CronJobNotSucceeded"]) {
            assert.ok(alerts.has(alert), alert);
        }
    });

    it("let job and exporter in on PostgreSQL's port", () => {
        const { ingress } = only(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "metadata-database").inputs[
            "spec"
        ];
        const peers = ingress
            .filter(({ ports }: Inputs) => ports?.[0]?.port === 5432)
            .map(({ from }: Inputs) => from[0].podSelector.matchLabels["app.kubernetes.io/name"]);
        assert.deepEqual(
            peers,
            ["setup", "backup", "exporter"].map((part) => `metadata-database-${part}`),
        );
    });

    it("are not there without a bucket, where nothing of them is left", async () => {
        for (const all of [await make(CONFIG, false), await make({ ...CONFIG, backups: undefined } as never)]) {
            assert.equal(ofType(all, CRON_JOB).length, 0);
            assert.equal(ofType(all, ROLE_POLICY).length, 0);
            assert.equal(patroni(all)["postgresql"].parameters.archive_command, undefined);
            assert.equal(patroni(all)["bootstrap"].post_init, undefined);
            assert.equal(ofType(all, "kubernetes:apps/v1:Deployment").length, 0);
        }
    });

    describe("of a restored database", () => {
        it("begin with those of the generation that it is from, at the moment that was asked for", () => {
            const { method, restored: bootstrap } = patroni(restored)["bootstrap"];
            assert.equal(method, "restored");
            assert.equal(bootstrap.recovery_conf.recovery_target_time, "2026-11-21T10:15:00Z");
            assert.equal(bootstrap.recovery_conf.recovery_target_action, "promote");
            const source = "s3://database-backups/metadata-database/1";
            assert.ok(bootstrap.recovery_conf.restore_command.startsWith(`env WALG_S3_PREFIX=${source} `));
            const script = files(restored, "metadata-database")["etc.metadata-database.restore.sh"] ?? "";
            assert.match(script, new RegExp(`WALG_S3_PREFIX=${source} `));
            assert.match(script, /'2026-11-21T10:15:00Z'/);
            assert.match(script, /backup-fetch \/home\/postgres\/pgdata\/pgroot-2\/data/);
            assert.equal(patroni(made)["bootstrap"].method, undefined);
            assert.equal(patroni(restored)["bootstrap"].post_init, undefined);
            assert.match(script, /s3:\/\/database-backups\/metadata-database\/2 has the backups of another cluster/);
        });

        it("lie in places of their own, and so do its files", () => {
            assert.equal(replica(restored).get("PGROOT")?.["value"], "/home/postgres/pgdata/pgroot-2");
            assert.equal(replica(restored).get("PGDATA")?.["value"], "/home/postgres/pgdata/pgroot-2/data");
            assert.equal(replica(made).get("PGROOT")?.["value"], "/home/postgres/pgdata/pgroot");
            for (const [name, key] of [
                ["metadata-database", "etc.metadata-database.wal-g.sh"],
                ["metadata-database-backup", "etc.metadata-database.wal-g.sh"],
            ] as const) {
                assert.match(files(restored, name)[key] ?? "", /:-s3:\/\/database-backups\/metadata-database\/2\}/);
            }
            const written = policy(restored, "metadata-database-archive").filter(({ Action }) =>
                Action.includes("s3:PutObject"),
            );
            assert.deepEqual(
                written.flatMap(({ Resource }) => Resource),
                ["arn:aws:s3:::database-backups/metadata-database/2/*"],
            );
        });

        it("take all that was archived if no moment is named", async () => {
            const all = await make({ ...CONFIG, restored: { generation: 2, from: 1 } });
            assert.equal(patroni(all)["bootstrap"].restored.recovery_conf.recovery_target_time, undefined);
        });

        it("may take long: nobody restarts a replica that is still fetching", () => {
            const [container] = spec(restored, SET)["template"].spec.containers;
            assert.equal(container.startupProbe.httpGet.path, "/liveness");
        });
    });
});
