import assert from "node:assert/strict";
import { externalEndpoint } from "../../../../stacks/workloads/kafka/endpoint.ts";

describe("externalEndpoint", () => {
    it("joins the brokers' addresses, and knows the ports of their listeners", () => {
        const endpoint = externalEndpoint({
            kind: "external",
            bootstrapServers: ["b-1.example.com:9096", "b-2.example.com:9096", "b-3.example.com:443"],
            security: { kind: "tls" },
            topic: { name: "events", partitions: 48 },
        });
        assert.deepEqual(endpoint, {
            bootstrapServers: "b-1.example.com:9096,b-2.example.com:9096,b-3.example.com:443",
            ports: [9096, 443],
            security: { kind: "tls" },
        });
    });
});
