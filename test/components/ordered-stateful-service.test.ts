import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import {
    OrderedStatefulService,
    type OrderedStatefulServiceArgs,
    replicaAddress,
} from "../../components/ordered-stateful-service.ts";
import { ORDERED } from "../support/arguments.ts";
import { type Collected, collect, ofType, only } from "../support/mocks.ts";

const WORKLOAD = "dataplatform:workload:OrderedStatefulService";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const SERVICE = "kubernetes:core/v1:Service";
const VOLUME = { mountPath: "/data", size: "20Gi", storageClass: "gp3-retain" } as const;

function made(change: Partial<OrderedStatefulServiceArgs> = {}): Promise<Collected[]> {
    return collect(() => new OrderedStatefulService("db", { ...ORDERED, ...change } as OrderedStatefulServiceArgs));
}

/** With one volume per replica, through a claim provider. */
function withVolumes(change: Partial<OrderedStatefulServiceArgs> = {}): Promise<Collected[]> {
    return collect(() => {
        const claimProvider = new k8s.Provider("claims", { upsertExistingObjects: true });
        const args = { ...ORDERED, volumes: { data: VOLUME }, security: { volumeGroup: 70 }, claimProvider, ...change };
        return new OrderedStatefulService("db", args as OrderedStatefulServiceArgs);
    });
}

describe("OrderedStatefulService", () => {
    it("makes a governing and a client service", async () => {
        const resources = await made();
        const governing = only(resources, SERVICE, "db-headless").inputs["spec"];
        const client = only(resources, SERVICE, "db").inputs["spec"];
        assert.equal(governing.clusterIP, "None");
        assert.equal(only(resources, STATEFUL_SET).inputs["spec"].serviceName, "db-headless");
        assert.deepEqual(client.ports, [{ name: "http", port: 8080, targetPort: "http", protocol: "TCP" }]);
        assert.equal(client.clusterIP, undefined);
    });

    it("declares the claim of each ordinal, kept on delete and made by the claims' own provider", async () => {
        const resources = await withVolumes();
        const claims = ofType(resources, CLAIM);
        assert.deepEqual(
            claims.map((c) => c.inputs["metadata"].name),
            ["data-db-0", "data-db-1", "data-db-2"],
        );
        for (const claim of claims) {
            assert.equal(claim.options.retainOnDelete, true);
            assert.equal(claim.options.protect, false);
            assert.equal(claim.provider, only(resources, "pulumi:providers:kubernetes").urn);
            assert.deepEqual(claim.options.ignoreChanges, ["spec.storageClassName"]);
            assert.deepEqual(claim.inputs["metadata"].annotations, {
                "pulumi.com/skipAwait": "true",
                "pulumi.com/patchFieldManager": "dataplatform-claims",
                "dataplatform/storage-class": "gp3-retain",
            });
            assert.deepEqual(claim.inputs["spec"], {
                accessModes: ["ReadWriteOnce"],
                storageClassName: "gp3-retain",
                resources: { requests: { storage: "20Gi" } },
            });
        }
    });

    it("makes the claims before the StatefulSet, whose templates it never changes", async () => {
        const resources = await withVolumes();
        const statefulSet = only(resources, STATEFUL_SET);
        assert.ok(ofType(resources, CLAIM).every((claim) => statefulSet.dependencies.includes(claim.urn)));
        assert.deepEqual(statefulSet.options.ignoreChanges, ["spec.volumeClaimTemplates"]);
        assert.equal(statefulSet.inputs["spec"].volumeClaimTemplates[0].metadata.name, "data");
    });

    it("starts counting where it is told: pods, claims and addresses", async () => {
        const resources = await withVolumes({ start: 100 });
        assert.deepEqual(only(resources, STATEFUL_SET).inputs["spec"].ordinals, { start: 100 });
        assert.deepEqual(
            ofType(resources, CLAIM).map((c) => c.name),
            ["data-db-100", "data-db-101", "data-db-102"],
        );
        assert.equal(replicaAddress("db", "apps", 100), "db-100.db-headless.apps.svc.cluster.local");
    });

    it("takes performance from a VolumeAttributesClass", async () => {
        const resources = await withVolumes({ volumes: { data: { ...VOLUME, attributesClass: "gp3-fast" } } });
        assert.equal(ofType(resources, CLAIM)[0]?.inputs["spec"].volumeAttributesClassName, "gp3-fast");
    });

    it("keeps claims and pods whatever happens to the StatefulSet", async () => {
        const { metadata, spec } = only(await withVolumes(), STATEFUL_SET).inputs;
        assert.equal(metadata.annotations["pulumi.com/deletionPropagationPolicy"], "orphan");
        assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted: "Retain", whenScaled: "Retain" });
    });

    it("without volumes leaves no pods behind", async () => {
        const { metadata } = only(await made(), STATEFUL_SET).inputs;
        assert.equal(metadata.annotations["pulumi.com/deletionPropagationPolicy"], undefined);
    });

    it("waits for a node in each zone before it puts a second volume into one", async () => {
        const minDomains = async (replicas: number): Promise<unknown> =>
            only(await withVolumes({ replicas }), STATEFUL_SET).inputs["spec"].template.spec
                .topologySpreadConstraints[0].minDomains;
        assert.equal(await minDomains(3), 3);
        assert.equal(await minDomains(4), undefined);
    });

    it("calls somebody when fewer than it needs are left", async () => {
        const expression = async (change: Partial<OrderedStatefulServiceArgs>): Promise<string> => {
            const rule = only(await made(change), "kubernetes:monitoring.coreos.com/v1:PrometheusRule").inputs["spec"];
            return rule.groups[0].rules.find((r: { alert: string }) => r.alert === "StatefulSetUnavailable").expr;
        };
        assert.match(await expression({}), /< 1/);
        assert.match(await expression({ minAvailable: 2 }), /< 2/);
        assert.match(await expression({ quorum: "majority", replicas: 5 }), /< 3/);
    });

    for (const [replicas, away] of [
        [3, 1],
        [5, 2],
        [7, 3],
    ] as const) {
        it(`a majority of ${replicas} spares ${away}`, async () => {
            const resources = await made({ quorum: "majority", replicas });
            assert.equal(
                only(resources, "kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"].maxUnavailable,
                away,
            );
        });
    }

    it("without a majority spares one", async () => {
        const resources = await made({ replicas: 6 });
        assert.equal(only(resources, "kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"].maxUnavailable, 1);
    });

    it("is ordered by default; in parallel, pods find each other before they are ready", async () => {
        const of = async (order: "ordered" | "parallel"): Promise<unknown[]> => {
            const resources = await made({ order });
            return [
                only(resources, STATEFUL_SET).inputs["spec"].podManagementPolicy,
                only(resources, SERVICE, "db-headless").inputs["spec"].publishNotReadyAddresses,
            ];
        };
        assert.deepEqual(await of("ordered"), ["OrderedReady", false]);
        assert.deepEqual(await of("parallel"), ["Parallel", true]);
    });

    it("waits for one replica after the other", async () => {
        const { metadata } = only(await made(), STATEFUL_SET).inputs;
        // 3 replicas, each 30 + 20 + 30 + 10 s, and 120 s of slack.
        assert.equal(metadata.annotations["pulumi.com/timeoutSeconds"], String(3 * 90 + 120));
    });

    it("a canary is not waited for, and its partition counts from the first ordinal", async () => {
        const resources = await made({ start: 100, update: { kind: "canary", partition: 102 } });
        const { metadata, spec } = only(resources, STATEFUL_SET).inputs;
        assert.equal(metadata.annotations["pulumi.com/skipAwait"], "true");
        assert.equal(metadata.annotations["pulumi.com/timeoutSeconds"], undefined);
        assert.deepEqual(spec.updateStrategy, { type: "RollingUpdate", rollingUpdate: { partition: 2 } });
    });

    it("insists on zones with a volume, on hosts with a majority, on neither where there are no zones", async () => {
        const spread = async (resources: Promise<Collected[]>): Promise<string[]> =>
            only(await resources, STATEFUL_SET).inputs["spec"].template.spec.topologySpreadConstraints.map(
                (c: { whenUnsatisfiable: string }) => c.whenUnsatisfiable,
            );
        assert.deepEqual(await spread(made()), ["ScheduleAnyway", "ScheduleAnyway"]);
        assert.deepEqual(await spread(withVolumes()), ["DoNotSchedule", "ScheduleAnyway"]);
        assert.deepEqual(await spread(withVolumes({ quorum: "majority", replicas: 3 })), [
            "DoNotSchedule",
            "DoNotSchedule",
        ]);
        const cluster = { zones: 0 };
        assert.deepEqual(await spread(withVolumes({ quorum: "majority", replicas: 3, cluster })), ["ScheduleAnyway"]);
    });

    it("promises what its failover gives", async () => {
        const failover = { kind: "promotion", leaderTimeToLive: "30 seconds", promotion: "15 seconds" } as const;
        const resources = await made({ failover, availability: { downtimeBudget: "5 minutes" } });
        const { recovery } = only(resources, WORKLOAD).inputs;
        assert.deepEqual(
            [recovery.kind, recovery.event, recovery.seconds, recovery.limitSeconds],
            ["promotion", "zone", 100, 300],
        );
    });

    it("refuses to promise five minutes with one replica: a StatefulSet's pod waits for a hand", () => {
        assert.throws(
            () =>
                new OrderedStatefulService("db", {
                    ...ORDERED,
                    replicas: 1,
                    availability: { downtimeBudget: "5 minutes" },
                }),
            /availability\.downtimeBudget.*declared out of service by hand 900 s/,
        );
    });

    it("mounts its volumes for its group", async () => {
        const { spec } = only(await withVolumes(), STATEFUL_SET).inputs["spec"].template;
        assert.deepEqual(spec.containers[0].volumeMounts, [{ name: "data", mountPath: "/data" }]);
        assert.equal(spec.securityContext.fsGroup, 70);
        assert.equal(spec.securityContext.fsGroupChangePolicy, "OnRootMismatch");
    });

    it("changes each child by its transform", async () => {
        const rename = <T>(args: T): T => ({ ...args, metadata: { name: "renamed" } });
        const resources = await withVolumes({
            transform: {
                statefulSet: rename,
                governingService: rename,
                clientService: rename,
                podDisruptionBudget: rename,
                persistentVolumeClaim: rename,
            },
        });
        const renamed = resources.filter((r) => r.inputs["metadata"]?.name === "renamed").map((r) => r.type);
        assert.deepEqual(
            renamed.toSorted(),
            [
                STATEFUL_SET,
                CLAIM,
                CLAIM,
                CLAIM,
                SERVICE,
                SERVICE,
                "kubernetes:policy/v1:PodDisruptionBudget",
            ].toSorted(),
        );
    });
});
