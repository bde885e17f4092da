import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { resolveClusterFacts } from "../../components/cluster-facts.ts";
import { OrderedStatefulService } from "../../components/ordered-stateful-service.ts";
import { ingress } from "../../components/specs/ingress.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { EksConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import {
    ACCOUNTS_DIRECTORY,
    DATA_DIRECTORY,
    HTTP_PORT,
    START,
    shiroAccounts,
    TEMPORARY_DIRECTORY,
    zeppelinEnvironment,
} from "./zeppelin/settings.ts";

const SYSTEM = "zeppelin";
const HEALTH_PATH = "/api/version";

/** The user of the image has no name and no group of its own. Source: zeppelin, scripts/docker/zeppelin/bin/Dockerfile. */
const IMAGE_USER = { user: 1000, group: 0, volumeGroup: 1000 } as const;

/** Arguments of {@link Zeppelin}. */
export interface ZeppelinArgs {
    readonly config: NonNullable<EksConfig["zeppelin"]>;
    readonly context: WorkloadContext;
    /** Has to be there before (see `dependsOn`). */
    readonly namespace: string;
}

/**
 * Zeppelin: one server, with its notebooks on a volume of its own, hence a StatefulSet. Zeppelin could keep notebooks in S3,
 * but only notebooks, not its interpreters' settings; and its S3 client, AWS SDK 1.12.261, is too old for EKS Pod Identity
 * (1.12.746), so that it would need a stored key.
 *
 * Interpreters run in the server's pod and share its memory: it is meant for a few people. A lost node takes it away until
 * its volume is attached elsewhere; running paragraphs are lost.
 *
 * The administrator's name is `admin`, and the password is in the Secret `zeppelin` (`admin-password`).
 */
export class Zeppelin extends pulumi.ComponentResource {
    /** DNS name of the user interface. */
    readonly address: string;

    constructor(name: string, args: ZeppelinArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Zeppelin", name, {}, opts);
        const after = dependencyList(opts.dependsOn);
        this.address = serviceAddress(SYSTEM, args.namespace);
        const server = this.#server(args, [...after, this.#secret(args, after)]);
        this.#ingress(args, server);
        this.registerOutputs({ address: this.address });
    }

    #secret({ namespace }: ZeppelinArgs, dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Secret {
        const length = { length: 32, special: false };
        const password = new random.RandomPassword("zeppelin-admin-password", length, { parent: this }).result;
        return new k8s.core.v1.Secret(
            SYSTEM,
            {
                metadata: { name: SYSTEM, namespace, labels: workloadLabels(SYSTEM, SYSTEM) },
                stringData: { "admin-password": password, "shiro.ini": password.apply(shiroAccounts) },
            },
            { parent: this, dependsOn },
        );
    }

    #server(
        { config, context, namespace }: ZeppelinArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): OrderedStatefulService {
        const { storageClass } = context;
        const { loadBalancer } = resolveClusterFacts(context.cluster);
        const balancer = context.domain === undefined ? undefined : loadBalancer?.cidrs;
        return new OrderedStatefulService(
            SYSTEM,
            {
                ...placed(context),
                namespace,
                system: SYSTEM,
                image: config.image,
                command: ["bash", "-ec", START],
                env: zeppelinEnvironment(config.resources.memory),
                replicas: 1,
                volumes: {
                    data: {
                        mountPath: DATA_DIRECTORY,
                        size: config.storage,
                        ...(storageClass === undefined ? {} : { storageClass }),
                    },
                },
                claimProvider: context.claimProvider,
                secretFiles: { [ACCOUNTS_DIRECTORY]: SYSTEM },
                scratch: { [TEMPORARY_DIRECTORY]: "4Gi" },
                resources: config.resources,
                ports: { http: HTTP_PORT },
                health: { ready: { kind: "http", path: HEALTH_PATH, port: "http" }, startUp: "5 minutes" },
                shutdown: { gracePeriod: "60 seconds" },
                metrics: { port: "http" },
                allowFrom: balancer === undefined ? [] : [{ cidrs: balancer, ports: ["http"] }],
                security: IMAGE_USER,
            },
            { parent: this, dependsOn },
        );
    }

    #ingress({ context, namespace }: ZeppelinArgs, server: pulumi.Resource): void {
        const { loadBalancer } = resolveClusterFacts(context.cluster);
        if (context.domain === undefined || loadBalancer === undefined) {
            return;
        }
        const route = { host: `${SYSTEM}.${context.domain}`, port: "http", healthPath: HEALTH_PATH };
        new k8s.networking.v1.Ingress(SYSTEM, ingress(SYSTEM, { namespace, system: SYSTEM }, route, loadBalancer), {
            parent: this,
            dependsOn: [server, ...(loadBalancer.dependsOn ?? [])],
        });
    }
}
