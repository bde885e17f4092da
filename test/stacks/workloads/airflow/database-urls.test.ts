import assert from "node:assert/strict";
import { databaseUrls } from "../../../../stacks/workloads/airflow/database-urls.ts";

const POOLED = { host: "pgbouncer.data", port: 6432, database: "airflow", user: "airflow", tls: false };

describe("databaseUrls", () => {
    const pooled = databaseUrls(POOLED, "secret");
    const direct = databaseUrls({ ...POOLED, tls: true }, "secret");

    it("names a driver for each engine", () => {
        assert.match(pooled.connection, /^postgresql\+psycopg2:\/\/airflow:secret@pgbouncer\.data:6432\/airflow\?/);
        assert.equal(pooled["connection-async"], "postgresql+asyncpg://airflow:secret@pgbouncer.data:6432/airflow");
    });

    it("gives a dead peer up within half a minute", () => {
        const { searchParams } = new URL(pooled.connection);
        const number = (name: string): number => Number(searchParams.get(name));
        const idle = number("keepalives_idle") + number("keepalives_interval") * number("keepalives_count");
        assert.ok(idle > 0 && idle <= 30);
        assert.equal(searchParams.get("tcp_user_timeout"), "30000");
    });

    it("asks for TLS in each driver's own words, where the server insists on it", () => {
        assert.match(direct.connection, /sslmode=require/);
        assert.match(direct["connection-async"], /\?ssl=require$/);
        assert.doesNotMatch(pooled.connection, /ssl/);
    });
});
