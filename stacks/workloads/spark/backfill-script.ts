import type { StackConfig } from "../../config.ts";
import { submitCommand } from "./submit.ts";

type BackfillConfig = NonNullable<StackConfig["backfill"]>;

const DAY = 86_400;

/** Text in single quotes, whatever is in it. */
function quoted(text: string): string {
    return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The script of a backfill: finds the days, and hands over to spark-submit.
 *
 * A CronJob names its Jobs by the minute at which they were due, counted from 1970 (Kubernetes, `getJobName` of the CronJob
 * controller). A Job that somebody made by hand (`kubectl create job --from`) has no such number: it says in `BACKFILL_DUE`,
 * in seconds from 1970, for when it stands.
 */
export function backfillScript({
    application,
    arguments: given,
    resources,
    range,
    partitionsAtOnce,
}: BackfillConfig): string {
    const program = submitCommand({ application, arguments: [], resources }).map(quoted).join(" ");
    const last = range.endsDaysAgo * DAY;
    const first = last + (range.days - 1) * DAY;
    const rest = given.map((argument) => ` ${quoted(argument)}`).join("");
    return `set -euo pipefail
minute=\${JOB_NAME##*-}
if [[ -n "\${BACKFILL_DUE:-}" ]]; then
    due=$BACKFILL_DUE
elif [[ "$minute" =~ ^[0-9]{8,}$ ]]; then
    due=$((minute * 60))
else
    echo "The Job $JOB_NAME is none of the CronJob's own: set BACKFILL_DUE to seconds from 1970." >&2
    exit 2
fi
from=$(date --utc --date="@$((due - ${first}))" +%Y-%m-%d)
to=$(date --utc --date="@$((due - ${last}))" +%Y-%m-%d)
echo "Filling $from to $to, ${partitionsAtOnce} days at a time"
exec ${program} --from "$from" --to "$to" --partitions-at-once ${partitionsAtOnce}${rest}
`;
}
