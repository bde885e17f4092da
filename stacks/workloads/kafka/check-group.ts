import type { Problems } from "../../../components/support/errors.ts";
import { duration, seconds } from "../../../components/values/duration.ts";
import type { KafkaConsumerGroupArgs } from "../kafka-consumers.ts";
import { sessionTimeout } from "./consumer-properties.ts";
import { heartbeatMillis } from "./sessions.ts";

/** `group.min.session.timeout.ms` of a broker, by default. */
const LEAST_SESSION_SECONDS = 6;

/** Members at most: more than partitions would idle. */
function members(membership: KafkaConsumerGroupArgs["membership"]): number {
    return membership.kind === "static" ? membership.replicas : membership.max;
}

function checkTimes(problems: Problems, args: KafkaConsumerGroupArgs): void {
    const { membership, protocol, lagBudget } = args;
    const field = protocol.kind === "classic" ? "protocol.sessionTimeout" : "protocol.brokerSessionTimeout";
    const timeout = sessionTimeout(protocol);
    const session = problems.attempt(field, () => seconds(timeout));
    const budget = problems.attempt("lagBudget", () => seconds(lagBudget));
    const restart =
        membership.kind === "static"
            ? problems.attempt("membership.restartTime", () => seconds(membership.restartTime))
            : undefined;
    if (session === undefined) {
        return;
    }
    problems.check(
        session >= LEAST_SESSION_SECONDS,
        field,
        timeout,
        `brokers take no session below ${LEAST_SESSION_SECONDS} seconds, and a pause for garbage would end a shorter one`,
        `Use at least "${LEAST_SESSION_SECONDS} seconds"`,
    );
    const heartbeat = Math.ceil(heartbeatMillis(timeout) / 1000);
    problems.check(
        budget === undefined || session + heartbeat < budget,
        field,
        timeout,
        `a dead member's partitions wait for it and then up to ${heartbeat} seconds for the others' next heartbeat, in all no less than the lag budget of ${lagBudget}`,
        protocol.kind === "classic"
            ? "Shorten it, or allow more lag"
            : "Lower the brokers' group.consumer.session.timeout.ms (45 seconds by default) and its minimum, or allow more lag",
    );
    problems.check(
        restart === undefined || restart < session,
        "membership.restartTime",
        membership.kind === "static" ? membership.restartTime : undefined,
        `the session ends after ${timeout}, so that every restart would be a rebalance`,
        `Restart in less, raise ${field} to "${duration((restart ?? 0) + 1)}" or more, or use dynamic membership`,
    );
}

/** Checks what the types of a consumer group cannot say. */
export function checkGroup(problems: Problems, args: KafkaConsumerGroupArgs): void {
    const { membership, partitions, topic, group } = args;
    const most = members(membership);
    problems.check(
        Number.isInteger(partitions) && partitions >= 1,
        "partitions",
        partitions,
        "a topic has a whole number of partitions, at least 1",
        "Correct it",
    );
    problems.check(
        most <= partitions,
        membership.kind === "static" ? "membership.replicas" : "membership.max",
        most,
        `topic ${topic} has ${partitions} partitions; more members than that would idle`,
        `Use at most ${partitions}`,
    );
    problems.check(group.length > 0, "group", group, "a group without a name cannot commit", "Name it");
    problems.check(topic.length > 0, "topic", topic, "there is nothing to read", "Name it");
    checkTimes(problems, args);
}

/**
 * What to say of members that cannot share the partitions evenly.
 *
 * @returns undefined where they can
 */
export function unevenShares(args: KafkaConsumerGroupArgs): string | undefined {
    const { partitions } = args;
    const most = members(args.membership);
    if (partitions % most === 0) {
        return undefined;
    }
    const divisors = Array.from({ length: partitions }, (_, i) => i + 1).filter((n) => partitions % n === 0);
    const below = divisors.findLast((n) => n < most);
    const above = divisors.find((n) => n > most);
    const even = [below, above].filter((n) => n !== undefined).join(" or ");
    const busiest = Math.ceil(partitions / most);
    return `${most} members cannot share ${partitions} partitions evenly: some read ${busiest}, others ${busiest - 1}. ${even} members could.`;
}
