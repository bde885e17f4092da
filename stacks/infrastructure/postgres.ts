import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as rds from "@pulumi/aws/rds/index.js";
import * as pulumi from "@pulumi/pulumi";
import { gibibytes } from "../../components/values/quantity.ts";
import type { RdsConfig } from "../config.ts";
import { databaseLogGroup, type LogGroupArgs, logGroup } from "./log-groups.ts";
import type { Network } from "./network.ts";
import type { Statement } from "./policy.ts";
import { databaseWindows, type WeeklyStart } from "./windows.ts";

/** What a {@link ManagedPostgres} is made of. */
export interface ManagedPostgresArgs {
    /** Name in RDS; part of its address, its log groups and its snapshots. */
    readonly identifier: string;
    readonly config: RdsConfig;
    readonly network: Pick<Network, "vpcId" | "privateSubnets">;
    /** Security group of the cluster's nodes, which alone may connect. */
    readonly nodes: pulumi.Input<string>;
    readonly region: string;
    /** The key of storage, backups, performance data and the administrator's secret. */
    readonly keyArn: pulumi.Input<string>;
    readonly logs: LogGroupArgs;
    /** When the team makes changes that may disturb. */
    readonly changes: WeeklyStart;
    /** Whether RDS and Pulumi refuse to delete it, and a snapshot and the backups stay when it is deleted all the same. */
    readonly protect: boolean;
}

const PORT = 5432;
/** RDS's administrator, whose password RDS makes, keeps in Secrets Manager, and changes every week. */
const ADMINISTRATOR = "platform";

/** Days of performance data that cost nothing. */
const PERFORMANCE_DAYS = 7;

/** Logs that RDS can send to CloudWatch. */
const LOGS = ["postgresql", "upgrade"];

/**
 * Nobody in without TLS and a password that is kept as SCRAM has it; a client on a dead node is found out in a minute, and
 * its row locks go. Source: RDS user guide, "Using SSL with a PostgreSQL DB instance", "Using SCRAM"; PostgreSQL manual.
 */
const PARAMETERS: Readonly<Record<string, string>> = {
    "rds.force_ssl": "1",
    "rds.accepted_password_auth_method": "scram",
    password_encryption: "scram-sha-256",
    tcp_keepalives_idle: "30",
    tcp_keepalives_interval: "10",
    tcp_keepalives_count: "3",
    client_connection_check_interval: "10000",
};

/**
 * PostgreSQL of RDS in the private subnets, for one system. Encrypted, backed up every night and in between, and reached
 * by the cluster's nodes alone, over TLS.
 *
 * No password of it is known here: RDS makes the administrator's. Its systems get roles of their own, from a job in the
 * cluster that may read it (see `ManagedDatabase`).
 */
export class ManagedPostgres extends pulumi.ComponentResource {
    /** DNS name, which a failover leads elsewhere. */
    readonly address: pulumi.Output<string>;
    readonly port = PORT;
    readonly region: string;
    /** The secret with `username` and `password` of the administrator, in Secrets Manager. */
    readonly secretArn: pulumi.Output<string>;
    /** What a role needs to read it. */
    readonly secretAccess: readonly Statement[];

    constructor(name: string, args: ManagedPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:ManagedPostgres", name, {}, opts);
        const logs = LOGS.map((log) =>
            logGroup(`${name}-${log}`, databaseLogGroup(args.identifier, log), args.logs, this),
        );
        const instance = this.#instance(name, args, logs);
        this.address = instance.address;
        this.region = args.region;
        this.secretArn = instance.masterUserSecrets.apply(([secret]) => {
            if (secret === undefined) {
                throw new Error(
                    `RDS keeps no secret for ${args.identifier}: its password was set by hand. Give it back to RDS: ` +
                        `aws rds modify-db-instance --db-instance-identifier ${args.identifier} ` +
                        "--manage-master-user-password --apply-immediately, and then npx pulumi up --refresh",
                );
            }
            return secret.secretArn;
        });
        this.secretAccess = [
            { actions: ["secretsmanager:GetSecretValue"], resources: [this.secretArn] },
            {
                actions: ["kms:Decrypt"],
                resources: [args.keyArn],
                conditions: {
                    StringEquals: {
                        "kms:ViaService": `secretsmanager.${args.region}.amazonaws.com`,
                        "kms:EncryptionContext:SecretARN": this.secretArn,
                    },
                },
            },
        ];
        this.registerOutputs({ address: this.address });
    }

    #group(name: string, { network, nodes }: ManagedPostgresArgs): ec2.SecurityGroup {
        return new ec2.SecurityGroup(
            name,
            {
                vpcId: network.vpcId,
                description: "PostgreSQL from the nodes of the cluster",
                ingress: [{ protocol: "tcp", fromPort: PORT, toPort: PORT, securityGroups: [nodes] }],
                tags: { Name: name },
            },
            { parent: this },
        );
    }

    #parameters(name: string, { version }: RdsConfig): rds.ParameterGroup {
        return new rds.ParameterGroup(
            `${name}-${version}`,
            {
                family: `postgres${version}`,
                // Static parameters take no other; those that are not are in force from the first start as well.
                parameters: Object.entries(PARAMETERS).map(([parameter, value]) => ({
                    name: parameter,
                    value,
                    applyMethod: "pending-reboot",
                })),
                tags: { Name: name },
            },
            // One per major version. In prod the machine uses the old one until the window in which it is upgraded.
            { parent: this, retainOnDelete: true },
        );
    }

    #instance(name: string, args: ManagedPostgresArgs, logs: pulumi.Resource[]): rds.Instance {
        const { identifier, config, network, keyArn, protect } = args;
        const windows = databaseWindows(args.changes);
        const subnets = new rds.SubnetGroup(
            name,
            { subnetIds: [...network.privateSubnets.values()], tags: { Name: name } },
            { parent: this },
        );
        return new rds.Instance(
            name,
            {
                identifier,
                engine: "postgres",
                // A major version: RDS installs its minor ones in the maintenance window.
                engineVersion: config.version,
                autoMinorVersionUpgrade: true,
                // Only when the configuration's version is raised; without it, AWS refuses.
                allowMajorVersionUpgrade: true,
                instanceClass: config.instanceClass,
                multiAz: config.multiAz,
                storageType: "gp3",
                allocatedStorage: gibibytes(config.storage),
                maxAllocatedStorage: gibibytes(config.maxStorage),
                storageEncrypted: true,
                kmsKeyId: keyArn,
                username: ADMINISTRATOR,
                manageMasterUserPassword: true,
                masterUserSecretKmsKeyId: keyArn,
                port: PORT,
                publiclyAccessible: false,
                dbSubnetGroupName: subnets.name,
                vpcSecurityGroupIds: [this.#group(name, args).id],
                parameterGroupName: this.#parameters(name, config).name,
                backupRetentionPeriod: config.backupDays,
                backupWindow: windows.backup,
                maintenanceWindow: windows.maintenance,
                copyTagsToSnapshot: true,
                deleteAutomatedBackups: !protect,
                skipFinalSnapshot: !protect,
                ...(protect ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
                deletionProtection: protect,
                applyImmediately: !protect,
                performanceInsightsEnabled: true,
                performanceInsightsKmsKeyId: keyArn,
                performanceInsightsRetentionPeriod: PERFORMANCE_DAYS,
                enabledCloudwatchLogsExports: LOGS,
                tags: { Name: identifier },
            },
            // A group that RDS makes itself keeps its events for ever.
            { parent: this, protect, dependsOn: logs },
        );
    }
}
