import type { Problems } from "../../components/support/errors.ts";
import { duration, seconds } from "../../components/values/duration.ts";
import { ENDPOINT_REMOVAL, NODE_DETECTION } from "../../components/values/recovery-budget.ts";
import { planSubnets } from "../infrastructure/subnets.ts";
import { checkAws } from "./check-aws.ts";
import { checkBi } from "./check-bi.ts";
import { checkKafka } from "./check-kafka.ts";
import { checkPlatform } from "./check-platform.ts";
import { checkPools } from "./check-pools.ts";
import { checkSpark } from "./check-spark.ts";
import type { EksConfig, KubeconfigConfig } from "./schema.ts";

/** Sections that were valid by themselves. */
export type ValidSections = Partial<Omit<EksConfig, "target" | "environment">> &
    Partial<Omit<KubeconfigConfig, "target" | "environment" | "metadataDatabase">> & {
        readonly target?: "eks" | "kubeconfig";
        readonly environment?: "prod" | "staging" | "local";
    };

/** What compliance asks of production. */
const PROD_RETENTION_DAYS = 30;
/** What was promised for production (99.9 % a month; orchestration at most 5 minutes at a time). */
const PROD_DOWNTIME = "5 minutes";
/** Zones without which a lost one takes a majority along. */
const PROD_ZONES = 3;
/** What AWS refuses to do with less. Sources: EKS user guide, "VPC and subnets"; RDS, "DB subnet groups". */
const LEAST_ZONES = 2;
/** No replica is missed faster than this. */
const FASTEST_RECOVERY = NODE_DETECTION.seconds + ENDPOINT_REMOVAL.seconds;

function checkNetwork(problems: Problems, { region, network, environment }: ValidSections): void {
    if (!network) {
        return;
    }
    const zones = network.zones.length;
    problems.attempt("network.cidr", () => planSubnets(network.cidr, network.zones));
    network.zones.forEach((zone, index) => {
        problems.check(
            region === undefined || zone.slice(0, -1) === region,
            `network.zones[${index}]`,
            zone,
            `it does not lie in the region ${region}`,
            `Use a zone of ${region}`,
        );
    });
    if (environment === "prod") {
        problems.check(
            zones >= PROD_ZONES,
            "network.zones",
            network.zones,
            "losing one of fewer than three zones loses a majority",
            `List at least ${PROD_ZONES} zones`,
        );
        problems.check(
            network.natGateways === "per-zone",
            "network.natGateways",
            network.natGateways,
            "with a single gateway, losing its zone cuts off the others",
            'Use "per-zone" in prod',
        );
    } else {
        problems.check(
            zones >= LEAST_ZONES,
            "network.zones",
            network.zones,
            "a cluster, RDS and load balancers each want subnets in two zones",
            `List at least ${LEAST_ZONES} zones`,
        );
    }
}

function checkPromises(problems: Problems, { environment, availability, logs, cluster }: ValidSections): void {
    const prod = environment === "prod";
    if (availability) {
        const allowed = seconds(availability.downtimeBudget);
        problems.check(
            allowed >= FASTEST_RECOVERY,
            "availability.downtimeBudget",
            availability.downtimeBudget,
            `a lost node is found and its endpoints are removed in ${FASTEST_RECOVERY} seconds at worst`,
            `Allow at least "${duration(FASTEST_RECOVERY)}"`,
        );
        problems.check(
            !prod || allowed <= seconds(PROD_DOWNTIME),
            "availability.downtimeBudget",
            availability.downtimeBudget,
            `production has promised ${PROD_DOWNTIME}`,
            `Use at most "${PROD_DOWNTIME}" in prod`,
        );
    }
    problems.check(
        !prod || logs === undefined || logs.retentionDays >= PROD_RETENTION_DAYS,
        "logs.retentionDays",
        logs?.retentionDays,
        `logs of production are kept ${PROD_RETENTION_DAYS} days or longer`,
        `Use ${PROD_RETENTION_DAYS} in prod`,
    );
    problems.check(
        !prod || cluster === undefined || cluster.deletionProtection,
        "cluster.deletionProtection",
        cluster?.deletionProtection,
        "one call would delete the production cluster",
        "Use true in prod",
    );
}

/** Checks what no section can know by itself; looks only at sections that are valid. */
export function checkAcross(problems: Problems, sections: ValidSections): void {
    checkNetwork(problems, sections);
    checkPools(problems, sections);
    checkPromises(problems, sections);
    checkKafka(problems, sections);
    checkAws(problems, sections);
    checkBi(problems, sections);
    checkPlatform(problems, sections);
    checkSpark(problems, sections);
}
