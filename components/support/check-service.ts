import { resolveClusterFacts } from "../cluster-facts.ts";
import type { Autoscaling } from "../specs/autoscaler.ts";
import type { IngressArgs } from "../specs/ingress.ts";
import type { ServingArgs } from "../workload-args.ts";
import { checkLoadBalancer, checkReplicas } from "./check-workload.ts";
import type { Problems } from "./errors.ts";

/** Checks a number of replicas that follows the load. */
export function checkAutoscaling(problems: Problems, scaling: Autoscaling): void {
    const { on, min, max } = scaling;
    checkReplicas(problems, "replicas.max", max, 1);
    problems.check(max > min, "replicas.max", max, `it leaves no room above the minimum of ${min}`, "Raise it");
    if (on.kind !== "kafkaLag") {
        problems.check(
            Number.isInteger(on.percent) && on.percent >= 1 && on.percent <= 100,
            "replicas.on.percent",
            on.percent,
            "a target is a whole percentage of the request, from 1 to 100",
            "Correct it",
        );
        return;
    }
    problems.check(
        max <= on.partitions,
        "replicas.max",
        max,
        `topic ${on.topic} has ${on.partitions} partitions; more members than that would idle`,
        `Set at most ${on.partitions}`,
    );
    problems.check(
        Number.isInteger(on.lagPerReplica) && on.lagPerReplica >= 1,
        "replicas.on.lagPerReplica",
        on.lagPerReplica,
        "a lag is a whole number of records, at least 1",
        "Correct it",
    );
}

/**
 * Checks an ingress.
 *
 * @returns the name of the port that it leads to; undefined without an ingress
 */
export function checkIngress(
    problems: Problems,
    args: ServingArgs & { readonly ingress?: IngressArgs },
): string | undefined {
    if (args.ingress === undefined) {
        return undefined;
    }
    checkLoadBalancer(problems, true, resolveClusterFacts(args.cluster));
    const names = Object.keys(args.ports ?? {});
    const port = args.ingress.port ?? (names.length === 1 ? names[0] : undefined);
    problems.check(
        port !== undefined && names.includes(port),
        "ingress.port",
        args.ingress.port,
        names.length === 0 ? "the service has no ports" : `the ports are ${names.join(", ")}`,
        "Name one of ports",
    );
    return port;
}
