import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dependencyList } from "../../components/support/children.ts";
import type { EksConfig } from "../config.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import { CHARTS } from "./charts.ts";
import { externalSecretsValues } from "./external-secrets-values.ts";
import { release } from "./release.ts";

/** What {@link ExternalSecrets} is made of. */
export interface ExternalSecretsArgs {
    readonly config: NonNullable<EksConfig["externalSecrets"]>;
    readonly clusterName: string;
    readonly clusterArn: pulumi.Input<string>;
    readonly region: string;
    /** Has to be there before. */
    readonly namespace: string;
    readonly monitoringLabels: Readonly<Record<string, string>>;
}

const NAME = "external-secrets";

/** The store that an ExternalSecret of any namespace names. */
const STORE = "secrets-manager";

/** Secrets of AWS Secrets Manager as Secrets of the cluster: those that the configuration lists, and no others. */
export class ExternalSecrets extends pulumi.ComponentResource {
    constructor(name: string, args: ExternalSecretsArgs, opts: pulumi.ComponentResourceOptions) {
        super("dataplatform:platform:ExternalSecrets", name, {}, opts);
        const { config, clusterName, clusterArn, namespace } = args;
        const { secretArns, keyArns } = config;
        const identity = new PodIdentity(
            NAME,
            {
                clusterName,
                clusterArn,
                namespace,
                serviceAccount: NAME,
                statements: [
                    {
                        actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                        resources: secretArns,
                    },
                    ...(keyArns === undefined
                        ? []
                        : [
                              {
                                  actions: ["kms:Decrypt"],
                                  resources: keyArns,
                                  conditions: {
                                      StringEquals: { "kms:ViaService": `secretsmanager.${args.region}.amazonaws.com` },
                                  },
                              },
                          ]),
                ],
            },
            { parent: this },
        );
        const made = release(
            name,
            {
                release: NAME,
                chart: CHARTS.externalSecrets,
                namespace,
                values: externalSecretsValues({ serviceAccount: NAME, monitoringLabels: args.monitoringLabels }),
            },
            { parent: this, dependsOn: [...dependencyList(opts.dependsOn), identity] },
        );
        new k8s.apiextensions.CustomResource(
            `${name}-${STORE}`,
            {
                apiVersion: "external-secrets.io/v1",
                kind: "ClusterSecretStore",
                metadata: { name: STORE },
                // Without `auth`: the operator's own role.
                spec: { provider: { aws: { service: "SecretsManager", region: args.region } } },
            },
            { parent: this, dependsOn: [made] },
        );
        this.registerOutputs({});
    }
}
