import assert from "node:assert/strict";
import type { KubernetesObject, V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import { ControlPlane } from "../../../tools/control-plane/control-plane.ts";
import { stackNodes } from "../../../tools/control-plane/nodes.ts";
import { Recorder } from "../../../tools/control-plane/recorder.ts";
import { stackConfig } from "../../stacks/raw-config.ts";
import type { Collected } from "../../support/mocks.ts";
import { type Changes, Deployed } from "./deployed.ts";
import { desiredObjects } from "./desired.ts";
import { type Moment, moments, podLine, podsOf, readyTargets, slicesOf, told } from "./history.ts";
import { allReady, OBSERVED } from "./waiting.ts";
import { NAMESPACE } from "./workloads.ts";

const READY_MS = 120_000;

/** A small program on a control plane of its own, changed step by step and watched. */
export class Trial {
    readonly plane: ControlPlane;
    readonly recorder: Recorder;
    readonly #deployed: Deployed;
    #mark = 0;
    #applied: readonly KubernetesObject[] = [];

    private constructor(plane: ControlPlane, recorder: Recorder) {
        this.plane = plane;
        this.recorder = recorder;
        this.#deployed = new Deployed(plane.client);
    }

    /**
     * Starts a control plane with the nodes of `prod`.
     *
     * @param startUpScale of what each workload allows itself for a start
     */
    static async start(options: { readonly nodes: number; readonly startUpScale: number }): Promise<Trial> {
        const nodes = stackNodes(stackConfig("prod"), { nodes: options.nodes });
        const plane = await ControlPlane.start({
            nodes,
            startUpScale: options.startUpScale,
            customResources: ["PrometheusRule", "VolumeSnapshotClass"],
        });
        try {
            return new Trial(
                plane,
                await Recorder.start(plane.client, [...OBSERVED, "discovery.k8s.io/v1/endpointslices"]),
            );
        } catch (error) {
            await plane.stop();
            throw error;
        }
    }

    async stop(): Promise<void> {
        await this.recorder.stop();
        await this.plane.stop();
    }

    /** Brings a program to the cluster; what {@link history} and {@link ordinals} tell begins here. */
    async apply(program: Promise<readonly Collected[]>): Promise<Changes> {
        const desired = desiredObjects(await program);
        this.#mark = this.recorder.mark();
        const changes = await this.#deployed.apply(desired);
        this.#applied = changes.objects;
        return changes;
    }

    /** Waits until everything that was applied is where its spec says. */
    settled(): Promise<void> {
        return allReady(this.recorder, this.#applied, READY_MS);
    }

    /** Pods of a workload as they are. */
    pods(name: string): readonly V1Pod[] {
        return this.recorder.current("Pod").filter(podsOf(NAMESPACE, name));
    }

    /** Objects of a kind in the program's namespace, by name. */
    objects<T extends KubernetesObject>(kind: string): ReadonlyMap<string, T> {
        const own = this.recorder.current(kind).filter(({ metadata }) => metadata?.namespace === NAMESPACE);
        return new Map(own.map((object) => [object.metadata?.name ?? "", object as T]));
    }

    /** Pods of a workload after each change since the last {@link apply}, the moment before it included. */
    history(name: string): readonly Moment<V1Pod>[] {
        return moments<V1Pod>(this.recorder.events, podsOf(NAMESPACE, name), this.#mark);
    }

    /** How many pods traffic went to in each moment since the last {@link apply}. */
    targets(name: string): readonly number[] {
        return moments<V1EndpointSlice>(this.recorder.events, slicesOf(NAMESPACE, name), this.#mark).map(
            ({ objects }) => readyTargets(objects.values()).length,
        );
    }

    /** Asserts a promise in every moment since the last {@link apply}, and tells the whole story if it is broken. */
    always(name: string, promise: (pods: readonly V1Pod[]) => boolean): void {
        const history = this.history(name);
        assert.ok(history.length > 1, `nothing happened to ${name}`);
        const broken = history.find(({ objects }) => !promise([...objects.values()]));
        assert.ok(broken === undefined, `${name}, at revision ${broken?.revision}:\n${told(history, podLine)}`);
    }

    /** Ordinals of a workload in the order in which their pods were made, or gone. */
    ordinals(name: string, type: "ADDED" | "DELETED"): readonly number[] {
        return this.recorder
            .since(this.#mark)
            .filter((event) => event.type === type && podsOf(NAMESPACE, name)(event.object))
            .map(({ object }) => Number(object.metadata?.name?.split("-").at(-1)));
    }
}
