import assert from "node:assert/strict";
import { cacheUrl, proxiedCacheUrl } from "../../../../stacks/workloads/redash/cache-url.ts";

describe("the address of Redash's cache", () => {
    it("asks for TLS, and for a certificate that is right, where the cache wants TLS", () => {
        assert.equal(cacheUrl({ host: "c", port: 6379, tls: false }), "redis://c:6379/0");
        assert.equal(cacheUrl({ host: "c", port: 6379, tls: true }), "rediss://c:6379/0?ssl_cert_reqs=required");
    });

    it("has the password of a cache that asks for one, whatever is in it", () => {
        assert.equal(proxiedCacheUrl("c", 6379, "a/b@c"), "redis://:a%2Fb%40c@c:6379/0");
    });
});
