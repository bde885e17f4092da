import { readFileSync } from "node:fs";
import type { Plain, PlainObject } from "../../policies/predicates/plain.ts";

/** One container's facts in the table of public Deployments. */
interface ContainerFacts {
    readonly image?: string;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly ports?: readonly number[];
    readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: string }[];
    readonly mounts?: readonly { readonly name: string; readonly path: string; readonly readOnly?: boolean }[];
    readonly restartPolicy?: string;
}

/** One volume's facts. */
interface VolumeFacts {
    readonly name: string;
    readonly kind: string;
    readonly claimName?: string;
    readonly readOnly?: boolean;
    readonly hostPath?: string;
    readonly hostPathType?: string;
    readonly driver?: string;
    readonly accessModes?: readonly string[];
}

/** One labelled Deployment of a public project. */
export interface Row {
    /** Where it was read. */
    readonly source: { readonly repo: string; readonly path: string };
    /** Its name. */
    readonly name: string;
    /** Whether it keeps state, by a reader's judgement. */
    readonly stateful: boolean;
    /** What the Deployment says. */
    readonly facts: {
        readonly containers: readonly ContainerFacts[];
        readonly initContainers?: readonly ContainerFacts[];
        readonly volumes?: readonly VolumeFacts[];
    };
    /** The claims that the project declares beside it. */
    readonly claims?: readonly { readonly name: string; readonly accessModes?: readonly string[] }[];
}

/** Reads one half of the table. */
export function readTable(half: "dev" | "held-out"): readonly Row[] {
    const rows: readonly Row[] = JSON.parse(
        readFileSync(new URL(`deployments/${half}.json`, import.meta.url), { encoding: "utf8" }),
    );
    return rows;
}

function toVariable({ name, value, valueFrom }: { name: string; value?: string; valueFrom?: string }): PlainObject {
    const [source, fieldPath] = (valueFrom ?? "").split(/:\s*/, 2);
    return source === "fieldRef" ? { name, valueFrom: { fieldRef: { fieldPath } } } : { name, value };
}

function toContainer(facts: ContainerFacts): PlainObject {
    return {
        image: facts.image,
        command: facts.command,
        args: facts.args,
        restartPolicy: facts.restartPolicy,
        ports: (facts.ports ?? []).map((containerPort) => ({ containerPort })),
        env: (facts.env ?? []).map(toVariable),
        volumeMounts: (facts.mounts ?? []).map(({ name, path, readOnly }) => ({ name, mountPath: path, readOnly })),
    };
}

function toVolume(facts: VolumeFacts): PlainObject {
    const { name, kind, claimName, readOnly, hostPath, hostPathType, driver } = facts;
    const source: Record<string, Plain> = { readOnly };
    if (kind === "persistentVolumeClaim") {
        source["claimName"] = claimName;
    }
    if (kind === "hostPath") {
        source["path"] = hostPath;
        source["type"] = hostPathType;
    }
    if (kind === "csi") {
        source["driver"] = driver;
    }
    if (kind === "ephemeral") {
        source["volumeClaimTemplate"] = { spec: { accessModes: facts.accessModes } };
    }
    return { name, [kind]: source };
}

/** The row's Deployment, as the engine would hand it to a policy. */
export function toDeployment(row: Row): PlainObject {
    const spec = {
        containers: row.facts.containers.map(toContainer),
        initContainers: (row.facts.initContainers ?? []).map(toContainer),
        volumes: (row.facts.volumes ?? []).map(toVolume),
    };
    return { metadata: { name: row.name }, spec: { template: { spec } } };
}

/** The row's claims, as the engine would hand them to a policy. */
export function toClaims(row: Row): readonly PlainObject[] {
    return (row.claims ?? []).map(({ name, accessModes }) => ({ metadata: { name }, spec: { accessModes } }));
}
