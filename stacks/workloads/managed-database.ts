import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { BatchJob } from "../../components/batch-job.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import type { AwsFacts } from "../infrastructure/aws-facts.ts";
import { PodIdentity } from "../infrastructure/identity.ts";
import type { ManagedPostgres } from "../infrastructure/postgres.ts";
import { AIRFLOW_USER } from "./airflow/task-pod.ts";
import { placed, type WorkloadContext } from "./context.ts";
import { SERVER_VARIABLES, setupScript } from "./managed-database/setup-script.ts";
import type { DatabaseEndpoint } from "./metadata-database/connection.ts";
import { SETUP_VARIABLES } from "./metadata-database/setup-sql.ts";

const SETUP_FILE = "/etc/managed-database/setup.py";
const PASSWORD_LENGTH = 32;

/** Arguments of {@link ManagedDatabase}. */
export interface ManagedDatabaseArgs {
    /** The server. */
    readonly server: ManagedPostgres;
    readonly aws: AwsFacts;
    /** Name of the role and the database that are made. */
    readonly application: string;
    /** Airflow's image: it has Python with clients of Secrets Manager and PostgreSQL. */
    readonly setupImage: string;
    readonly context: WorkloadContext;
    /** Namespace; has to be there before (see `dependsOn`). */
    readonly namespace: string;
}

/**
 * A system's database on a server of RDS: a role and a database that it owns, made by a job, and a Service that leads to
 * the server, so that clients know one name wherever the database is.
 *
 * The role's password is made here and stands in Secrets, as that of a database in the cluster. The administrator's never
 * comes into the cluster's Secrets or the stack's state: the job alone may read it, by a role of its own.
 */
export class ManagedDatabase extends pulumi.ComponentResource {
    /** The server, as the application's own role. */
    readonly leader: DatabaseEndpoint;

    constructor(name: string, args: ManagedDatabaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:ManagedDatabase", name, {}, opts);
        const { application, namespace, server } = args;
        const after = dependencyList(opts.dependsOn);
        const options = { parent: this, dependsOn: after };
        const labels = workloadLabels(name, name);
        const length = { length: PASSWORD_LENGTH, special: false };
        const password = new random.RandomPassword(`${name}-${application}`, length, { parent: this }).result;
        const secretName = `${name}-${application}`;
        const secret = new k8s.core.v1.Secret(
            secretName,
            { metadata: { name: secretName, namespace, labels }, stringData: { password } },
            options,
        );
        const service = new k8s.core.v1.Service(
            name,
            { metadata: { name, namespace, labels }, spec: { type: "ExternalName", externalName: server.address } },
            options,
        );
        this.#setup(name, secretName, args, [...after, secret, service]);
        this.leader = {
            host: serviceAddress(name, namespace),
            port: server.port,
            database: application,
            user: application,
            password,
            tls: true,
        };
        this.registerOutputs({ address: this.leader.host });
    }

    #setup(
        name: string,
        secretName: string,
        { server, aws, application, setupImage, context, namespace }: ManagedDatabaseArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): void {
        const job = `${name}-setup`;
        const identity = new PodIdentity(
            job,
            {
                clusterName: aws.clusterName,
                clusterArn: aws.clusterArn,
                namespace,
                serviceAccount: job,
                statements: server.secretAccess,
            },
            { parent: this },
        );
        new BatchJob(
            job,
            {
                ...placed(context),
                namespace,
                system: name,
                image: setupImage,
                command: ["python", SETUP_FILE],
                configFiles: { [SETUP_FILE]: setupScript() },
                env: {
                    [SERVER_VARIABLES.host]: serviceAddress(name, namespace),
                    [SERVER_VARIABLES.port]: String(server.port),
                    [SERVER_VARIABLES.secret]: server.secretArn,
                    [SERVER_VARIABLES.region]: server.region,
                    [SETUP_VARIABLES.role]: application,
                    [SETUP_VARIABLES.database]: application,
                    [SETUP_VARIABLES.password]: { secret: secretName, key: "password" },
                },
                resources: { cpu: "100m", memory: "256Mi" },
                security: AIRFLOW_USER,
                deadline: "10 minutes",
                // The server may be failing over just then.
                retries: 6,
                awaited: true,
            },
            // A pod that starts before its association exists never gets credentials.
            { parent: this, dependsOn: [...dependsOn, identity] },
        );
    }
}
