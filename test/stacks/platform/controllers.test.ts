import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ADDON_CONTROLLERS } from "../../../stacks/platform/controller-addons.ts";
import { controllerAlerts } from "../../../stacks/platform/controller-alerts.ts";
import { CONTROLLERS, type Controller } from "../../../stacks/platform/controllers.ts";
import { addonTable, controllerTable, valueAt } from "../../../tools/platform-table/table.ts";
import { type Collected, type Inputs, ofType, only } from "../../support/mocks.ts";
import { assertParses } from "../../support/promql.ts";
import { everything, releases } from "./everything.ts";

const PAGE = join(import.meta.dirname, "../../../docs/platform.md");
const RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

/** Releases that run nothing. */
const WITHOUT_CONTROLLERS = new Set(["node-provisioning-definitions"]);

/** Releases of systems of the team: their own tests hold them to what they need. */
const OF_WORKLOADS = ["jupyterhub"];

describe("controllers of charts", () => {
    let all: readonly Collected[] = [];
    let values: ReadonlyMap<string, Inputs> = new Map();
    before(async () => {
        all = await everything();
        values = new Map([...releases(all)].map(([name, { inputs }]) => [name, inputs["values"]]));
    });

    const of = (controller: Controller, path: string | undefined): unknown =>
        path === undefined ? undefined : valueAt(values.get(controller.release), path);

    const everyOne = (judge: (controller: Controller) => boolean): void => {
        assert.deepEqual(
            CONTROLLERS.filter((controller) => !judge(controller)).map(({ name }) => name),
            [],
        );
    };
    const together = CONTROLLERS.filter(({ alone }) => alone === undefined);

    it("are known of every release", () => {
        const known = new Set([...CONTROLLERS.map(({ release }) => release), ...OF_WORKLOADS]);
        assert.deepEqual(
            [...values.keys()].filter((name) => !known.has(name) && !WITHOUT_CONTROLLERS.has(name)),
            [],
        );
    });

    it("run twice or more, or say why not", () => {
        for (const controller of together) {
            assert.ok(Number(of(controller, controller.values.replicas)) >= 2, controller.name);
        }
        assert.equal(CONTROLLERS.filter(({ alone }) => alone !== undefined).length, 4);
    });

    it("elect a leader where the chart has to be told", () => {
        everyOne((controller) => {
            const { leaderElection } = controller.values;
            return leaderElection === undefined || of(controller, leaderElection) === true;
        });
    });

    it("are spread over zones and hosts, and keep a budget", () => {
        for (const controller of together) {
            const spread = JSON.stringify(of(controller, controller.values.spread));
            assert.match(spread, /topology\.kubernetes\.io\/zone.*kubernetes\.io\/hostname/, controller.name);
            const budget = of(controller, controller.values.budget) as Inputs;
            assert.ok(
                budget["enabled"] === true || budget["enable"] === true || budget["maxUnavailable"] === 1,
                controller.name,
            );
        }
    });

    it("leave a lost node in 30 seconds", () => {
        everyOne((controller) => {
            const tolerations = of(controller, controller.values.tolerations) as readonly Inputs[];
            const short = tolerations.filter((one) => one["tolerationSeconds"] === 30).map((one) => String(one["key"]));
            return short.toSorted().join() === "node.kubernetes.io/not-ready,node.kubernetes.io/unreachable";
        });
    });

    it("run on the nodes that are always there, before workloads, with requests and a limit of memory", () => {
        everyOne((controller) => {
            const { nodeSelector, priority, resources } = controller.values;
            const { requests, limits } = of(controller, resources) as Inputs;
            return (
                valueAt(of(controller, nodeSelector), "workload") === "infra" &&
                ["system-cluster-critical", "data-platform-service"].includes(String(of(controller, priority))) &&
                requests.cpu !== undefined &&
                requests.memory === limits.memory
            );
        });
    });

    it("have volumes of a known size where they have a claim", () => {
        everyOne((controller) => {
            const size = of(controller, controller.values.storage);
            return controller.claim === undefined ? size === undefined : /^\d+Gi$/.test(String(size));
        });
    });

    it("are monitored under the labels that Prometheus selects by", () => {
        everyOne((controller) => {
            const { monitor } = controller.values;
            return (
                monitor === undefined ||
                monitor === "none" ||
                JSON.stringify(of(controller, monitor)).includes('{"release":"kube-prometheus-stack"}')
            );
        });
    });

    it("have alerts, which are PromQL, in a rule of their release's namespace", () => {
        const rules = ofType(all, RULE);
        for (const controller of CONTROLLERS) {
            const rule = rules.find(({ name }) => name === `${controller.release}-controllers`);
            assert.equal(rule?.inputs["metadata"].namespace, controller.namespace, controller.name);
            assert.deepEqual(rule?.inputs["metadata"].labels, { release: "kube-prometheus-stack" });
            const group = controllerAlerts(controller);
            assert.ok(
                rule?.inputs["spec"].groups.some(({ name }: Inputs) => name === group.name),
                group.name,
            );
            group.rules.forEach(({ expr }) => assertParses(expr));
        }
    });

    it("have alerts under other names than the chart's own, which begin with Kube", () => {
        const names = [...CONTROLLERS, ...ADDON_CONTROLLERS].flatMap((controller) =>
            controllerAlerts(controller).rules.map(({ alert }) => alert),
        );
        assert.deepEqual(
            names.filter((name) => name.startsWith("Kube") || name === "CPUThrottlingHigh"),
            [],
        );
    });

    it("are shown as they are in docs/platform.md (node tools/platform-table.ts)", () => {
        const page = readFileSync(PAGE, "utf8");
        for (const table of [controllerTable(all), addonTable(all)]) {
            assert.ok(page.includes(table), `docs/platform.md lacks:\n${table}`);
        }
    });
});

/** Add-ons whose programs run on every node. */
const ON_EVERY_NODE = ["eks-node-monitoring-agent", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"];

describe("controllers of EKS's add-ons", () => {
    let all: readonly Collected[] = [];
    let configurations: ReadonlyMap<string, unknown> = new Map();
    before(async () => {
        all = await everything();
        configurations = new Map(
            ofType(all, "aws:eks/addon:Addon").map(({ inputs }) => [
                inputs["addonName"],
                JSON.parse(inputs["configurationValues"] ?? "{}"),
            ]),
        );
    });

    it("are known of every add-on that brings one", () => {
        const known = [...ADDON_CONTROLLERS.map(({ addon }) => addon), ...ON_EVERY_NODE];
        assert.deepEqual([...configurations.keys()].toSorted(), known.toSorted());
    });

    it("run twice by their configuration; of the snapshot controller EKS runs two", () => {
        const replicas = ADDON_CONTROLLERS.map(({ addon, values }) =>
            valueAt(configurations.get(addon), values.replicas),
        );
        assert.deepEqual(replicas, [undefined, 2, 2, 2]);
    });

    it("leave a lost node in 30 seconds", () => {
        for (const { addon, values } of ADDON_CONTROLLERS) {
            const tolerations = valueAt(configurations.get(addon), values.tolerations) as readonly Inputs[];
            assert.equal(tolerations.filter((one) => one["tolerationSeconds"] === 30).length, 2, addon);
        }
    });

    it("have the alerts of charts' controllers, where Prometheus picks them up", () => {
        const { inputs, dependencies } = only(all, RULE, "addon-controllers");
        assert.equal(inputs["metadata"].namespace, "monitoring");
        assert.deepEqual(inputs["metadata"].labels, { release: "kube-prometheus-stack" });
        assert.deepEqual(
            inputs["spec"].groups.map(({ name }: Inputs) => name),
            ["snapshot-controller", "coredns", "metrics-server", "ebs-csi-controller"].map(
                (name) => `deployment.kube-system.${name}`,
            ),
        );
        assert.deepEqual(inputs["spec"].groups, ADDON_CONTROLLERS.map(controllerAlerts));
        assert.ok(dependencies.includes(releases(all).get("monitoring")?.urn ?? ""));
    });

    it("have the budget that their configuration says, and otherwise the one that EKS makes unasked", () => {
        const row = (addonName: string, configuration: object) =>
            addonTable([
                {
                    type: "aws:eks/addon:Addon",
                    name: addonName,
                    inputs: { addonName, configurationValues: JSON.stringify(configuration) },
                },
            ])
                .split("\n")
                .find((line) => line.includes(`/${addonName}`))
                ?.split(" | ")[3];
        const own = { podDisruptionBudget: { enabled: true, maxUnavailable: 2 } };
        assert.deepEqual(
            [row("coredns", {}), row("coredns", own), row("metrics-server", {}), row("metrics-server", own)],
            ["1 away", "2 away", "EKS's own", "2 away"],
        );
        assert.equal(row("aws-ebs-csi-driver", { controller: own }), "2 away");
    });
});
