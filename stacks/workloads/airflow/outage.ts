import { type Duration, seconds } from "../../../components/values/duration.ts";

/** Seconds between two heartbeats of a task: `workers.min_heartbeat_interval`, as is Airflow's default. */
export const TASK_HEARTBEAT_SECONDS = 5;

/**
 * Bounds of the seconds between two attempts of a request: `workers.execution_api_retry_wait_min` and `_max`, as are
 * Airflow's defaults.
 */
export const RETRY_WAIT = { min: 1, max: 90 } as const;

/** Seconds after which an attempt without an answer fails: `workers.execution_api_timeout`, as is Airflow's default. */
export const ATTEMPT_SECONDS = 5;

/** Outages that a request's attempts last for on average: waits are random, and some requests draw short ones. */
const OUTAGES_WAITED = 2;

/**
 * The last part of its life in which a task's token is renewed.
 * Source: Airflow 3.3, `execution_api/app.py`, `JWTReissueMiddleware`.
 */
const RENEWED_IN_LAST = 0.2;

/**
 * Seconds that a request of a task waits on average, between all of its attempts, before it fails for good. After attempt n it
 * waits for a random time, between the least wait and 2^(n-1) seconds or the longest wait, whichever is less; after the last
 * one it does not wait.
 *
 * Source: Airflow 3.3, `sdk/api/client.py`, `Client.request`; tenacity 9.2, `wait_random_exponential`.
 */
export function expectedWait(attempts: number): number {
    const waits = Array.from({ length: attempts - 1 }, (_, index) => Math.min(2 ** index, RETRY_WAIT.max));
    return waits.reduce((sum, longest) => sum + (RETRY_WAIT.min + longest) / 2, 0);
}

/**
 * `workers.execution_api_retries`, which counts attempts: the fewest by which a request outlasts an outage of the API server
 * twice over on average. For one of 5 minutes that is 20, with 613 s; one request in some thousands still fails before it ends.
 */
export function requestAttempts(outage: Duration): number {
    let attempts = 1;
    while (expectedWait(attempts) < OUTAGES_WAITED * seconds(outage)) {
        attempts += 1;
    }
    return attempts;
}

/**
 * `execution_api.jwt_expiration_time`: for how many seconds a task's token is good, so that it outlasts an outage in which
 * nobody renews it. A token is renewed with an answer in the last fifth of its life alone; so what is sure to be left of it at
 * any time is a fifth, less the time to the next heartbeat. That has to last until the first attempt after the outage: the
 * longest wait, and one attempt that had just begun. For an outage of 5 minutes these are 2000 s, in place of Airflow's 600;
 * a token that is stolen is good for as long.
 */
export function tokenLife(outage: Duration): number {
    const unrenewed = TASK_HEARTBEAT_SECONDS + seconds(outage) + RETRY_WAIT.max + ATTEMPT_SECONDS;
    return Math.ceil(unrenewed / RENEWED_IN_LAST);
}
