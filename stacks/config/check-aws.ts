import type { Problems } from "../../components/support/errors.ts";
import { duration, seconds } from "../../components/values/duration.ts";
import type { ValidSections } from "./checks.ts";

/** What compliance asks of production. */
const PROD_TASK_LOG_DAYS = 30;

/** A failover of RDS to its second machine at worst, in seconds (RDS user guide, "Failing over a Multi-AZ DB instance"). */
const RDS_FAILOVER = 120;

/** Days after which a mistake in production may still be found. */
const PROD_BACKUP_DAYS = 7;

/** Checks how far back a database of production can be restored. */
function checkBackups(problems: Problems, { environment, metadataDatabase, metabaseDatabase }: ValidSections): void {
    const days = {
        "metadataDatabase.backupDays": metadataDatabase?.kind === "rds" ? metadataDatabase.backupDays : undefined,
        "metadataDatabase.backups.keepDays":
            metadataDatabase?.kind === "in-cluster" && "backups" in metadataDatabase
                ? metadataDatabase.backups.keepDays
                : undefined,
        "metabaseDatabase.backupDays": metabaseDatabase?.backupDays,
    };
    for (const [field, value] of Object.entries(days)) {
        problems.check(
            environment !== "prod" || value === undefined || value >= PROD_BACKUP_DAYS,
            field,
            value,
            `a mistake in production may be found ${PROD_BACKUP_DAYS} days later`,
            `Use ${PROD_BACKUP_DAYS} or more in prod`,
        );
    }
}

function checkDatabases(problems: Problems, sections: ValidSections): void {
    const { environment, availability, metadataDatabase, metabaseDatabase } = sections;
    const servers = {
        metadataDatabase: metadataDatabase?.kind === "rds" ? metadataDatabase : undefined,
        metabaseDatabase,
    };
    for (const [section, server] of Object.entries(servers)) {
        problems.check(
            environment !== "prod" || server === undefined || server.multiAz,
            `${section}.multiAz`,
            server?.multiAz,
            "without a second machine, a lost zone takes the database along",
            "Use true in prod",
        );
    }
    problems.check(
        servers.metadataDatabase === undefined ||
            availability === undefined ||
            seconds(availability.downtimeBudget) >= RDS_FAILOVER,
        "availability.downtimeBudget",
        availability?.downtimeBudget,
        `the metadata database's failover takes up to ${RDS_FAILOVER} seconds`,
        `Allow at least "${duration(RDS_FAILOVER)}"`,
    );
}

function checkCredentials(problems: Problems, { account, region, imageCache }: ValidSections): void {
    const site = `${region}:${account}`;
    for (const [registry, arn] of Object.entries(imageCache?.credentials ?? {})) {
        problems.check(
            account === undefined || region === undefined || arn === undefined || arn.includes(`:${site}:`),
            `imageCache.credentials.${registry}`,
            arn,
            `ECR reads secrets of its own account and region alone, ${site}`,
            "Make the secret there",
        );
    }
}

/** Checks what only AWS has, across sections that are valid. */
export function checkAws(problems: Problems, sections: ValidSections): void {
    const { environment, buckets } = sections;
    problems.check(
        environment !== "prod" || buckets === undefined || buckets.airflowLogDays >= PROD_TASK_LOG_DAYS,
        "buckets.airflowLogDays",
        buckets?.airflowLogDays,
        `logs of production are kept ${PROD_TASK_LOG_DAYS} days or longer`,
        `Use ${PROD_TASK_LOG_DAYS} or more in prod`,
    );
    checkDatabases(problems, sections);
    checkBackups(problems, sections);
    checkCredentials(problems, sections);
}
