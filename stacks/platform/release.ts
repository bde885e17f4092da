import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Chart } from "./charts.ts";

/** What a release is made of. */
export interface ReleaseArgs {
    /** Name of the Helm release, which the names of its objects begin with. */
    readonly release: string;
    readonly chart: Chart;
    /** The namespace that it is released to; has to be there before. */
    readonly namespace: pulumi.Input<string>;
    readonly values: Readonly<Record<string, unknown>>;
    /**
     * Seconds until all that it makes is ready.
     * @default 600
     */
    readonly timeout?: number;
    /**
     * Whether another release brings the chart's custom resource definitions.
     * @default false
     */
    readonly skipCrds?: boolean;
}

const TIMEOUT = 600;

/** Where Helm finds a chart: a registry of images has it by its whole address, and no index. */
function source({ chart, repository }: Chart): Pick<k8s.helm.v3.ReleaseArgs, "chart" | "repositoryOpts"> {
    return repository.startsWith("oci://")
        ? { chart: `${repository}/${chart}` }
        : { chart, repositoryOpts: { repo: repository } };
}

/** A chart of somebody else's, in the version that is pinned; waits until what it makes is ready. */
export function release(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions): k8s.helm.v3.Release {
    return new k8s.helm.v3.Release(
        name,
        {
            name: args.release,
            namespace: args.namespace,
            ...source(args.chart),
            version: args.chart.version,
            timeout: args.timeout ?? TIMEOUT,
            values: args.values,
            ...(args.skipCrds === true ? { skipCrds: true } : {}),
        },
        opts,
    );
}
