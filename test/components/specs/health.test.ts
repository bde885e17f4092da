import assert from "node:assert/strict";
import * as fc from "fast-check";
import { periodSeconds, probes } from "../../../components/specs/health.ts";
import { duration, seconds } from "../../../components/values/duration.ts";
import type { Health, HealthCheck } from "../../../components/workload-args.ts";
import type { Inputs } from "../../support/mocks.ts";
import { assertValid } from "../../support/schema.ts";
import { podOf } from "./arbitraries.ts";

const PORTS = { http: 8080, grpc: 9090 };
const time = fc.integer({ min: 1, max: 3600 }).map(duration);
const checks: fc.Arbitrary<HealthCheck> = fc.constantFrom<HealthCheck>(
    { kind: "http", path: "/healthz", port: "http" },
    { kind: "http", path: "/", port: "http", scheme: "HTTPS" },
    { kind: "tcp", port: "http" },
    { kind: "command", command: ["pg_isready"] },
    { kind: "grpc", port: "grpc" },
    { kind: "grpc", port: "grpc", service: "live" },
);
const health: fc.Arbitrary<Health> = fc.record(
    {
        ready: checks,
        startUp: time,
        alive: fc.oneof(checks, fc.constant("none" as const)),
        started: checks,
        every: time,
        timeout: time,
        failures: fc.integer({ min: 1, max: 20 }),
    },
    { requiredKeys: ["ready", "startUp"] },
);

describe("probes", () => {
    const handlers: readonly (readonly [what: string, check: HealthCheck, handler: object])[] = [
        ["http", { kind: "http", path: "/ok", port: "http" }, { httpGet: { path: "/ok", port: "http" } }],
        [
            "https",
            { kind: "http", path: "/ok", port: "http", scheme: "HTTPS" },
            { httpGet: { path: "/ok", port: "http", scheme: "HTTPS" } },
        ],
        ["tcp", { kind: "tcp", port: "http" }, { tcpSocket: { port: "http" } }],
        ["command", { kind: "command", command: ["a", "b"] }, { exec: { command: ["a", "b"] } }],
        ["grpc, by number", { kind: "grpc", port: "grpc" }, { grpc: { port: 9090 } }],
        ["a grpc service", { kind: "grpc", port: "grpc", service: "s" }, { grpc: { port: 9090, service: "s" } }],
    ];
    for (const [what, check, handler] of handlers) {
        it(`ask by ${what}`, () => {
            const { readinessProbe } = probes({ ready: check, startUp: "30 seconds" }, PORTS);
            assert.deepEqual(readinessProbe, { ...handler, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 });
        });
    }

    it("ask whether it has started in another way, if there is one", () => {
        const ready = { kind: "http", path: "/ready", port: "http" } as const;
        const started = { kind: "tcp", port: "http" } as const;
        const made = probes({ ready, started, startUp: "30 seconds" }, PORTS);
        assert.deepEqual(made.startupProbe.tcpSocket, { port: "http" });
        assert.deepEqual(made.readinessProbe.httpGet, { path: "/ready", port: "http" });
    });

    it("are ones that the API takes", () => {
        fc.assert(
            fc.property(health, (args) => {
                const made = probes(args, PORTS);
                assertValid(podOf({ name: "a", ...made }));
                for (const probe of Object.values(made) as Inputs[]) {
                    for (const field of ["periodSeconds", "timeoutSeconds", "failureThreshold"]) {
                        assert.ok(Number.isInteger(probe[field]) && probe[field] >= 1, `${field}: ${probe[field]}`);
                    }
                }
            }),
        );
    });

    it("give a start the time that it may take, and less than a period more", () => {
        fc.assert(
            fc.property(health, (args) => {
                const { periodSeconds: period, failureThreshold } = probes(args, PORTS).startupProbe as Inputs;
                // The first look may come at once, so that the last of them is after one period less.
                const patience = period * (failureThreshold - 1);
                assert.ok(patience >= seconds(args.startUp) && patience < seconds(args.startUp) + period);
            }),
        );
    });

    it("restart later than they take the traffic away", () => {
        fc.assert(
            fc.property(health, (args) => {
                const { readinessProbe, livenessProbe } = probes(args, PORTS) as {
                    readinessProbe: Inputs;
                    livenessProbe?: Inputs;
                };
                assert.equal(livenessProbe === undefined, args.alive === "none");
                assert.equal(readinessProbe["periodSeconds"], periodSeconds(args));
                if (livenessProbe !== undefined) {
                    assert.equal(livenessProbe["periodSeconds"], readinessProbe["periodSeconds"]);
                    assert.equal(livenessProbe["failureThreshold"], readinessProbe["failureThreshold"] * 3);
                }
            }),
        );
    });

    it("ask whether it lives by its own check, if there is one", () => {
        const made = probes(
            { ready: { kind: "tcp", port: "http" }, alive: { kind: "command", command: ["x"] }, startUp: "1 minute" },
            PORTS,
        );
        assert.deepEqual((made.livenessProbe as Inputs)["exec"], { command: ["x"] });
        assert.ok(!("tcpSocket" in (made.livenessProbe ?? {})));
        assert.ok("tcpSocket" in made.startupProbe);
    });
});
