import assert from "node:assert/strict";
import { parse } from "yaml";
import {
    ELECTION,
    HAND_OVER,
    patroniConfiguration,
    spiloEnvironment,
} from "../../../../stacks/workloads/metadata-database/patroni.ts";

const ARGS = { memory: "4Gi", volumeSettings: ["max_wal_size"] } as const;
const environment = spiloEnvironment("metadata-database", "credentials", "volume-settings", ARGS);

function text(name: string): string {
    const value = environment[name];
    assert.equal(typeof value, "string", name);
    return value as string;
}

/** As Spilo reads it: PyYAML follows YAML 1.1, where words like `off` are booleans. */
const spilo = parse(text("SPILO_CONFIGURATION"), { version: "1.1" });

describe("Patroni's configuration", () => {
    it("has a lease that outlasts a loop and both tries of a request", () => {
        assert.ok(ELECTION.ttl >= ELECTION.loopWait + 2 * ELECTION.retryTimeout);
        const { ttl, loop_wait, retry_timeout } = spilo.bootstrap.dcs;
        assert.deepEqual([ttl, loop_wait, retry_timeout], [30, 10, 10]);
    });

    it("commits on two replicas, and keeps its leader while the Kubernetes API is away", () => {
        assert.equal(spilo.bootstrap.dcs.synchronous_mode, true);
        assert.equal(spilo.bootstrap.dcs.failsafe_mode, true);
    });

    it("reads the same with YAML 1.1, on and off included", () => {
        assert.deepEqual(patroniConfiguration(ARGS), spilo);
        assert.equal(spilo.postgresql.parameters.logging_collector, "off");
    });

    it("sizes each replica locally, so that a change of memory follows the next rollout", () => {
        assert.equal(spilo.postgresql.parameters.shared_buffers, "1024MB");
        assert.equal(spilo.bootstrap.dcs.postgresql.parameters.shared_buffers, undefined);
    });

    it("leaves what Patroni takes from the cluster alone to the cluster", () => {
        assert.equal(spilo.bootstrap.dcs.postgresql.parameters.max_connections, 100);
        assert.equal(spilo.postgresql.parameters.max_connections, undefined);
    });

    it("lets nobody in from outside without TLS, and with SCRAM alone", () => {
        const remote: string[] = spilo.postgresql.pg_hba.filter((rule: string) => / all all (\S+)$/.test(rule));
        const outside = remote.filter((rule) => !rule.startsWith("local") && !/127\.0\.0\.1|::1/.test(rule));
        assert.deepEqual(outside, ["hostnossl all all all reject", "hostssl all all all scram-sha-256"]);
        assert.ok(spilo.postgresql.pg_hba.every((rule: string) => !/ (md5|password)$/.test(rule)));
    });

    it("takes commands over REST from members only", () => {
        assert.equal(spilo.restapi.allowlist_include_members, true);
        assert.deepEqual(spilo.restapi.allowlist, ["127.0.0.0/8", "::1"]);
    });
});

describe("Spilo's environment", () => {
    it("elects through endpoints, not ConfigMaps", () => {
        assert.equal(environment["DCS_ENABLE_KUBERNETES_API"], "true");
        assert.equal("KUBERNETES_USE_CONFIGMAPS" in environment, false);
    });

    it("puts what follows from the volume's size in from outside, by a variable that is there before", () => {
        assert.deepEqual(environment["VOLUME_MAX_WAL_SIZE"], { configMap: "volume-settings", key: "max_wal_size" });
        assert.equal(spilo.postgresql.parameters.max_wal_size, "$(VOLUME_MAX_WAL_SIZE)");
        const names = Object.keys(environment);
        assert.ok(names.indexOf("VOLUME_MAX_WAL_SIZE") < names.indexOf("SPILO_CONFIGURATION"));
    });

    it("finds its own pods by the labels that they carry", () => {
        assert.deepEqual(JSON.parse(text("KUBERNETES_LABELS")), {
            "app.kubernetes.io/name": "metadata-database",
        });
        assert.equal(environment["KUBERNETES_SCOPE_LABEL"], "cluster-name");
        assert.equal(environment["SCOPE"], "metadata-database");
    });

    it("takes passwords from the Secret", () => {
        assert.deepEqual(
            ["PGPASSWORD_SUPERUSER", "PGPASSWORD_STANDBY"].map((name) => environment[name]),
            ["superuser-password", "standby-password"].map((key) => ({ secret: "credentials", key })),
        );
    });
});

describe("handing over", () => {
    it("asks for a successor only where the leader is", () => {
        assert.match(HAND_OVER, /if curl .*\/leader\nthen curl .*-X POST .*\/switchover\nfi$/);
    });
});
