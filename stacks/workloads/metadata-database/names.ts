/*
 * Names of what belongs to a database, by the name of its component. They are part of network policies, roles and runbooks.
 */

/** The Service of the replicas. */
export function replicaService(name: string): string {
    return `${name}-replica`;
}

/** The ConfigMap of settings that follow from the size of the volumes. */
export function volumeSettingsMap(name: string): string {
    return `${name}-volume-settings`;
}

/** The job that makes roles and databases. */
export function setupJob(name: string): string {
    return `${name}-setup`;
}

/** The job that has base backups made. */
export function backupJob(name: string): string {
    return `${name}-backup`;
}

/** What shows the database's figures to Prometheus. */
export function exporterService(name: string): string {
    return `${name}-exporter`;
}

/** The Secret with the `password` of a role. */
export function roleSecret(name: string, role: string): string {
    return `${name}-${role}-role`;
}
