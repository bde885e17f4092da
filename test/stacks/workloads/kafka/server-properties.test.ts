import assert from "node:assert/strict";
import { brokerProperties, controllerProperties } from "../../../../stacks/workloads/kafka/server-properties.ts";

const controllers = { name: "kafka-controller", namespace: "kafka", replicas: 3, seed: "p/s/kafka/kafka" };
const controller = controllerProperties(controllers);
const broker = brokerProperties(controllers, "20 seconds");

describe("what brokers and controllers share", () => {
    for (const [role, properties] of Object.entries({ controller, broker })) {
        it(`finds the quorum, and keeps what is acknowledged: ${role}`, () => {
            assert.match(String(properties["controller.quorum.bootstrap.servers"]), /^kafka-controller-0\..*:9093,/);
            assert.equal(properties["controller.listener.names"], "CONTROLLER");
            assert.equal(properties["min.insync.replicas"], 2);
            assert.equal(properties["unclean.leader.election.enable"], false);
            assert.equal(properties["auto.create.topics.enable"], false);
        });

        it(`keeps the log below the mount, away from lost+found: ${role}`, () => {
            assert.equal(properties["log.dirs"], "/var/lib/kafka/data/log");
        });

        it(`leaves to the pod what only the pod knows: ${role}`, () => {
            for (const key of ["node.id", "advertised.listeners", "broker.rack", "controller.quorum.voters"]) {
                assert.ok(!(key in properties), key);
            }
        });
    }
});

describe("controllerProperties", () => {
    it("is a controller and nothing else", () => {
        assert.equal(controller["process.roles"], "controller");
        assert.equal(controller["listeners"], "CONTROLLER://:9093");
    });

    it("has the times that the recovery budgets are computed from", () => {
        assert.equal(controller["broker.session.timeout.ms"], 9000);
        assert.equal(controller["controller.quorum.fetch.timeout.ms"], 2000);
    });

    it("has the number of copies, since it is who makes topics", () => {
        assert.equal(controller["default.replication.factor"], 3);
        assert.ok(!("default.replication.factor" in broker));
    });

    it("takes in further controllers by itself", () => {
        assert.equal(controller["controller.quorum.auto.join.enable"], true);
    });
});

describe("brokerProperties", () => {
    it("is a broker and nothing else", () => {
        assert.equal(broker["process.roles"], "broker");
        assert.equal(broker["listeners"], "CLIENT://:9092");
        assert.equal(broker["inter.broker.listener.name"], "CLIENT");
    });

    it("keeps three copies of every internal topic, two of them in time", () => {
        assert.equal(broker["offsets.topic.replication.factor"], 3);
        for (const topic of ["transaction.state.log", "share.coordinator.state.topic"]) {
            assert.equal(broker[`${topic}.replication.factor`], 3);
            assert.equal(broker[`${topic}.min.isr`], 2);
        }
    });

    it("lowers the session timeout of groups below Kafka's minimum of 45 s, and the heartbeats with it", () => {
        assert.equal(broker["group.consumer.session.timeout.ms"], 20_000);
        assert.equal(broker["group.consumer.min.session.timeout.ms"], 20_000);
        assert.equal(broker["group.consumer.max.session.timeout.ms"], 60_000);
        assert.equal(broker["group.consumer.heartbeat.interval.ms"], 5000);
        assert.equal(broker["group.consumer.min.heartbeat.interval.ms"], 5000);
        assert.equal(broker["group.consumer.max.heartbeat.interval.ms"], 15_000);
    });

    it("is what Kafka starts with, whatever the timeout (GroupCoordinatorConfig)", () => {
        for (const session of ["6 seconds", "20 seconds", "60 seconds", "2 minutes"] as const) {
            const properties = brokerProperties(controllers, session);
            const of = (key: string) => Number(properties[`group.consumer.${key}.ms`]);
            for (const what of ["session.timeout", "heartbeat.interval"]) {
                assert.ok(of(`min.${what}`) <= of(what) && of(what) <= of(`max.${what}`), `${session}: ${what}`);
            }
            assert.ok(of("heartbeat.interval") < of("session.timeout"));
        }
    });
});
