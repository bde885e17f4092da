import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { controllerAlerts } from "../../../stacks/platform/controller-alerts.ts";
import { CONTROLLERS, type Controller } from "../../../stacks/platform/controllers.ts";
import { addonTable, controllerTable, valueAt } from "../../../tools/platform-table/table.ts";
import { type Collected, type Inputs, ofType } from "../../support/mocks.ts";
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

    it("are shown as they are in docs/platform.md (node tools/platform-table.ts)", () => {
        const page = readFileSync(PAGE, "utf8");
        for (const table of [controllerTable(all), addonTable(all)]) {
            assert.ok(page.includes(table), `docs/platform.md lacks:\n${table}`);
        }
    });
});
