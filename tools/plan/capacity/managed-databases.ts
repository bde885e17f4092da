import { recordedName } from "../managed-database.ts";
import type { RecordedResource } from "../resource.ts";
import type { ZoneLoss } from "./zone-loss.ts";

/** Airflow's, without which nothing is scheduled. */
const METADATA = "metadata";

/**
 * What becomes of RDS's databases with a zone gone: with a standby in another one they go on there, within one to two minutes
 * (Amazon RDS user guide, "Failing over a Multi-AZ DB instance"); without, they are gone as long as the zone.
 */
export function managedDatabases(resources: readonly RecordedResource[], environment: string): ZoneLoss[] {
    return resources
        .filter(({ type }) => type === "aws:rds/instance:Instance")
        .map((database): ZoneLoss => {
            const name = recordedName(database, environment);
            const left = database.inputs["multiAz"] === true ? 1 : 0;
            return {
                workload: `rds/${name}-database`,
                system: "rds",
                promise: name === METADATA ? "orchestration" : undefined,
                replicas: left + 1,
                left,
                after: left,
                homeless: 0,
                outcome: left === 1 ? "up" : "gone",
            };
        });
}
