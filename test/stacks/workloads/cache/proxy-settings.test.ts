import assert from "node:assert/strict";
import { proxySettings } from "../../../../stacks/workloads/cache/proxy-settings.ts";

describe("the settings of the cache's proxies", () => {
    const text = proxySettings(["cache-0.x.y:6379", "cache-1.x.y:6379"]);

    it("have each server by its name, which is looked up again and again", () => {
        const servers = [...text.matchAll(/^ {4}server (\S+) (\S+)$/gm)].map(([, name, address]) => [name, address]);
        assert.deepEqual(servers, [
            ["cache-0", "cache-0.x.y:6379"],
            ["cache-1", "cache-1.x.y:6379"],
        ]);
        assert.match(text, /default-server .*resolvers cluster init-addr none$/m);
    });

    it("log in with a variable, so that no password is in the file", () => {
        assert.match(text, /tcp-check send "AUTH \$\{VALKEY_PASSWORD\}\\r\\n"$/m);
    });

    it("start with no server, and close the connections of one that no longer leads", () => {
        assert.match(text, /default-server .* init-state fully-down on-marked-down shutdown-sessions /);
    });

    describe("take a server for the primary", () => {
        const pattern = /^ {4}tcp-check expect rstring (.+)$/m.exec(text)?.[1] ?? "";
        // PCRE's class, in the terms of JavaScript.
        // oxlint-disable-next-line no-control-regex -- the line's end is what is looked for
        const leads = new RegExp(pattern.replace("[[:cntrl:]]", "[\\x00-\\x1f]"));
        const info = (role: string, replicas: number): string =>
            `$100\r\n# Replication\r\nrole:${role}\r\nconnected_slaves:${replicas}\r\nslave0:ip=a\r\n`;
        for (const [what, answer, expected] of [
            ["that leads replicas", info("master", 2), true],
            ["that leads ten", info("master", 10), true],
            ["that leads none, and takes no writes", info("master", 0), false],
            ["that follows", "role:slave\r\nmaster_host:b\r\nmaster_link_status:up\r\n", false],
            ["that has replicas of its own and follows", info("slave", 1), false],
        ] as const) {
            it(`${expected ? "" : "not one "}${what}`, () => assert.equal(leads.test(answer), expected));
        }
    });
});
