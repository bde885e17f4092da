import assert from "node:assert/strict";
import { addressesIn, hostsWithoutPort } from "./addresses.ts";

const DB = "db.data.svc.cluster.local";

const rows: readonly (readonly [what: string, text: string, addresses: readonly string[]])[] = [
    ["by itself", `${DB}:5432`, [`${DB}:5432`]],
    ["in a URL with a password", `postgresql://me:s3cret@${DB}:5432/app?x=1`, [`${DB}:5432`]],
    ["in a list", "servers=a.b.svc:1,c.d.svc:2", ["a.b.svc:1", "c.d.svc:2"]],
    ["between ids", `0@${DB}:9093:kQhPb-x,1@${DB}:9094:x`, [`${DB}:9093`, `${DB}:9094`]],
    ["behind a shell's variable", `CLIENT://$POD.${DB}:9092"`, [`$POD.${DB}:9092`]],
    ["behind a container's variable", `$(POD).${DB}:9092`, [`$(POD).${DB}:9092`]],
    ["in parts", `app = host=${DB} port=5432 dbname=app`, [`${DB}:5432`]],
    ["in YAML", `- name: loki\n  host: ${DB}\n  port: 3100\n  labels: x`, [`${DB}:3100`]],
    ["none of another key's port", `host: ${DB}\n  http_port: 3100`, []],
    ["twice, once", `${DB}:5432 ${DB}:5432`, [`${DB}:5432`]],
    ["none in a listener, a time or a path", "CONTROLLER://:9093 at 12:30x /a/b", []],
];

describe("addresses in texts", () => {
    for (const [what, text, expected] of rows) {
        it(`are found ${what}`, () => {
            assert.deepEqual(
                addressesIn([text]).map(({ host, port }) => `${host}:${port}`),
                expected,
            );
        });
    }

    it("are missed where a host of the cluster has no port in any of them", () => {
        assert.deepEqual(hostsWithoutPort([`http://${DB}/path`, "http://example.com/"]), [DB]);
        assert.deepEqual(hostsWithoutPort([DB, `${DB}:5432`]), []);
        assert.deepEqual(hostsWithoutPort(["a.b.svcs", "a.b.svc.example"]), []);
    });
});
