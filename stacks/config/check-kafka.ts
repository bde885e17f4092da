import type { Problems } from "../../components/support/errors.ts";
import { checkWithoutAws } from "./check-target.ts";
import type { ValidSections } from "./checks.ts";

function checkMembers(problems: Problems, { kafka, consumers }: ValidSections): void {
    if (!kafka || !consumers) {
        return;
    }
    const { partitions } = kafka.topic;
    const { membership } = consumers;
    const [key, members] =
        membership.kind === "static"
            ? (["replicas", membership.replicas] as const)
            : (["max", membership.max] as const);
    problems.check(
        members <= partitions,
        `consumers.membership.${key}`,
        members,
        `a topic of ${partitions} partitions leaves every further member idle`,
        `Use at most ${partitions}, best a divisor of it`,
    );
}

/** What brokers of somebody else ask of the rest. */
function checkExternal(problems: Problems, { kafka, consumers, environment, pools }: ValidSections): void {
    if (kafka?.kind !== "external") {
        return;
    }
    problems.check(
        environment !== "prod" || kafka.security.kind !== "plaintext",
        "kafka.security.kind",
        kafka.security.kind,
        "records of production would leave the cluster unencrypted, from and to whoever asks",
        'Use "sasl" or "tls" in prod',
    );
    const protocol = consumers?.protocol.kind;
    problems.check(
        protocol !== "consumer" || kafka.groupSessionTimeout !== undefined,
        "kafka.groupSessionTimeout",
        undefined,
        "with the consumers' protocol the brokers decide for how long a member may be silent, and theirs is not known here",
        'Write down the brokers\' group.consumer.session.timeout.ms, or use the protocol "classic"',
    );
    problems.check(
        protocol !== "classic" || kafka.groupSessionTimeout === undefined,
        "kafka.groupSessionTimeout",
        kafka.groupSessionTimeout,
        "members of the protocol classic say themselves for how long they may be silent",
        "Leave it out",
    );
    problems.check(
        pools?.streaming === undefined,
        "pools.streaming",
        "configured",
        "it is for brokers, and those run elsewhere",
        "Leave it out",
    );
}

/** Checks that brokers, consumers and pools go together, and that buckets are asked for where there are such. */
export function checkKafka(problems: Problems, sections: ValidSections): void {
    checkMembers(problems, sections);
    checkWithoutAws(problems, sections, {
        "consumers.dataBuckets": sections.consumers?.dataBuckets,
        "kafkaConnect.dataBuckets": sections.kafkaConnect?.dataBuckets,
    });
    checkExternal(problems, sections);
}
