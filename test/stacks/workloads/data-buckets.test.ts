import assert from "node:assert/strict";
import { dataStatements } from "../../../stacks/workloads/data-buckets.ts";
import { groupOfConfig } from "../../../stacks/workloads/kafka/group-of-config.ts";
import { KafkaConnect } from "../../../stacks/workloads/kafka-connect.ts";
import { KafkaConsumerGroup } from "../../../stacks/workloads/kafka-consumers.ts";
import { type Collected, collect, type Inputs, ofType, only } from "../../support/mocks.ts";
import { BROKERS } from "./kafka/brokers.ts";
import { sparkContext } from "./spark/context.ts";

type Buckets = NonNullable<ConstructorParameters<typeof KafkaConnect>[1]["config"]["dataBuckets"]>;

const LAKE = { name: "lake", keyArn: "lake-key", access: "write" } as const;
const LANDING = { name: "landing", keyArn: "landing-key", access: "read" } as const;

const SET = "kubernetes:apps/v1:StatefulSet";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** With one of the fields left out where there is nothing to put in. */
const given = (dataBuckets: Buckets | undefined) => (dataBuckets === undefined ? {} : { dataBuckets });

const consumers = (membership: "static" | "dynamic", dataBuckets?: Buckets, onAws = true): Promise<Collected[]> =>
    collect(() => {
        const { aws, ...elsewhere } = sparkContext();
        new KafkaConsumerGroup(
            "reader",
            groupOfConfig({
                config: {
                    kafka: {
                        kind: "external",
                        bootstrapServers: ["b:9092"],
                        security: { kind: "plaintext" },
                        groupSessionTimeout: "20 seconds",
                        topic: { name: "events", partitions: 48 },
                    },
                    consumers: {
                        image: "acme/reader:1.0.0",
                        command: ["/run"],
                        group: "reader",
                        membership:
                            membership === "static"
                                ? { kind: "static", replicas: 12, restartTime: "15 seconds" }
                                : { kind: "dynamic", min: 2, max: 12, lagPerReplica: 1000 },
                        protocol: { kind: "consumer" },
                        lagBudget: "30 seconds",
                        resources: { cpu: "250m", memory: "512Mi" },
                        ...given(dataBuckets),
                    },
                },
                context: onAws ? { ...elsewhere, aws } : elsewhere,
                namespace: "kafka",
                brokers: BROKERS,
            }),
        );
    });

const workers = (dataBuckets?: Buckets, onAws = true): Promise<Collected[]> =>
    collect(() => {
        const { aws, ...elsewhere } = sparkContext();
        new KafkaConnect("kafka-connect", {
            config: {
                image: "acme/connect:1.0.0",
                replicas: 2,
                resources: { cpu: "1", memory: "2Gi" },
                ...given(dataBuckets),
            },
            context: onAws ? { ...elsewhere, aws } : elsewhere,
            namespace: "kafka",
            brokers: BROKERS,
        });
    });

const SERVICES = [
    ["static consumers", "reader", SET, (buckets?: Buckets, onAws?: boolean) => consumers("static", buckets, onAws)],
    [
        "dynamic consumers",
        "reader",
        DEPLOYMENT,
        (buckets?: Buckets, onAws?: boolean) => consumers("dynamic", buckets, onAws),
    ],
    ["Kafka Connect", "kafka-connect", DEPLOYMENT, workers],
] as const;

const statements = (resources: readonly Collected[]): readonly Inputs[] =>
    JSON.parse(only(resources, "aws:iam/rolePolicy:RolePolicy").inputs["policy"]).Statement;

const template = (resources: readonly Collected[], type: string): Inputs =>
    only(resources, type).inputs["spec"].template;

const regionOf = (resources: readonly Collected[], type: string): unknown =>
    template(resources, type)["spec"].containers[0].env.find(({ name }: Inputs) => name === "AWS_REGION")?.value;

describe("Buckets of data", () => {
    it("are read, or read, written and emptied, and nothing else is, with their keys for them alone", () => {
        const actions = (access: "read" | "write", resource: string): readonly string[] =>
            dataStatements("eu-central-1", [{ name: "lake", keyArn: "lake-key", access }])
                .filter(({ resources }) => resources.includes(resource))
                .flatMap((statement) => statement.actions);
        assert.deepEqual(actions("read", "arn:aws:s3:::lake/*"), ["s3:GetObject"]);
        assert.deepEqual(actions("read", "lake-key"), ["kms:Decrypt"]);
        assert.ok(actions("write", "arn:aws:s3:::lake/*").includes("s3:DeleteObject"));
        assert.deepEqual(dataStatements("eu-central-1", []), []);
    });

    for (const [what, account, type, make] of SERVICES) {
        describe(`of ${what}`, () => {
            let reached: Collected[];
            before(async () => {
                reached = await make([LAKE, LANDING]);
            });

            it("are reached by a role of its service account, and by nothing more", () => {
                const { inputs } = only(reached, ASSOCIATION);
                assert.deepEqual([inputs["namespace"], inputs["serviceAccount"]], ["kafka", account]);
                assert.equal(template(reached, type)["spec"].serviceAccountName, account);
                const named = statements(reached).flatMap(({ Resource }) => Resource);
                assert.deepEqual(
                    named.toSorted((a, b) => String(a).localeCompare(String(b))),
                    [
                        "arn:aws:s3:::lake",
                        "arn:aws:s3:::lake/*",
                        "arn:aws:s3:::landing",
                        "arn:aws:s3:::landing/*",
                        "lake-key",
                        "landing-key",
                    ],
                );
            });

            it("are waited for, by pods that were not there before the role", async () => {
                assert.ok(only(reached, type).dependencies.includes(only(reached, ASSOCIATION).urn));
                assert.equal(regionOf(reached, type), "eu-central-1");
                // A pod that was started without a role has none for as long as it lives.
                assert.notDeepEqual(template(reached, type), template(await make(), type));
            });

            for (const [why, buckets, onAws] of [
                ["none is asked for", undefined, true],
                ["the list is empty", [], true],
                ["there is no AWS", [LAKE], false],
            ] as const) {
                it(`are none, and there is no role, where ${why}`, async () => {
                    const alone = await make(buckets === undefined ? undefined : [...buckets], onAws);
                    assert.deepEqual([...ofType(alone, ROLE), ...ofType(alone, ASSOCIATION)], []);
                    assert.equal(regionOf(alone, type), undefined);
                });
            }
        });
    }
});
