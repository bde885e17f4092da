import assert from "node:assert/strict";
import * as fc from "fast-check";
import { duration } from "../../../../components/values/duration.ts";
import { recoveryBudget } from "../../../../components/values/recovery-budget.ts";
import { ELECTION, PROMOTION } from "../../../../stacks/workloads/metadata-database/patroni.ts";
import { pgbouncerIni, userListEntry } from "../../../../stacks/workloads/metadata-database/pgbouncer-ini.ts";

const LEADER = { host: "db.data.svc.cluster.local", port: 5432, database: "airflow", user: "airflow", tls: true };

const setting = (ini: string, name: string): string | undefined =>
    new RegExp(`^${name} =(.*)$`, "m").exec(ini)?.[1]?.trim();

describe("pgbouncerIni", () => {
    const ini = pgbouncerIni(LEADER, 26);

    it("leads to the leader", () => {
        assert.equal(setting(ini, "airflow"), "host=db.data.svc.cluster.local port=5432 dbname=airflow user=airflow");
    });

    it("pools by transaction, and holds no more connections than its share", () => {
        assert.equal(setting(ini, "pool_mode"), "transaction");
        assert.equal(setting(ini, "default_pool_size"), "26");
        assert.equal(setting(ini, "max_db_connections"), "26");
    });

    it("carries prepared statements over", () => {
        assert.ok(Number(setting(ini, "max_prepared_statements")) > 0);
    });

    it("finds a dead leader within half a minute, and the new one within seconds", () => {
        const number = (name: string): number => Number(setting(ini, name));
        assert.equal(setting(ini, "tcp_keepalive"), "1");
        assert.ok(number("tcp_keepidle") + number("tcp_keepintvl") * number("tcp_keepcnt") <= 30);
        assert.ok(number("server_connect_timeout") + number("server_login_retry") <= 10);
    });

    it("lets clients wait for longer than a promotion takes", () => {
        const { seconds: promotion } = recoveryBudget({
            kind: "promotion",
            event: "zone",
            leaderTimeToLive: duration(ELECTION.ttl),
            promotion: PROMOTION,
        });
        assert.ok(Number(setting(ini, "query_wait_timeout")) > promotion);
    });

    it("encrypts where the server insists on it", () => {
        assert.equal(setting(ini, "server_tls_sslmode"), "require");
        assert.equal(setting(pgbouncerIni({ ...LEADER, tls: false }, 26), "server_tls_sslmode"), "disable");
    });

    it("has no socket file, no console and nothing secret", () => {
        assert.equal(setting(ini, "unix_socket_dir"), "");
        assert.equal(setting(ini, "admin_users"), "");
        assert.doesNotMatch(ini, /password/);
    });
});

describe("userListEntry", () => {
    it("quotes user and password", () => {
        assert.equal(userListEntry("airflow", 'a"b'), '"airflow" "a""b"\n');
    });

    it("can be read back, whatever the password", () => {
        fc.assert(
            fc.property(fc.string(), (password) => {
                const read = /^"airflow" "((?:[^"]|"")*)"\n$/.exec(userListEntry("airflow", password))?.[1];
                assert.equal(read?.replaceAll('""', '"'), password);
            }),
        );
    });
});
