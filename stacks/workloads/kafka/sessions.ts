import { type Duration, seconds } from "../../../components/values/duration.ts";

/** Heartbeats that have to get lost before a member is taken for dead. Kafka recommends at least 3. */
const HEARTBEATS_PER_SESSION = 4;

/** The heartbeat interval, in milliseconds, that goes with a session timeout; for either protocol of groups. */
export function heartbeatMillis(sessionTimeout: Duration): number {
    return (seconds(sessionTimeout) * 1000) / HEARTBEATS_PER_SESSION;
}
