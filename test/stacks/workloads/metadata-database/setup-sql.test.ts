import assert from "node:assert/strict";
import { SETUP_VARIABLES, setupSql } from "../../../../stacks/workloads/metadata-database/setup-sql.ts";

const lines = setupSql().split("\n");

describe("the script that sets the database up", () => {
    it("stops at the first error", () => {
        assert.equal(lines[0], "\\set ON_ERROR_STOP on");
    });

    it("reads every variable from the environment before it uses it", () => {
        for (const [variable, name] of Object.entries(SETUP_VARIABLES)) {
            const read = lines.indexOf(`\\getenv ${variable} ${name}`);
            const used = lines.findIndex((line) => line.includes(`:'${variable}'`));
            assert.ok(read > 0 && read < used, variable);
        }
    });

    it("keeps the password out of the server's log", () => {
        const quiet = lines.findIndex((line) => line.includes("log_statement"));
        assert.ok(quiet > 0 && quiet < lines.findIndex((line) => line.includes(":'password'")));
    });

    it("makes nothing that is there already", () => {
        for (const [made, catalogue] of [
            ["CREATE ROLE", "pg_roles"],
            ["CREATE DATABASE", "pg_database"],
        ] as const) {
            const line = lines.findIndex((text) => text.includes(made));
            assert.match(lines[line + 1] ?? "", new RegExp(`^WHERE NOT EXISTS \\(SELECT FROM ${catalogue}`));
        }
    });

    it("gives the role no right beyond its own database", () => {
        const script = lines.join("\n");
        for (const attribute of ["NOSUPERUSER", "NOCREATEDB", "NOCREATEROLE", "NOREPLICATION", "NOBYPASSRLS"]) {
            assert.ok(script.includes(attribute), attribute);
        }
        assert.match(script, /REVOKE ALL ON DATABASE %I FROM PUBLIC/);
    });
});
