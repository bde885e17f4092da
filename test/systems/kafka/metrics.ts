import { renderedStack } from "../../stacks/rendered/stack.ts";
import type { Inputs } from "../../support/mocks.ts";
import type { PodProcess } from "../support/pod-process.ts";
import { NAMESPACE, STACK } from "./pods.ts";

const METRICS_PORT = 9404;

/** Names of Kafka's own metrics that the stack's alerts look at, of the containers of a name. */
export async function alertedMetrics(container: string): Promise<readonly string[]> {
    const { objects } = await renderedStack(STACK);
    const expressions = objects
        .filter(({ kind, namespace }) => kind === "PrometheusRule" && namespace === NAMESPACE)
        .flatMap(({ object }): readonly Inputs[] => object["spec"].groups)
        .flatMap((group): readonly Inputs[] => group["rules"])
        .map(({ expr }) => String(expr));
    const names = expressions.flatMap((expr) =>
        [...expr.matchAll(/\b(kafka_\w+)\{([^}]*)\}/g)].flatMap(([, name = "", labels = ""]) =>
            labels.includes(`container="${container}"`) ? [name] : [],
        ),
    );
    return [...new Set(names)].toSorted();
}

/** Names of the metrics that a pod's exporter tells. */
export async function exportedMetrics({ address }: PodProcess): Promise<ReadonlySet<string>> {
    const response = await fetch(`http://${address}:${METRICS_PORT}/metrics`);
    const lines = (await response.text()).split("\n");
    return new Set(lines.flatMap((line) => /^([a-z_][\w:]*)[{ ]/.exec(line)?.[1] ?? []));
}
