import { surgeWidth } from "../../../components/specs/rollout.ts";
import { type Bytes, bytes, gibibytes, type VolumeSize } from "../../../components/values/quantity.ts";

/**
 * Connections that the server takes. A constant, because Patroni reads it from the cluster's dynamic configuration, which
 * is written once, at the first start; the poolers' share is computed from it.
 */
export const MAX_CONNECTIONS = 100;

/** Of them: superuser, replication, Patroni itself, migrations and a human with psql. */
const RESERVED_CONNECTIONS = 20;

const MIB = 2 ** 20;

/**
 * Server connections that each connection pooler may hold, so that all of them together, and the ones that a rollout
 * starts on top, stay under {@link MAX_CONNECTIONS}.
 */
export function poolSize(poolers: number): number {
    return Math.floor((MAX_CONNECTIONS - RESERVED_CONNECTIONS) / (poolers + surgeWidth(poolers)));
}

/** An amount in PostgreSQL's own unit, at least `least` and at most `most` MiB. */
function mebibytes(amount: number, least: number, most = Number.POSITIVE_INFINITY): string {
    return `${Math.min(most, Math.max(least, Math.floor(amount / MIB)))}MB`;
}

/** Shared memory that parallel queries exchange rows by: an eighth of the container's memory. */
export function sharedMemory(memory: Bytes): Bytes {
    return `${Math.max(1, Math.floor(bytes(memory) / 8 / MIB))}Mi`;
}

/**
 * PostgreSQL's settings that follow from a replica's memory: a quarter for `shared_buffers`, three quarters as the
 * planner's idea of the cache (PostgreSQL manual, "Resource Consumption" and "Planner Cost Constants"); another quarter
 * shared among all connections as `work_mem`.
 */
export function memoryParameters(memory: Bytes): Record<string, string> {
    const ram = bytes(memory);
    return {
        shared_buffers: mebibytes(ram / 4, 16),
        effective_cache_size: mebibytes((ram * 3) / 4, 32),
        work_mem: mebibytes(ram / 4 / MAX_CONNECTIONS, 1),
        maintenance_work_mem: mebibytes(ram / 16, 16, 1024),
    };
}

/**
 * PostgreSQL's settings that follow from a replica's volume: a tenth of it between two checkpoints, and a fifth that a
 * replica which is away may hold back, so that it cannot fill the volume.
 */
export function volumeParameters(storage: VolumeSize): Record<string, string> {
    const disk = gibibytes(storage) * 1024 * MIB;
    return {
        max_wal_size: mebibytes(disk / 10, 96, 8192),
        max_slot_wal_keep_size: mebibytes(disk / 5, 192),
    };
}
