import { spawn } from "node:child_process";
import { once } from "node:events";
import { json, text } from "node:stream/consumers";
import { toolchain } from "../../../tools/control-plane/toolchain.ts";
import { podsOf } from "../../stacks/rendered/pods.ts";
import type { RenderedObject } from "../../stacks/rendered/stack.ts";

/** Something that kube-score finds critical. */
export interface Finding {
    /** As in `Deployment airflow/airflow-scheduler`. */
    readonly object: string;
    /** Of those that `kube-score list` prints. */
    readonly check: string;
    /** Where in the object, a container as a rule; often empty. */
    readonly path: string;
    readonly message: string;
}

/** The grade of what is critical: https://github.com/zegl/kube-score/blob/v1.20.0/scorecard/scorecard.go */
const CRITICAL = 1;

/** What is used of a scored object: https://github.com/zegl/kube-score/blob/v1.20.0/renderer/json_v2/json.go */
interface Scored {
    readonly type_meta: { readonly kind: string };
    readonly object_meta: { readonly name: string; readonly namespace?: string };
    readonly checks: readonly {
        readonly check: { readonly id: string };
        readonly grade: number;
        readonly skipped: boolean;
        readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
    }[];
}

/** The pods of a SparkApplication, which kube-score does not know, by themselves. */
function sparkPods(object: RenderedObject): readonly object[] {
    return podsOf([object]).map(({ labels, spec }, index) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: `${object.name}-${index === 0 ? "driver" : "executor"}`,
            namespace: object.namespace,
            labels,
        },
        spec,
    }));
}

function manifestsOf(objects: readonly RenderedObject[]): readonly object[] {
    const own = objects.map(({ object, apiVersion, kind, namespace, name }) => ({
        ...object,
        apiVersion,
        kind,
        metadata: { ...object["metadata"], name, ...(namespace === "" ? {} : { namespace }) },
    }));
    return [...own, ...objects.filter(({ kind }) => kind === "SparkApplication").flatMap(sparkPods)];
}

function findingsIn({ type_meta, object_meta, checks }: Scored): readonly Finding[] {
    const { name, namespace } = object_meta;
    const object = `${type_meta.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
    return checks
        .filter(({ grade, skipped }) => grade === CRITICAL && !skipped)
        .flatMap(({ check, comments }) =>
            (comments ?? []).map(({ path, summary }) => ({ object, check: check.id, path, message: summary })),
        );
}

/**
 * What kube-score finds critical in objects, those that they make pods of included. Annotations of an object that silence
 * a check have no effect.
 *
 * @throws {Error} if kube-score cannot read them
 */
export async function criticalFindings(
    objects: readonly RenderedObject[],
    kubernetes: string,
): Promise<readonly Finding[]> {
    const binary = (await toolchain(["kube-score"])).get("kube-score") ?? "";
    const running = spawn(
        binary,
        ["score", "--disable-ignore-checks-annotations", `--kubernetes-version=v${kubernetes}`, "-o", "json", "-"],
        { stdio: "pipe" },
    );
    running.stdin.end(
        manifestsOf(objects)
            .map((object) => JSON.stringify(object))
            .join("\n---\n"),
    );
    // It ends with 1 where it finds something and where it fails, and then it prints no JSON.
    const [scored, errors] = await Promise.all([
        json(running.stdout).catch(() => undefined),
        text(running.stderr),
        once(running, "close"),
    ]);
    if (!Array.isArray(scored)) {
        throw new Error(`kube-score: ${errors}`);
    }
    return (scored as readonly Scored[]).flatMap(findingsIn);
}
