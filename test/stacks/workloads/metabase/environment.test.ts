import assert from "node:assert/strict";
import { metabaseEnvironment } from "../../../../stacks/workloads/metabase/environment.ts";

const DATABASE = { host: "db.data", port: 5432, database: "metabase", user: "metabase", tls: true };

describe("Metabase's environment", () => {
    const made = (change = {}) =>
        metabaseEnvironment({ database: DATABASE, secret: "metabase", cpu: "500m", ...change });

    it("asks for TLS where the database wants it", () => {
        assert.equal(made()["MB_DB_CONNECTION_URI"], "jdbc:postgresql://db.data:5432/metabase?sslmode=require");
        const open = made({ database: { ...DATABASE, tls: false } });
        assert.equal(open["MB_DB_CONNECTION_URI"], "jdbc:postgresql://db.data:5432/metabase");
    });

    it("names the address that browsers know, if there is one", () => {
        assert.equal(made()["MB_SITE_URL"], undefined);
        assert.equal(made({ host: "metabase.example.com" })["MB_SITE_URL"], "https://metabase.example.com");
    });

    it("writes to scratch space alone", () => {
        assert.equal(made()["MB_PLUGINS_DIR"], "/plugins");
        assert.match(JSON.stringify(made()["JDK_JAVA_OPTIONS"]), /-Dlogfile\.path=\/tmp -Djava\.io\.tmpdir=\/tmp"$/);
    });
});
