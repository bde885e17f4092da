import assert from "node:assert/strict";
import { invocations } from "../../../policies/predicates/invocations.ts";

const CASES: readonly (readonly [
    string,
    { command?: readonly string[]; args?: readonly string[] },
    readonly string[],
])[] = [
    ["the image's own start", {}, [""]],
    ["flags for it", { args: ["--port", "1"] }, [""]],
    ["a program in args", { args: ["postgres", "-c", "x=1"] }, ["postgres"]],
    ["a path", { command: ["/usr/bin/mongod"] }, ["mongod"]],
    ["a script", { command: ["/opt/kafka/bin/kafka-server-start.sh", "x"] }, ["kafka-server-start"]],
    ["an entry point alone", { command: ["docker-entrypoint.sh"] }, [""]],
    ["an entry point with a program", { command: ["docker-entrypoint.sh", "mysqld"] }, ["mysqld"]],
    ["wrappers", { command: ["tini", "-g", "--", "gosu", "redis", "redis-server"] }, ["redis-server"]],
    ["a shell's commands", { command: ["sh", "-c", "cd /x && exec mongod --bind_ip_all"] }, ["cd", "mongod"]],
    [
        "a shell's script in args",
        { command: ["/bin/bash", "-ec"], args: ["until nc -z a 1; do sleep 1; done\npsql"] },
        ["nc", "sleep", "psql"],
    ],
    ["assignments", { command: ["sh", "-c", "A=1 B=2 etcd --name x"] }, ["etcd"]],
    [
        "comments and continued lines",
        { command: ["sh", "-c", "# mongod\nredis-server \\\n --save 1"] },
        ["redis-server"],
    ],
    ["text in quotes", { command: ["sh", "-c", "echo 'a; mongod' && true"] }, ["echo", "true"]],
    ["a shell with a script's file", { command: ["bash", "/scripts/run.sh"] }, ["run"]],
    ["a shell alone", { command: ["sh"] }, []],
    ["another user's shell", { command: ["su", "-", "db", "-c", "mysqld --x"] }, ["mysqld"]],
    ["a loop's body without its head", { command: ["sh", "-c", "for i in 1 2; do mongosh; done"] }, ["mongosh"]],
    [
        "substitutions apart",
        { command: ["sh", "-c", "pg_dump > /b/$(date +%F).sql; tail $(ls $(pwd))"] },
        ["pg_dump", "tail", "date", "pwd", "ls"],
    ],
];

describe("invocations", () => {
    for (const [name, container, programs] of CASES) {
        it(`sees ${name}`, () => {
            const started = invocations(container.command ?? [], container.args ?? []);
            assert.deepEqual(
                started.map(({ program }) => program),
                programs,
            );
        });
    }
});
