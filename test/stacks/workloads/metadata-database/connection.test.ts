import assert from "node:assert/strict";
import * as fc from "fast-check";
import { databaseUrl } from "../../../../stacks/workloads/metadata-database/connection.ts";

const LEADER = { host: "db.data.svc.cluster.local", port: 5432, database: "airflow", user: "airflow", tls: true };

describe("databaseUrl", () => {
    it("names driver, credentials, host, port and database", () => {
        assert.equal(
            databaseUrl("postgresql+psycopg2", LEADER, "secret"),
            "postgresql+psycopg2://airflow:secret@db.data.svc.cluster.local:5432/airflow",
        );
    });

    it("appends parameters in order", () => {
        assert.match(
            databaseUrl("postgresql", LEADER, "x", { sslmode: "require", connect_timeout: "10" }),
            /\/airflow\?sslmode=require&connect_timeout=10$/,
        );
    });

    it("keeps any password, whatever is in it", () => {
        fc.assert(
            fc.property(fc.string({ unit: "grapheme" }), (password) => {
                const url = new URL(databaseUrl("postgresql", LEADER, password));
                assert.equal(decodeURIComponent(url.password), password);
                assert.equal(url.hostname, LEADER.host);
            }),
        );
    });
});
