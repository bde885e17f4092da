import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { stringify } from "yaml";
import { deploymentAlerts } from "../../components/alerts/deployment.ts";
import { resolveClusterFacts } from "../../components/cluster-facts.ts";
import { ingress } from "../../components/specs/ingress.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import { seconds } from "../../components/values/duration.ts";
import type { EksConfig } from "../config.ts";
import { CHARTS } from "../platform/charts.ts";
import { release } from "../platform/release.ts";
import type { WorkloadContext } from "./context.ts";
import { jupyterHubPolicies, partLabels } from "./jupyterhub/policies.ts";
import { jupyterHubValues } from "./jupyterhub/values.ts";
import { type DatabaseEndpoint, databaseUrl } from "./metadata-database/connection.ts";

const SYSTEM = "jupyterhub";
/** The chart's Service of the proxy, which everybody comes by. */
const PUBLIC_SERVICE = "proxy-public";
const SECRET = "jupyterhub";

/** The smallest that JupyterHub takes is 32 for administrators and 8 for users. */
const PASSWORD_LENGTH = 40;
/** Seconds in which hub or proxy are replaced: an image, and the hub's look at all notebooks. */
const REPLICA_SECONDS = 300;

/** Arguments of {@link JupyterHub}. */
export interface JupyterHubArgs {
    readonly config: NonNullable<EksConfig["jupyterhub"]>;
    readonly context: WorkloadContext;
    /** Its own; has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** Where the hub keeps who there is and what runs. */
    readonly database: DatabaseEndpoint;
}

/**
 * JupyterHub by its chart: hub, proxy, and a pod and a home for each user.
 *
 * Hub and proxy run once each, as the chart has it. While the hub is away, running notebooks stay and nobody can sign in;
 * while the proxy is away, nobody reaches a notebook. Homes are claims of their own, made by the hub and never deleted by it.
 *
 * On the VPC CNI no policy holds for notebooks' pods, because the hub makes them without an owner: what keeps others from a
 * notebook is the hub's token that it asks for, and what keeps a notebook from databases and brokers is their own policies.
 *
 * Users sign in with their name and one password for all, in the Secret `jupyterhub` (`user-password`); administrators with
 * another one (`admin-password`). A team with single sign-on puts its authenticator in place of it.
 */
export class JupyterHub extends pulumi.ComponentResource {
    /** DNS name of the proxy. */
    readonly address: string;

    constructor(name: string, args: JupyterHubArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:JupyterHub", name, {}, opts);
        const { context, namespace } = args;
        const after = dependencyList(opts.dependsOn);
        const made = this.#release(name, args, [...after, this.#secret(args, after), ...this.#policies(args, after)]);
        this.#monitoring(args, after);
        const { loadBalancer } = resolveClusterFacts(context.cluster);
        if (context.domain !== undefined && loadBalancer !== undefined) {
            const route = { host: `${SYSTEM}.${context.domain}`, port: "http", healthPath: "/hub/health" };
            new k8s.networking.v1.Ingress(
                SYSTEM,
                ingress(PUBLIC_SERVICE, { namespace, system: SYSTEM }, route, loadBalancer),
                { parent: this, dependsOn: [made, ...(loadBalancer.dependsOn ?? [])] },
            );
        }
        this.address = serviceAddress(PUBLIC_SERVICE, namespace);
        this.registerOutputs({ address: this.address });
    }

    /** What the hub reads beside the chart's values, which stand in the release in plain text. */
    #secret({ namespace, database }: JupyterHubArgs, dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Secret {
        const password = (of: string): pulumi.Output<string> =>
            new random.RandomPassword(
                `jupyterhub-${of}-password`,
                { length: PASSWORD_LENGTH, special: false },
                { parent: this },
            ).result;
        const [admin, user] = [password("admin"), password("user")];
        const values = pulumi
            .all([admin, user])
            .apply(([admin_password, user_password]) =>
                stringify({ hub: { config: { SharedPasswordAuthenticator: { admin_password, user_password } } } }),
            );
        return new k8s.core.v1.Secret(
            SECRET,
            {
                metadata: { name: SECRET, namespace, labels: workloadLabels(SYSTEM, SYSTEM) },
                stringData: {
                    "hub.db.password": database.password,
                    "values.yaml": values,
                    "admin-password": admin,
                    "user-password": user,
                },
            },
            { parent: this, dependsOn },
        );
    }

    #policies(
        { context, namespace }: JupyterHubArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): k8s.networking.v1.NetworkPolicy[] {
        const { monitoring, loadBalancer } = resolveClusterFacts(context.cluster);
        const rules = jupyterHubPolicies({
            monitoringNamespace: monitoring.namespace,
            loadBalancerCidrs: context.domain === undefined ? [] : (loadBalancer?.cidrs ?? []),
        });
        return (["hub", "proxy", "singleuser-server"] as const).map((part) => {
            const policy = `${SYSTEM}-${part}`;
            return new k8s.networking.v1.NetworkPolicy(
                policy,
                {
                    metadata: { name: policy, namespace, labels: workloadLabels(policy, SYSTEM) },
                    spec: {
                        podSelector: { matchLabels: partLabels(part) },
                        policyTypes: ["Ingress"],
                        ingress: [...rules[part]],
                    },
                },
                { parent: this, dependsOn },
            );
        });
    }

    #release(
        name: string,
        { config, context, namespace, database }: JupyterHubArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): k8s.helm.v3.Release {
        return release(
            name,
            {
                release: SYSTEM,
                chart: CHARTS.jupyterHub,
                namespace,
                values: jupyterHubValues({
                    image: config.image,
                    user: { guarantee: config.guarantee, limit: config.limit },
                    homeStorage: config.homeStorage,
                    homeStorageClass: context.storageClass,
                    idleSeconds: seconds(config.idleTimeout),
                    admins: config.admins,
                    users: config.users,
                    databaseUrl: hubUrl(database),
                    secret: SECRET,
                    pool: context.pools?.jobs,
                }),
            },
            { parent: this, dependsOn },
        );
    }

    #monitoring({ context, namespace }: JupyterHubArgs, after: readonly pulumi.Input<pulumi.Resource>[]): void {
        const { labels, dependsOn } = resolveClusterFacts(context.cluster).monitoring;
        const options = { parent: this, dependsOn: [...after, ...dependsOn] };
        const metadata = { name: SYSTEM, namespace, labels: { ...workloadLabels(SYSTEM, SYSTEM), ...labels } };
        const subjects = [
            { name: "hub", containers: ["hub"] },
            { name: "proxy", containers: ["chp"] },
        ];
        new k8s.apiextensions.CustomResource(
            `${SYSTEM}-metrics`,
            {
                apiVersion: "monitoring.coreos.com/v1",
                kind: "PodMonitor",
                metadata,
                spec: {
                    selector: { matchLabels: partLabels("hub") },
                    podMetricsEndpoints: [{ port: "http", path: "/hub/metrics", interval: "30s" }],
                },
            },
            options,
        );
        const groups = subjects.map((subject) =>
            deploymentAlerts({ ...subject, namespace, system: SYSTEM, replicaSeconds: REPLICA_SECONDS }),
        );
        new k8s.apiextensions.CustomResource(
            `${SYSTEM}-alerts`,
            { ...PROMETHEUS_RULE, metadata, spec: prometheusRuleSpec(groups) },
            options,
        );
    }
}

/** The database without its password, which the hub adds. */
function hubUrl(database: DatabaseEndpoint): string {
    const url = databaseUrl("postgresql+psycopg2", database, "", database.tls ? { sslmode: "require" } : {});
    return url.replace(":@", "@");
}
