import type { Inputs } from "../../support/mocks.ts";

/**
 * Ports that Spark adds to the containers of a template, with its own names.
 *
 * Source: Spark, `BasicDriverFeatureStep` and `BasicExecutorFeatureStep`; the port of Celeborn's client has no entry.
 */
function ports(role: "driver" | "executor", conf: Inputs): readonly Inputs[] {
    const port = (name: string, key: string): Inputs => ({ name, containerPort: Number(conf[key]), protocol: "TCP" });
    const lifecycle = "spark.celeborn.client.shuffle.manager.port";
    return role === "executor"
        ? [port("blockmanager", "spark.blockManager.port")]
        : [
              port("driver-rpc-port", "spark.driver.port"),
              port("blockmanager", "spark.driver.blockManager.port"),
              port("spark-ui", "spark.ui.port"),
              ...(conf[lifecycle] === undefined ? [] : [port("lifecycle", lifecycle)]),
          ];
}

/** The templates of the pods that the operator and Spark make of a SparkApplication, with what these add to them. */
export function sparkTemplates({ spec, metadata }: Inputs): readonly Inputs[] {
    return (["driver", "executor"] as const).map((role) => {
        const { template, labels } = spec[role];
        const [container, ...others] = template.spec.containers;
        return {
            metadata: { ...template.metadata, labels: { ...template.metadata.labels, ...metadata.labels, ...labels } },
            spec: {
                ...template.spec,
                serviceAccountName: spec[role].serviceAccount,
                containers: [{ ...container, ports: ports(role, spec.sparkConf) }, ...others],
            },
        };
    });
}
