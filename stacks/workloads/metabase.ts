import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BatchJob } from "../../components/batch-job.ts";
import { StatelessService } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { WorkloadArgs } from "../../components/workload-args.ts";
import type { EksConfig } from "../config.ts";
import { placed, type WorkloadContext } from "./context.ts";
import {
    HTTP_PORT,
    METRICS_PORT,
    type MetabaseSettings,
    metabaseEnvironment,
    PLUGIN_DIRECTORY,
    TEMPORARY_DIRECTORY,
} from "./metabase/environment.ts";
import type { DatabaseEndpoint } from "./metadata-database/connection.ts";

const SYSTEM = "metabase";
const MIGRATION = "metabase-migrate";

/** What the image's entry point starts; it would begin as root, to become this user. */
const PROGRAM = ["java", "-jar", "/app/metabase.jar"] as const;

/** `metabase` and its group, as the entry point makes them. Source: metabase, bin/docker/run_metabase.sh. */
const IMAGE_USER = { user: 2000, group: 2000 } as const;

/** AES wants 16 bytes; Metabase derives its key from whatever is longer. */
const KEY_LENGTH = 48;

/** Arguments of {@link Metabase}. */
export interface MetabaseArgs {
    readonly config: NonNullable<EksConfig["metabase"]>;
    readonly context: WorkloadContext;
    /** Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** Where everything is that Metabase keeps: questions, users, and their sessions. */
    readonly database: DatabaseEndpoint;
}

/**
 * Metabase. All its state is in the database, sessions as well, so that any replica answers any request and a rollout signs
 * nobody out: a Deployment.
 *
 * A job migrates the database before a new version starts, and nothing else does. Until they are replaced, some minutes, old
 * servers work on the new schema, of which some requests fail: the price for not being away. Migrations lead forward: the
 * way back to an older version is its own `migrate down`, or a restored database.
 *
 * The first to open it makes the administrator's account: do so as soon as it is up. What Metabase knows of other databases
 * is encrypted with a key that is in the Secret `metabase` and in the stack's state; lost, their passwords have to be typed
 * in again.
 */
export class Metabase extends pulumi.ComponentResource {
    /** DNS name of the user interface. */
    readonly address: string;

    readonly #args: MetabaseArgs;
    readonly #settings: MetabaseSettings;

    constructor(name: string, args: MetabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Metabase", name, {}, opts);
        const { config, context, namespace, database } = args;
        const after = dependencyList(opts.dependsOn);
        this.address = serviceAddress(SYSTEM, namespace);
        this.#args = args;
        this.#settings = {
            database,
            secret: SYSTEM,
            cpu: config.resources.cpu,
            ...(context.domain === undefined ? {} : { host: `${SYSTEM}.${context.domain}` }),
        };
        const secret = this.#secret(after);
        const migration = this.#migration([...after, secret]);
        this.#server([...after, migration]);
        this.registerOutputs({ address: this.address });
    }

    #secret(dependsOn: pulumi.Input<pulumi.Resource>[]): k8s.core.v1.Secret {
        const { namespace, database } = this.#args;
        const length = { length: KEY_LENGTH, special: false };
        const key = new random.RandomPassword("metabase-encryption-key", length, { parent: this }).result;
        return new k8s.core.v1.Secret(
            SYSTEM,
            {
                metadata: { name: SYSTEM, namespace, labels: workloadLabels(SYSTEM, SYSTEM) },
                stringData: { "database-password": database.password, "encryption-key": key },
            },
            { parent: this, dependsOn },
        );
    }

    /** What server and migration have in common. */
    #workload(): Omit<WorkloadArgs, "command"> {
        const { config, context, namespace } = this.#args;
        return {
            ...placed(context),
            namespace,
            system: SYSTEM,
            image: config.image,
            env: metabaseEnvironment(this.#settings),
            resources: config.resources,
            scratch: { [PLUGIN_DIRECTORY]: "1Gi", [TEMPORARY_DIRECTORY]: "1Gi" },
            security: IMAGE_USER,
        };
    }

    #migration(dependsOn: pulumi.Input<pulumi.Resource>[]): BatchJob {
        return new BatchJob(
            MIGRATION,
            { ...this.#workload(), command: [...PROGRAM, "migrate", "up"], deadline: "30 minutes", awaited: true },
            { parent: this, dependsOn },
        );
    }

    #server(dependsOn: pulumi.Input<pulumi.Resource>[]): StatelessService {
        const { host } = this.#settings;
        return new StatelessService(
            SYSTEM,
            {
                ...this.#workload(),
                command: PROGRAM,
                replicas: this.#args.config.replicas,
                ports: { http: HTTP_PORT, metrics: METRICS_PORT },
                health: {
                    ready: { kind: "http", path: "/api/health", port: "http" },
                    // That path asks the database: a failover is no reason to restart.
                    alive: { kind: "tcp", port: "http" },
                    startUp: "5 minutes",
                },
                shutdown: { gracePeriod: "60 seconds" },
                metrics: { port: "metrics" },
                ...(host === undefined ? {} : { ingress: { host, port: "http" } }),
            },
            { parent: this, dependsOn },
        );
    }
}
