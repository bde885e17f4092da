import { z } from "zod";
import { image, matching, quorum, resources, section, volumeSize } from "./fields.ts";

const label = (what: string) =>
    matching(
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
        `it is no name of a ${what}`,
        "Use lower-case letters, digits and hyphens",
    );

/** Who may connect, beside the systems of this program that are known to. */
const clients = () =>
    z.array(
        section({
            /** The namespace that they run in. */
            namespace: label("namespace"),
            /** Name of their component (`app.kubernetes.io/name`). */
            workload: label("workload"),
        }),
    );

/** Valkey with Sentinel, three of each. */
export const cache = () =>
    section({
        image: image(),
        /** Of each replica: what was written, and its rewriting. */
        storage: volumeSize(),
        /** Of each replica; six tenths of the memory are for data. */
        resources: resources(),
        /** What becomes of a write when the memory for data is full: a broker's messages must not be thrown away. */
        whenFull: z.enum(["refuse-writes", "evict-least-recent"]),
        exporter: section({ image: image(), resources: resources() }),
        clients: clients(),
    });

/** ZooKeeper, for tools that still need it; Kafka does not. */
export const zookeeper = () =>
    section({
        image: image(),
        replicas: quorum(),
        /** Of each server. */
        storage: volumeSize(),
        /** Of each server; six tenths of the memory are its heap. */
        resources: resources(),
        clients: clients(),
    });
