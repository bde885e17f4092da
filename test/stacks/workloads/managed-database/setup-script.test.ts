import assert from "node:assert/strict";
import { SERVER_VARIABLES, setupScript } from "../../../../stacks/workloads/managed-database/setup-script.ts";
import { SETUP_VARIABLES } from "../../../../stacks/workloads/metadata-database/setup-sql.ts";

describe("setupScript", () => {
    const script = setupScript();
    const statements = [...script.matchAll(/run\("([^"]+)"/g)].map(([, statement]) => statement);

    it("reads every variable that the job sets", () => {
        for (const [variable, name] of Object.entries({ ...SETUP_VARIABLES, ...SERVER_VARIABLES })) {
            assert.ok(script.includes(`\n${variable} = os.environ["${name}"]\n`), name);
        }
    });

    it("connects over TLS", () => {
        assert.match(script, /sslmode="require"/);
    });

    it("makes what is missing, puts the password right, and keeps others out", () => {
        assert.deepEqual(statements, [
            "CREATE ROLE {owner}",
            "ALTER ROLE {owner} LOGIN PASSWORD {stored}",
            "GRANT {owner} TO CURRENT_USER",
            "CREATE DATABASE {own} OWNER {owner}",
            "REVOKE ALL ON DATABASE {own} FROM PUBLIC",
            "REVOKE {owner} FROM CURRENT_USER",
        ]);
        for (const made of ["CREATE ROLE", "CREATE DATABASE"]) {
            assert.match(script, new RegExp(`if missing\\(.+\\):\\n {4}run\\("${made}`));
        }
    });

    it("sends the server no password that its log could show", () => {
        assert.match(
            script,
            /stored = sql\.Literal\(encrypt_password\(password, role, connection, "scram-sha-256"\)\)/,
        );
        const uses = script.split("\n").filter((line) => /\bpassword\b/.test(line));
        assert.equal(uses.length, 3, uses.join("\n"));
    });
});
