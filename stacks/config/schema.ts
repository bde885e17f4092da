import { z } from "zod";
import { platformSections } from "./platform.ts";
import { commonSections } from "./sections.ts";
import { eksSections, kubeconfigSections } from "./targets.ts";

const eksSchema = z.strictObject({ ...eksSections, ...platformSections, ...commonSections });
const kubeconfigSchema = z.strictObject({ ...kubeconfigSections, ...commonSections });

/** What decides which of the schemas applies. */
export const targetSchema = z.enum(["eks", "kubeconfig"]);

/** A stack's whole configuration, by what it runs on. */
export const schemas = { eks: eksSchema, kubeconfig: kubeconfigSchema };

/** A stack that makes its own cluster on EKS. */
export type EksConfig = z.output<typeof eksSchema>;

/** A stack on a cluster that is there already, and that has the custom resource definitions in use. */
export type KubeconfigConfig = z.output<typeof kubeconfigSchema>;

/** A PostgreSQL of RDS, as configured. */
export type RdsConfig = NonNullable<EksConfig["metabaseDatabase"]>;

/** A PostgreSQL in the cluster, as configured; where there is a bucket for them, with backups. */
export type InClusterDatabaseConfig = KubeconfigConfig["metadataDatabase"] &
    Partial<Extract<EksConfig["metadataDatabase"], { kind: "in-cluster" }>>;

/** Kafka's controllers and brokers in the cluster, as configured. */
export type InClusterKafkaConfig = Extract<EksConfig["kafka"], { kind: "in-cluster" }>;

/** Brokers elsewhere, as configured. */
export type ExternalKafkaConfig = Extract<EksConfig["kafka"], { kind: "external" }>;
