import assert from "node:assert/strict";
import type {
    KubernetesObject,
    V1CSINode,
    V1PersistentVolume,
    V1PersistentVolumeClaim,
    V1Pod,
    V1VolumeAttachment,
} from "@kubernetes/client-node";
import type { Client } from "../../tools/control-plane/client.ts";
import { ControlPlane } from "../../tools/control-plane/control-plane.ts";
import { EbsDriver } from "../../tools/control-plane/ebs-driver.ts";
import { stackNodes } from "../../tools/control-plane/nodes.ts";
import { Recorder } from "../../tools/control-plane/recorder.ts";
import { stackConfig } from "../stacks/raw-config.ts";
import { BROKERS, claim, FAST, NAMESPACE, pod, storageClass } from "./ebs-driver/objects.ts";

const TIMEOUT_MS = 30_000;
const ORDINALS = [0, 1, 2];
const ZONE = "topology.kubernetes.io/zone";

/** How many volumes a node takes. */
const VOLUMES = 2;

/** The nodes of a stack, with few places for volumes. */
const NODES = stackNodes(stackConfig("prod"), { nodes: 6 }).map((object) => {
    const { spec } = object as V1CSINode;
    return object.kind === "CSINode"
        ? { ...object, spec: { drivers: spec.drivers.map((one) => ({ ...one, allocatable: { count: VOLUMES } })) } }
        : object;
});
const ZONES = new Set(NODES.flatMap(({ metadata }) => metadata?.labels?.[ZONE] ?? []));
const FULL_NODE = NODES[0]?.metadata?.name ?? "";

/** Of volumes that are made before their pod, in the full node's zone. */
const IMMEDIATE = storageClass("immediate", {
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: [...ZONES].slice(0, 1) }] }],
});

describe("EBS driver on a control plane", () => {
    let controlPlane: ControlPlane;
    let client: Client;
    let recorder: Recorder;
    let driver: EbsDriver;

    before(async () => {
        controlPlane = await ControlPlane.start({
            nodes: NODES,
            startUpScale: 0.01,
            customResources: [],
        });
        client = controlPlane.client;
        // Beside the control plane's own, since two at a time must do no harm.
        driver = await EbsDriver.start(client, { expandAfterMs: 300, attachAfterMs: 100 });
        recorder = await Recorder.start(client, [
            "pods",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "storage.k8s.io/v1/volumeattachments",
        ]);
        await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
        await client.apply({
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "default", namespace: NAMESPACE },
        });
        await client.apply(storageClass("retained"));
        await client.apply(storageClass("deleted", { reclaimPolicy: "Delete" }));
        await client.apply(FAST);
    });

    after(async () => {
        await recorder?.stop();
        await driver?.stop();
        await controlPlane?.stop();
    });

    const named = (kind: string, name: string | undefined): KubernetesObject | undefined =>
        recorder.current(kind).find(({ metadata }) => metadata?.name === name);
    const claimOf = (name: string): V1PersistentVolumeClaim | undefined => named("PersistentVolumeClaim", name);
    const podOf = (name: string): V1Pod | undefined => named("Pod", name);
    const volume = (name: string | undefined): V1PersistentVolume | undefined => named("PersistentVolume", name);
    const volumeOf = (name: string): V1PersistentVolume | undefined => volume(claimOf(name)?.spec?.volumeName);
    const attachmentOf = (name: string): V1VolumeAttachment | undefined =>
        (recorder.current("VolumeAttachment") as readonly V1VolumeAttachment[]).find(
            ({ spec }) => spec.source.persistentVolumeName === volumeOf(name)?.metadata?.name,
        );
    const brokerClaims = ORDINALS.map((ordinal) => `data-broker-${ordinal}`);
    const volumeUids = (): readonly unknown[] => brokerClaims.map((name) => volumeOf(name)?.metadata?.uid);
    const podUids = (): readonly unknown[] => ORDINALS.map((ordinal) => podOf(`broker-${ordinal}`)?.metadata?.uid);
    const zoneOf = (node: string | undefined): string | undefined => named("Node", node)?.metadata?.labels?.[ZONE];
    const affinity = (pinned: V1PersistentVolume | undefined): unknown =>
        pinned?.spec?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values?.[0];

    async function brokersRun(): Promise<void> {
        await recorder.waitFor(
            "three brokers to run, with their volumes attached",
            () =>
                ORDINALS.every((ordinal) => podOf(`broker-${ordinal}`)?.status?.phase === "Running") &&
                brokerClaims.every((name) => attachmentOf(name)?.status?.attached),
            TIMEOUT_MS,
        );
    }

    function unschedulable(name: string, reason: RegExp): Promise<unknown> {
        return recorder.waitFor(
            `pod ${name} to be refused by the scheduler: ${reason.source}`,
            () =>
                podOf(name)?.status?.conditions?.some(
                    ({ type, status, message }) =>
                        type === "PodScheduled" && status === "False" && reason.test(message ?? ""),
                ),
            TIMEOUT_MS,
        );
    }

    it("binds the claim of each replica to a volume in the replica's own zone", async () => {
        for (const name of brokerClaims) {
            await client.apply(claim(name, "1Gi", "retained"));
        }
        await client.apply(BROKERS);
        await brokersRun();
        const zones = ORDINALS.map((ordinal) => zoneOf(podOf(`broker-${ordinal}`)?.spec?.nodeName));
        assert.deepEqual(
            brokerClaims.map((name) => affinity(volumeOf(name))),
            zones,
        );
        assert.deepEqual(new Set(zones), ZONES);
        assert.ok(brokerClaims.every((name) => claimOf(name)?.status?.phase === "Bound"));
    });

    it("grows and modifies volumes under running pods, in the steps of the real resizer", async () => {
        const mark = recorder.mark();
        const before = [...volumeUids(), ...podUids()];
        for (const name of brokerClaims) {
            await client.apply(claim(name, "2Gi", "retained", "fast"));
        }
        await recorder.waitFor(
            "the claims to have 2Gi and the new attributes",
            () =>
                brokerClaims.every((name) => {
                    const { capacity, currentVolumeAttributesClassName } = claimOf(name)?.status ?? {};
                    return capacity?.["storage"] === "2Gi" && currentVolumeAttributesClassName === "fast";
                }),
            TIMEOUT_MS,
        );
        assert.deepEqual([...volumeUids(), ...podUids()], before);
        for (const name of brokerClaims) {
            const seen = (recorder.since(mark).map(({ object }) => object) as readonly V1PersistentVolumeClaim[])
                .filter(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata?.name === name)
                .map(({ status }) => {
                    const resizing = status?.conditions?.find(({ type }) => type !== "ModifyingVolume");
                    return [resizing?.type ?? "none", status?.capacity?.["storage"]].join(" ");
                });
            assert.deepEqual(
                seen.filter((state, index) => state !== seen[index - 1]),
                ["none 1Gi", "Resizing 1Gi", "FileSystemResizePending 1Gi", "none 2Gi"],
            );
            assert.equal(volumeOf(name)?.spec?.capacity?.["storage"], "2Gi");
            assert.equal(volumeOf(name)?.spec?.volumeAttributesClassName, "fast");
        }
    });

    it("gives a StatefulSet that was deleted and applied again the same volumes", async () => {
        const volumes = volumeUids();
        const pods = podUids();
        await client.remove(BROKERS, { propagationPolicy: "Foreground" });
        await recorder.waitFor(
            "the brokers to go and their volumes to be detached",
            () => podUids().every((uid) => uid === undefined) && recorder.current("VolumeAttachment").length === 0,
            TIMEOUT_MS,
        );
        assert.deepEqual(volumeUids(), volumes);
        await client.apply(BROKERS);
        await brokersRun();
        assert.deepEqual(volumeUids(), volumes);
        assert.ok(podUids().every((uid) => !pods.includes(uid)));
    });

    it("keeps a replica in the zone of its volume, even if it has to wait", async () => {
        const zone = affinity(volumeOf("data-broker-0"));
        const nodes = recorder.current("Node").filter(({ metadata }) => metadata?.labels?.[ZONE] === zone);
        const before = podUids();
        const cordon = (cordoned: boolean): Promise<unknown> =>
            Promise.all(nodes.map(({ metadata }) => client.cordon(metadata?.name ?? "", cordoned)));
        await cordon(true);
        await client.remove(pod("broker-0", {}));
        await recorder.waitFor("a new broker-0", () => podOf("broker-0") && podUids()[0] !== before[0], TIMEOUT_MS);
        await unschedulable("broker-0", /volume node affinity|PersistentVolume's node affinity/);
        await cordon(false);
        await brokersRun();
        assert.equal(zoneOf(podOf("broker-0")?.spec?.nodeName), zone);
    });

    it("has the scheduler refuse a node one volume more than it takes", async () => {
        await client.remove(BROKERS, { propagationPolicy: "Foreground" });
        await recorder.waitFor(
            "no volume to be attached",
            () => recorder.current("VolumeAttachment").length === 0,
            TIMEOUT_MS,
        );
        for (const name of ["one", "two", "three"]) {
            await client.apply(claim(name, "1Gi", "deleted"));
            await client.apply(pod(name, { nodeSelector: { "kubernetes.io/hostname": FULL_NODE } }));
            const bound = (): boolean => claimOf(name)?.status?.phase === "Bound";
            const refused = /max volume count/;
            await (name === "three"
                ? unschedulable(name, refused)
                : recorder.waitFor(`claim ${name} to be bound`, bound, TIMEOUT_MS));
        }
        await recorder.waitFor(
            "two volumes to be attached",
            () => ["one", "two"].every((name) => attachmentOf(name)?.status?.attached),
            TIMEOUT_MS,
        );
        await client.remove(pod("three", {}));
        await client.remove(claim("three", "1Gi", "deleted"));
    });

    it("refuses to attach the volume of a pod that went past the scheduler, until there is room", async () => {
        await client.apply(IMMEDIATE);
        await client.apply(claim("past", "1Gi", "immediate"));
        await recorder.waitFor("the claim to be bound", () => claimOf("past")?.status?.phase === "Bound", TIMEOUT_MS);
        await client.apply(pod("past", { nodeName: FULL_NODE }));
        const refused = await recorder.waitFor(
            "the attachment to be refused",
            () => attachmentOf("past")?.status?.attachError?.message,
            TIMEOUT_MS,
        );
        assert.match(refused, /AttachmentLimitExceeded: .* has 2 of 2 volumes attached/);
        const mark = recorder.mark();
        await client.remove(pod("two", {}));
        await recorder.waitFor("room, and the attachment", () => attachmentOf("past")?.status?.attached, TIMEOUT_MS);
        const attachments = recorder.since(mark).filter(({ object }) => object.kind === "VolumeAttachment");
        const freed = attachments.findIndex(({ type }) => type === "DELETED");
        const attached = attachments.findIndex(
            ({ object }) =>
                (object as V1VolumeAttachment).status?.attached &&
                object.metadata?.name === attachmentOf("past")?.metadata?.name,
        );
        assert.ok(freed >= 0 && freed < attached, `freed at ${freed}, attached at ${attached}`);
    });

    it("deletes a volume with its claim or keeps it, as its class says", async () => {
        const retained = volumeOf("data-broker-0")?.metadata?.name;
        const deleted = volumeOf("one")?.metadata?.name;
        assert.ok(retained && deleted);
        const mark = recorder.mark();
        await client.remove(pod("one", {}));
        await client.remove(claim("one", "1Gi", "deleted"));
        await client.remove(claim("data-broker-0", "2Gi", "retained"));
        await recorder.waitFor("the volume to go", () => volume(deleted) === undefined, TIMEOUT_MS);
        const order = recorder
            .since(mark)
            .filter(({ type }) => type === "DELETED")
            .map(({ object }) => object.kind)
            .filter((kind) => kind === "VolumeAttachment" || kind === "PersistentVolume");
        assert.deepEqual(order, ["VolumeAttachment", "PersistentVolume"]);
        await recorder.waitFor(
            "the other volume to be released",
            () => volume(retained)?.status?.phase === "Released",
            TIMEOUT_MS,
        );
    });

    it("has made no warning of the server's", () => {
        assert.deepEqual(client.warnings, []);
    });
});
