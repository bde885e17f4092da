import assert from "node:assert/strict";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { ApiError } from "../../../../tools/control-plane/client/api-error.ts";
import type { Client } from "../../../../tools/control-plane/client.ts";
import { Leases } from "../../../../tools/control-plane/keeper/leases.ts";

const NODE = { apiVersion: "v1", kind: "Node", metadata: { name: "a", uid: "uid-a" } };

interface Sent {
    readonly metadata: object;
    readonly spec: {
        readonly renewTime: string;
        readonly holderIdentity?: string;
        readonly leaseDurationSeconds?: number;
    };
}

describe("leases", () => {
    let created: Sent[];
    let renewed: Sent[];
    let errors: Error[];
    let leases: Leases;

    const client = {
        patch: async (lease: object, change: Sent) => {
            if (created.length === 0) {
                throw new ApiError("PATCH Lease a", 404, "");
            }
            renewed.push({ ...lease, ...change });
        },
        create: async (lease: Sent) => {
            created.push(lease);
        },
    } as unknown as Client;

    /** Lets time pass by seconds, with what is due in each. */
    async function pass(seconds: number): Promise<void> {
        for (let second = 0; second < seconds; second += 1) {
            mock.timers.tick(1000);
            await turn();
        }
    }

    beforeEach(() => {
        [created, renewed, errors] = [[], [], []];
        mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-03-01T10:00:00Z") });
        leases = new Leases(client, (error) => errors.push(error));
    });

    afterEach(() => {
        leases.endAll();
        mock.timers.reset();
        assert.deepEqual(errors, []);
    });

    it("are made within ten seconds, and go with their node", async () => {
        leases.renew(NODE);
        await pass(10);
        const [lease] = created;
        assert.deepEqual(lease?.metadata, {
            name: "a",
            namespace: "kube-node-lease",
            ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "a", uid: "uid-a" }],
        });
        assert.equal(lease?.spec.holderIdentity, "a");
        assert.equal(lease?.spec.leaseDurationSeconds, 40);
        assert.match(lease?.spec.renewTime ?? "", /^2026-03-01T10:00:\d\d\.\d{6}Z$/);
    });

    it("are renewed once in ten seconds, however often their node is seen", async () => {
        leases.renew(NODE);
        await pass(10);
        leases.renew(NODE);
        await pass(60);
        assert.equal(renewed.length, 6);
        assert.equal(new Set(renewed.map(({ spec }) => spec.renewTime)).size, 6);
    });

    it("are left as they are once their node is silent, and renewed again when it is back", async () => {
        leases.renew(NODE);
        await pass(30);
        leases.end("a");
        const before = renewed.length;
        await pass(60);
        assert.equal(renewed.length, before);
        leases.renew(NODE);
        await pass(20);
        assert.equal(renewed.length, before + 2);
    });
});
