import type * as pulumi from "@pulumi/pulumi";
import type { EksConfig } from "../../config.ts";
import type { WorkloadContext } from "../context.ts";
import { SparkApplication } from "./application.ts";
import { Celeborn } from "./celeborn.ts";
import { SparkHistoryServer } from "./history-server.ts";
import { sparkNodes } from "./nodes.ts";

/** Name of the history server, and of its Service. */
const HISTORY_SERVER = "spark-history";
const CELEBORN = "celeborn";

/** What {@link sparkSystems} are made with. */
interface SparkSystemsArgs {
    readonly config: EksConfig;
    readonly context: WorkloadContext;
    /** Namespace of jobs, which the operator looks after. */
    readonly namespace: string;
    /** Options of whatever goes there, once others are there. */
    readonly after: (...others: readonly pulumi.Resource[]) => pulumi.ComponentResourceOptions;
    /** What brings SparkApplications and runs them. */
    readonly operator: pulumi.Resource;
}

/**
 * Makes what the configuration asks for of Spark beyond its jobs: applications with pods of their own, Celeborn, and the
 * history server.
 *
 * @throws {ArgumentError} for an application that no pods can be made of
 */
export function sparkSystems({ config, context, namespace, after, operator }: SparkSystemsArgs): void {
    const { sparkHistoryServer, sparkApplications = {}, celeborn: celebornConfig } = config;
    const { aws } = context;
    if (sparkHistoryServer !== undefined && aws !== undefined) {
        new SparkHistoryServer(HISTORY_SERVER, { config: sparkHistoryServer, context, aws, namespace }, after());
    }
    const applications = Object.entries(sparkApplications);
    const byCeleborn = applications.filter(([, { shuffle }]) => shuffle === "celeborn").map(([name]) => name);
    const celeborn =
        celebornConfig &&
        new Celeborn(CELEBORN, { config: celebornConfig, context, namespace, applications: byCeleborn }, after());
    const nodes = sparkNodes(config);
    for (const [name, application] of applications) {
        new SparkApplication(
            name,
            {
                config: application,
                context,
                namespace,
                nodes,
                shuffle:
                    application.shuffle === "celeborn" && celeborn !== undefined
                        ? { kind: "celeborn", endpoints: celeborn.endpoints }
                        : { kind: "tracking" },
            },
            after(operator, ...(celeborn === undefined || application.shuffle === "tracking" ? [] : [celeborn])),
        );
    }
}
