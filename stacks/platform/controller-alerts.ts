import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { deploymentAlerts } from "../../components/alerts/deployment.ts";
import { statefulSetAlerts } from "../../components/alerts/stateful-set.ts";
import type { AlertGroup } from "../../components/alerts/subject.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { ADDON_CONTROLLERS } from "./controller-addons.ts";
import { CONTROLLERS, type Controller } from "./controllers.ts";
import type { ChartNamespace } from "./namespaces.ts";

/** Value of the label `system` of the platform's own alerts. */
const SYSTEM = "platform";

/** Seconds in which a replica of a controller is replaced: an image, and an election. */
const REPLICA_SECONDS = 120;
/** The same with a volume that moves along. */
const STATEFUL_REPLICA_SECONDS = 300;

/** The most replicas that a controller with claims has here; an alert on a claim that there is not stays silent. */
const MOST_CLAIMS = 3;

/** Labels of rules that Prometheus picks up. */
type Labels = Readonly<Record<string, string>>;

/** What the alerts of a controller are made of, whoever brings it. */
type Alerted = Pick<Controller, "name" | "containers" | "claim"> & { readonly namespace: string };

/** The alerts of a controller: those that every workload of its kind has. */
export function controllerAlerts({ name, namespace, containers, claim }: Alerted): AlertGroup {
    const subject = { name, namespace, containers, system: SYSTEM };
    if (claim === undefined) {
        return deploymentAlerts({ ...subject, replicaSeconds: REPLICA_SECONDS });
    }
    return statefulSetAlerts({
        ...subject,
        replicaSeconds: STATEFUL_REPLICA_SECONDS,
        claims: Array.from({ length: MOST_CLAIMS }, (_, ordinal) => `${claim}-${name}-${ordinal}`),
        // As the operators make theirs, and Loki's chart its own; Grafana's has one pod.
        ordered: false,
    });
}

/** Registers the alerts of controllers in a namespace; Prometheus picks them up from any. */
function register(
    name: string,
    namespace: string,
    { controllers, labels }: { readonly controllers: readonly Alerted[]; readonly labels: Labels },
    opts: pulumi.CustomResourceOptions,
): void {
    new k8s.apiextensions.CustomResource(
        name,
        {
            ...PROMETHEUS_RULE,
            metadata: { name, namespace, labels },
            spec: prometheusRuleSpec(controllers.map(controllerAlerts)),
        },
        opts,
    );
}

/** Registers the alerts of all controllers that a release brings. */
export function releaseAlerts(release: string, labels: Labels, opts: pulumi.CustomResourceOptions): void {
    const controllers = CONTROLLERS.filter((controller) => controller.release === release);
    const [first] = controllers;
    if (first === undefined) {
        throw new RangeError(`no controller of the release ${release} is known`);
    }
    register(`${release}-controllers`, first.namespace, { controllers, labels }, opts);
}

/** Registers the alerts of the controllers that EKS's add-ons bring; in a namespace of ours, since theirs is left to EKS. */
export function addonAlerts(namespace: ChartNamespace, labels: Labels, opts: pulumi.CustomResourceOptions): void {
    register("addon-controllers", namespace, { controllers: ADDON_CONTROLLERS, labels }, opts);
}
