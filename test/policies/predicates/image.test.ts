import assert from "node:assert/strict";
import * as fc from "fast-check";
import { imageIs, imageName, isCompanion } from "../../../policies/predicates/image.ts";

describe("imageName", () => {
    const CASES: readonly (readonly [string, string])[] = [
        ["postgres", "postgres"],
        ["postgres:17", "postgres"],
        ["postgres@sha256:ab", "postgres"],
        ["library/postgres:17-alpine", "library/postgres"],
        ["bitnami/postgresql:17@sha256:ab", "bitnami/postgresql"],
        ["registry.example/team/sub/postgres:1", "team/sub/postgres"],
        ["localhost/postgres", "postgres"],
        ["host:5000/postgres:1", "postgres"],
        ["team/Postgres", "team/postgres"],
        ["", ""],
    ];
    for (const [reference, repository] of CASES) {
        it(`reads ${reference || "nothing"}`, () => assert.equal(imageName(reference).repository, repository));
    }

    it("does not depend on registry, tag and digest", () => {
        const part = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
        fc.assert(
            fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), part, (parts, tag) => {
                const repository = parts.join("/");
                assert.equal(imageName(`host.example:5000/${repository}:${tag}@sha256:00`).repository, repository);
            }),
        );
    });
});

describe("imageIs", () => {
    const CASES: readonly (readonly [string, string, boolean])[] = [
        ["mirror.example/hub/mysql:8", "mysql", true],
        ["quay.example/sclorg/mysql-80-c9s", "mysql", true],
        ["mysql57", "mysql", true],
        ["example/mysql-exporter", "mysql", false],
        ["example/mysqlx", "mysql", false],
        ["mirror.example/mssql/server:2022", "mssql/server", true],
        ["example/server", "mssql/server", false],
        ["example/notmssql/server", "mssql/server", false],
        ["registry.example/etcd-amd64:3.4", "etcd", true],
        ["kafka/demo:kafka", "kafka", false],
    ];
    for (const [reference, pattern, expected] of CASES) {
        it(`${reference} ${expected ? "is" : "is not"} ${pattern}`, () =>
            assert.equal(imageIs(reference, pattern), expected));
    }
});

describe("isCompanion", () => {
    for (const image of [
        "x/redis_exporter:1",
        "x/kafka-ui",
        "x/postgres-operator",
        "x/cloud-sql-proxy",
        "x/mysql-client",
    ]) {
        it(`takes ${image} for one`, () => assert.ok(isCompanion(image)));
    }
    for (const image of ["postgres", "x/suite", "x/proxyless", "exporter.example/mysql"]) {
        it(`takes ${image} for none`, () => assert.ok(!isCompanion(image)));
    }
});
