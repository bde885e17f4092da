import assert from "node:assert/strict";
import { serviceRolesSql } from "../../../../stacks/workloads/metadata-database/service-roles.ts";

const sql = serviceRolesSql("/bin/sh /x.sh");

describe("roles of services", () => {
    it("have nothing that the application's role has not either", () => {
        for (const role of ["backup", "monitoring"]) {
            assert.match(
                sql,
                new RegExp(
                    `ALTER ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN PASSWORD %L`,
                ),
            );
        }
        assert.deepEqual(sql.match(/GRANT \w+ TO \w+/g), ["GRANT pg_monitor TO monitoring"]);
    });

    it("read their passwords from the environment", () => {
        assert.match(sql, /^\\getenv backup_password BACKUP_PASSWORD$/m);
        assert.match(sql, /^\\getenv monitoring_password MONITORING_PASSWORD$/m);
    });

    it("start the backup by a function that does nothing else, for one role", () => {
        assert.match(sql, /SECURITY DEFINER\n {4}SET search_path = pg_catalog, pg_temp/);
        assert.match(sql, /COPY \(SELECT WHERE false\) TO PROGRAM '\/bin\/sh \/x\.sh';/);
        const revoked = sql.indexOf("REVOKE ALL ON FUNCTION maintenance.base_backup() FROM PUBLIC;");
        const granted = sql.indexOf("GRANT EXECUTE ON FUNCTION maintenance.base_backup() TO backup;");
        assert.ok(revoked > 0 && granted > revoked);
    });
});
