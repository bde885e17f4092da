import assert from "node:assert/strict";
import { initialQuorum, quorumBootstrapServers } from "../../../../stacks/workloads/kafka/quorum.ts";

const group = { name: "kafka-controller", namespace: "streams", replicas: 3, seed: "p/s/streams/kafka" };
const host = (ordinal: number) =>
    `kafka-controller-${ordinal}.kafka-controller-headless.streams.svc.cluster.local:9093`;

describe("quorumBootstrapServers", () => {
    it("lists every controller by its own name", () => {
        assert.equal(quorumBootstrapServers(group), [0, 1, 2].map(host).join(","));
        assert.equal(quorumBootstrapServers({ ...group, replicas: 5 }), [0, 1, 2, 3, 4].map(host).join(","));
    });
});

describe("initialQuorum", () => {
    const voters = initialQuorum(group).split(",");

    it("names each of the first three with its address and a directory of its own", () => {
        assert.deepEqual(
            voters.map((voter) => voter.slice(0, voter.lastIndexOf(":"))),
            [0, 1, 2].map((ordinal) => `${ordinal}@${host(ordinal)}`),
        );
        const directories = voters.map((voter) => voter.slice(voter.lastIndexOf(":") + 1));
        assert.equal(new Set(directories).size, 3);
        directories.forEach((directory) => assert.match(directory, /^[\w-]{22}$/));
    });

    it("stays what it was when the quorum grows: a founder that is formatted again tells the same story", () => {
        assert.equal(initialQuorum({ ...group, replicas: 7 }), initialQuorum(group));
    });
});
