import assert from "node:assert/strict";
import * as fc from "fast-check";
import { clientService, governingService, governingServiceName, podPorts } from "../../../components/specs/service.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { OWNER, ports, rendered } from "./arbitraries.ts";

const SIDECAR = { image: "e:1", resources: { cpu: "1", memory: "1Gi" } } as const;

describe("services", () => {
    it("have the container's own numbers, which is what the VPC CNI's network policies match", () => {
        fc.assert(
            fc.property(ports, fc.boolean(), (own, publish) => {
                const source = { ...OWNER, ports: own };
                const client = rendered("v1", "Service", clientService("db", source));
                const governing = rendered("v1", "Service", governingService("db", source, publish));
                [client, governing].forEach(assertValid);
                assert.deepEqual(client["spec"].ports, governing["spec"].ports);
                assert.deepEqual(client["spec"].selector, governing["spec"].selector);
                for (const [i, [name, port]] of Object.entries(own).entries()) {
                    const made: Inputs = client["spec"].ports[i];
                    assert.equal(made["port"], typeof port === "number" ? port : port.port);
                    assert.deepEqual([made["name"], made["targetPort"]], [name, name]);
                }
                assert.equal(governing["spec"].publishNotReadyAddresses, publish);
            }),
        );
    });

    it("are two, of different names, one of them without an address of its own", () => {
        const { metadata, spec } = rendered("", "", governingService("db", OWNER, false));
        assert.deepEqual([metadata.name, spec.clusterIP, spec.ports], ["db-headless", "None", []]);
        assert.equal(governingServiceName("db"), metadata.name);
        assert.equal(rendered("", "", clientService("db", OWNER))["metadata"].name, "db");
    });

    it("lead to the sidecars' ports as well, after the container's own", () => {
        const source = {
            ports: { http: 8080 },
            sidecars: { quiet: SIDECAR, exporter: { ...SIDECAR, ports: { metrics: 9100 } } },
        };
        assert.deepEqual(podPorts(source), [
            ["http", 8080],
            ["metrics", 9100],
        ]);
    });
});
