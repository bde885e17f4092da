import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kubernetesPolicy, type PolicyHeader, type Subject } from "./harness.ts";
import { ClaimRegister } from "./predicates/claims.ts";
import type { Evidence } from "./predicates/evidence.ts";
import { EXEMPT_REASON, EXEMPT_UNTIL, readExemption } from "./predicates/exemption.ts";
import type { PlainObject } from "./predicates/plain.ts";
import { podSpecOf } from "./predicates/pod.ts";
import { statefulEvidence } from "./predicates/stateful.ts";

/** How far ahead an exemption may expire, in days, where the configuration does not say. */
const DEFAULT_MAX_EXEMPTION_DAYS = 180;

/** How many facts a message lists before it counts the rest. */
const LISTED_FACTS = 3;

/** How much of one fact a message shows, in characters. */
const FACT_LENGTH = 110;

const HEADER: PolicyHeader = {
    name: "stateful-workload-as-deployment",
    description: "A workload that keeps state needs a controller that keeps its identity and its volume.",
    enforcementLevel: "mandatory",
    severity: "critical",
    configSchema: {
        properties: {
            maxExemptionDays: { type: "integer", minimum: 1, default: DEFAULT_MAX_EXEMPTION_DAYS },
        },
    },
};

/** Controllers whose pods are interchangeable, those of OpenShift and Argo included: they take the same template. */
const KINDS: readonly string[] = ["Deployment", "ReplicaSet", "ReplicationController", "DeploymentConfig", "Rollout"];

function shorten(fact: string): string {
    return fact.length <= FACT_LENGTH ? fact : `${fact.slice(0, FACT_LENGTH - 1)}…`;
}

function describe(label: string, evidence: readonly Evidence[]): string {
    const listed = evidence.slice(0, LISTED_FACTS).map(({ fact }, index) => `(${index + 1}) ${shorten(fact)}`);
    const more = evidence.length > LISTED_FACTS ? `; and ${evidence.length - LISTED_FACTS} more` : "";
    return (
        `${label} keeps state, but its controller gives pods neither identity nor a volume of their own. ` +
        `Evidence: ${listed.join("; ")}${more}. ` +
        "Use OrderedStatefulService; if the data is scratch, StatelessService with an emptyDir of limited size."
    );
}

function maxExemptionDays(config: PlainObject): number {
    const days = config["maxExemptionDays"];
    return typeof days === "number" ? days : DEFAULT_MAX_EXEMPTION_DAYS;
}

function judge(subject: Subject, claims: ClaimRegister, now: Date, maxDays: number): readonly string[] {
    const exemption = readExemption(subject.object, now, maxDays);
    if (exemption.state === "valid") {
        return [];
    }
    const evidence = statefulEvidence(podSpecOf(subject.object), (name) => claims.isShared(subject.object, name));
    const problems =
        exemption.state === "problem"
            ? [`${subject.label}: ${exemption.problem}. Exempt only by ${EXEMPT_REASON} and ${EXEMPT_UNTIL}.`]
            : [];
    return evidence.length === 0 ? problems : [describe(subject.label, evidence), ...problems];
}

/**
 * The central policy with a memory of its own for the claims of one run.
 *
 * @param clock gives the time that exemptions are compared with.
 */
export function createStatefulWorkloadPolicy(clock: () => Date): ResourceValidationPolicy {
    const claims = new ClaimRegister();
    return kubernetesPolicy(HEADER, [...KINDS, "PersistentVolumeClaim"], (subject, config) => {
        if (subject.kind === "PersistentVolumeClaim") {
            claims.note(subject.object);
            return [];
        }
        return judge(subject, claims, clock(), maxExemptionDays(config));
    });
}

/** Rejects stateful workloads under controllers of interchangeable pods. */
export const statefulWorkloadAsDeployment = createStatefulWorkloadPolicy(() => new Date());
