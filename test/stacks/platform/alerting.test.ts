import assert from "node:assert/strict";
import { Alerting } from "../../../stacks/platform/alerting.ts";
import { alertmanagerConfig } from "../../../stacks/platform/alerting-config.ts";
import { COMPUTED, type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";

const make = (): Promise<Collected[]> =>
    collect(() => {
        new Alerting("alerting", {
            clusterName: "dp",
            clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/dp",
            site: { account: "111122223333", region: "eu-central-1" },
            namespace: "monitoring",
            serviceAccount: "alertmanager",
            emails: ["a@example.com", "b@example.com"],
            protect: true,
        });
    });

describe("Alerting", () => {
    let made: Collected[] = [];
    before(async () => {
        made = await make();
    });

    it("tells everybody who is listed", () => {
        const subscriptions = ofType(made, "aws:sns/topicSubscription:TopicSubscription");
        assert.deepEqual(
            subscriptions.map(({ inputs }) => [inputs["protocol"], inputs["endpoint"]]),
            [
                ["email", "a@example.com"],
                ["email", "b@example.com"],
            ],
        );
        const alerts = only(made, "aws:sns/topic:Topic", "dp-alerts");
        assert.ok(subscriptions.every(({ propertyDependencies }) => propertyDependencies["topic"]?.[0] === alerts.urn));
    });

    it("watches the heartbeat from outside: no message is an alarm", () => {
        const { inputs, propertyDependencies } = only(made, "aws:cloudwatch/metricAlarm:MetricAlarm");
        assert.equal(inputs["treatMissingData"], "breaching");
        assert.deepEqual(
            [inputs["namespace"], inputs["metricName"], inputs["comparisonOperator"], inputs["threshold"]],
            ["AWS/SNS", "NumberOfMessagesPublished", "LessThanThreshold", 1],
        );
        assert.deepEqual(inputs["dimensions"], { TopicName: "dp-heartbeat" });
        const alerts = only(made, "aws:sns/topic:Topic", "dp-alerts");
        assert.deepEqual(propertyDependencies["alarmActions"], [alerts.urn]);
        assert.ok(inputs["period"] * inputs["evaluationPeriods"] <= 600);
    });

    it("encrypts topics with a key that an alarm may use, and rotates it", () => {
        const key = only(made, "aws:kms/key:Key");
        assert.equal(key.inputs["enableKeyRotation"], true);
        assert.equal(key.options.protect, true);
        const alarms = JSON.parse(key.inputs["policy"]).Statement.find(({ Sid }: Inputs) => Sid === "Alarms");
        assert.deepEqual(alarms.Principal, { Service: "cloudwatch.amazonaws.com" });
        assert.deepEqual(alarms.Condition, { StringEquals: { "aws:SourceAccount": "111122223333" } });
        for (const topic of ofType(made, "aws:sns/topic:Topic")) {
            assert.deepEqual(topic.propertyDependencies["kmsMasterKeyId"], [key.urn]);
        }
        assert.equal(ofType(made, "aws:sns/topicPolicy:TopicPolicy").length, 2);
    });

    it("lets Alertmanager publish to both topics, and nothing else", () => {
        const association = only(made, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
        assert.deepEqual(
            [association.inputs["namespace"], association.inputs["serviceAccount"]],
            ["monitoring", "alertmanager"],
        );
        const policy = only(made, "aws:iam/rolePolicy:RolePolicy");
        assert.equal(policy.inputs["policy"], COMPUTED);
        const topics = ofType(made, "aws:sns/topic:Topic").map(({ urn }) => urn);
        assert.deepEqual(
            policy.propertyDependencies["policy"]?.toSorted(),
            [...topics, only(made, "aws:kms/key:Key").urn].toSorted(),
        );
    });
});

describe("Alertmanager's configuration", () => {
    const config = alertmanagerConfig({
        region: "eu-central-1",
        alertsTopic: "arn:alerts",
        heartbeatTopic: "arn:heartbeat",
    }) as Inputs;
    const receiver = (name: string): Inputs => config["receivers"].find((one: Inputs) => one["name"] === name);
    const routeOf = (matcher: string): Inputs =>
        config["route"].routes.find(({ matchers }: Inputs) => matchers[0] === matcher);

    it("beats more often than once a minute, and never says that it ended", () => {
        const { receiver: name, group_interval, repeat_interval } = routeOf('alertname = "Watchdog"');
        assert.deepEqual([group_interval, repeat_interval], ["60s", "50s"]);
        const [topic] = receiver(String(name))["sns_configs"];
        assert.deepEqual([topic.topic_arn, topic.send_resolved], ["arn:heartbeat", false]);
    });

    it("sends critical and warning to people, by the pod's own role", () => {
        for (const severity of ["critical", "warning"]) {
            const [topic] = receiver(routeOf(`severity = "${severity}"`)["receiver"])["sns_configs"];
            assert.equal(topic.topic_arn, "arn:alerts");
            assert.deepEqual(topic.sigv4, { region: "eu-central-1" });
        }
    });

    it("sends the rest nowhere, and has every receiver that a route names", () => {
        assert.deepEqual(receiver(config["route"].receiver), { name: "nobody" });
        const named = [config["route"], ...config["route"].routes].map((route: Inputs) => route["receiver"]);
        assert.ok(named.every((name) => receiver(name) !== undefined));
    });
});
