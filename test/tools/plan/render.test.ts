import assert from "node:assert/strict";
import pc from "picocolors";
import type { Verdict } from "../../../tools/plan/analyzer.ts";
import { groupsOf, type Plan } from "../../../tools/plan/model.ts";
import { render } from "../../../tools/plan/render.ts";
import type { RecordedResource } from "../../../tools/plan/resource.ts";
import { component, resource, samplePlan } from "./samples.ts";

const plain = { colors: pc.createColors(false), verbose: false };

function shown(plan: Plan): string {
    return render(plan, plain);
}

const airflow = component("dataplatform:system:System", "airflow");
const scheduler = component("dataplatform:workload:StatelessService", "scheduler", airflow, {
    controller: "Deployment",
    namespace: "airflow",
    system: "airflow",
    replicas: "2–10",
    recovery: { kind: "promotion", event: "node", seconds: 400, limitSeconds: 300, terms: [] },
});
const deployment = resource("kubernetes:apps/v1:Deployment", "scheduler", {}, scheduler);

function verdict(changes: Partial<Verdict>): Verdict {
    return {
        policy: "p",
        level: "mandatory",
        urn: deployment.urn,
        description: "d",
        message: "m",
        fix: "",
        ...changes,
    };
}

describe("groups", () => {
    function sorted(resources: readonly RecordedResource[]): unknown {
        return groupsOf(resources).map(({ layer, name, units }) => [
            layer,
            name,
            units.map((unit) => [unit.component?.name, unit.resources.map((r) => r.name)]),
        ]);
    }

    it("counts a resource with its workload, else with the outermost component, else with its group", () => {
        const consumers = component("dataplatform:kafka:KafkaConsumerGroup", "consumers", airflow);
        const inner = component("dataplatform:workload:StatelessService", "consumer", consumers, {
            controller: "Deployment",
        });
        const helper = component("dataplatform:kafka:Helper", "helper", consumers);
        const resources = [
            airflow,
            resource("t:m:R", "direct", {}, airflow),
            consumers,
            resource("t:m:R", "topic", {}, consumers),
            helper,
            resource("t:m:R", "deep", {}, helper),
            inner,
            resource("t:m:R", "pod", {}, inner),
        ];
        const units = [
            [undefined, ["direct"]],
            ["consumers", ["topic", "deep"]],
            ["consumer", ["pod"]],
        ];
        assert.deepEqual(sorted(resources), [["system", "airflow", units]]);
    });

    it("puts infrastructure before platform, systems and the rest, and the nearest group wins", () => {
        const network = component("dataplatform:infrastructure:Network", "network");
        const logging = component("dataplatform:platform:Logging", "logging", airflow);
        const resources = [
            resource("t:m:R", "stray", {}),
            airflow,
            resource("t:m:R", "a", {}, airflow),
            logging,
            resource("t:m:R", "l", {}, logging),
            network,
            resource("t:m:R", "n", {}, network),
        ];
        assert.deepEqual(
            groupsOf(resources).map(({ layer, name }) => `${layer} ${name}`),
            ["infrastructure network", "platform logging", "system airflow", "other other"],
        );
    });
});

describe("render", () => {
    it("writes a line for a workload, with what sets it apart first", () => {
        const account = (owner: RecordedResource): RecordedResource =>
            resource("kubernetes:core/v1:ServiceAccount", owner.name, {}, owner);
        const other = component("dataplatform:workload:StatelessService", "web", airflow, {
            controller: "Deployment",
            replicas: 2,
        });
        const text = shown(
            samplePlan([
                airflow,
                scheduler,
                account(scheduler),
                deployment,
                resource("kubernetes:core/v1:Service", "a", {}, scheduler),
                resource("kubernetes:core/v1:Service", "b", {}, scheduler),
                resource("kubernetes:core/v1:Secret", "scheduler", {}, scheduler),
                other,
                account(other),
            ]),
        );
        assert.match(text, /^ {4}scheduler {2}Deployment ×2–10 +5 {2}Secret, Service ×2, ServiceAccount$/m);
        assert.match(text, /^systems +6 resources$/m);
    });

    it("writes one line for a group that is one thing, with its parts beneath where there are several", () => {
        const web = component("dataplatform:system:System", "web");
        const server = component("dataplatform:workload:StatelessService", "web", web, { controller: "Deployment" });
        const text = shown(
            samplePlan([
                web,
                server,
                resource("kubernetes:apps/v1:Deployment", "web", {}, server),
                resource("kubernetes:core/v1:Service", "web", {}, server),
                airflow,
                resource("kubernetes:core/v1:Secret", "airflow", {}, airflow),
                scheduler,
                deployment,
            ]),
        );
        const systems = text.slice(text.indexOf("systems"), text.indexOf("\n\nPolicies")).split("\n").slice(1);
        assert.deepEqual(
            systems.map((line) => line.replaceAll(/(?<=\S) {2,}/g, " | ")),
            ["  web | Deployment | 2 | Service", "  airflow | 1 | Secret", "    scheduler | Deployment ×2–10 | 1"],
        );
    });

    it("takes groups of the same kinds and first word together, but in the long form", () => {
        const roles = (kind: string, name: string, ...kinds: string[]): RecordedResource[] => {
            const group = component(`dataplatform:infrastructure:${kind}`, name);
            return [group, ...kinds.map((role) => resource(`aws:iam:${role}`, `${name}-${role}`, {}, group))];
        };
        const plan = samplePlan([
            ...roles("Access", "a", "Role", "RolePolicy"),
            ...roles("Access", "b", "Role", "RolePolicy"),
            ...roles("Access", "c", "Role"),
            ...roles("Keys", "keys", "Role"),
        ]);
        const names = (text: string): string[] =>
            text.split("\n").flatMap((line) => /^ {2}((?:access|keys)\S*(?: \S+)?) {2}/.exec(line)?.[1] ?? []);
        assert.deepEqual(names(shown(plan)), ["access ×2", "access c", "keys"]);
        assert.match(shown(plan), /access ×2 +4 {2}RolePolicy ×2, Role ×2$/m);
        const long = render(plan, { ...plain, verbose: true });
        assert.deepEqual(names(long), ["access a", "access b", "access c", "keys"]);
    });

    it("says that nobody sees a remote component's children", () => {
        const cluster = { ...component("eks:index:Cluster", "cluster", airflow), remote: true };
        const text = shown(samplePlan([airflow, cluster]));
        assert.match(text, /cluster +Cluster +its provider makes its children: not shown/);
        assert.match(text, /not shown +the children of eks:index:Cluster cluster, which its provider makes/);
    });

    it("puts mandatory violations first, each with resource, message and fix", () => {
        const text = shown(
            samplePlan([airflow, scheduler, deployment], {
                policies: [
                    { name: "p", level: "mandatory" },
                    { name: "q", level: "advisory" },
                    { name: "r", level: "disabled" },
                ],
                verdicts: [
                    verdict({ policy: "q", level: "advisory", urn: "" }),
                    verdict({ message: "it keeps state", fix: "Move it." }),
                ],
            }),
        );
        assert.match(
            text,
            /✗ mandatory {2}p\n {6}Deployment scheduler \(airflow\)\n {6}it keeps state\n {6}Fix: Move it\.\n/,
        );
        assert.match(text, /! advisory {3}q\n {6}the stack as a whole\n/);
        assert.ok(text.indexOf("✗ mandatory") < text.indexOf("! advisory"));
        assert.match(text, /0 of 2 policies passed, 1 disabled; 3 resources judged/);
        assert.match(text, /✗ 1 mandatory violation\n$/);
    });

    it("shows a margin below zero, and no limit where none is promised", () => {
        const text = shown(samplePlan([airflow, scheduler, deployment]));
        assert.match(text, /scheduler +promotion +node +400 s +300 s +-100 s/);
    });

    it("stays within 100 columns whatever the names and messages are", () => {
        const long = "a-name-without-any-space-in-it".repeat(9);
        const group = component("dataplatform:system:System", long);
        const workload = component("dataplatform:workload:StatelessService", long, group, {
            ...scheduler.inputs,
            exceptions: [{ what: long, why: long }],
        });
        const one = {
            ...resource("kubernetes:apps/v1:Deployment", long, {}, workload),
            options: { ...deployment.options, protect: true, ignoreChanges: [long] },
        };
        const plan = samplePlan([group, workload, one], {
            verdicts: [verdict({ policy: "p", urn: one.urn, message: long, fix: long })],
        });
        for (const verbose of [false, true]) {
            const wide = render(plan, { ...plain, verbose })
                .split("\n")
                .filter((line) => line.length > 100);
            assert.deepEqual(wide, []);
        }
    });

    it("shows capacity and cost, what is wrong with the one, and what is missing in the other", () => {
        const plan: Plan = {
            ...samplePlan([]),
            capacity: {
                method: "an estimate",
                pools: [
                    {
                        pool: "infra",
                        instanceType: "m7i.2xlarge",
                        nodes: 9,
                        max: 15,
                        scaledBy: "managed-groups",
                        room: { cpu: 1, memory: 1, pods: 1, volumes: 1 },
                        standing: { cpu: 1, memory: 1, pods: 1, volumes: 1 },
                        share: { cpu: 0.5, memory: 0.25, pods: 0.125, volumes: 0 },
                        unplaced: [],
                        unplacedAtMost: [],
                    },
                ],
                zoneLoss: [
                    {
                        workload: "kafka/broker",
                        system: "kafka",
                        promise: "ingestion",
                        replicas: 3,
                        left: 1,
                        after: 1,
                        homeless: 0,
                        outcome: "gone",
                    },
                ],
                findings: [{ level: "error", subject: "ingestion", message: "too few", fix: "More." }],
            },
            cost: {
                region: "eu-central-1",
                items: [
                    {
                        group: "nodes",
                        name: "nodes",
                        quantity: 1,
                        monthly: 1234.4,
                        range: { min: 0, max: 9e6 },
                        price: null,
                    },
                    { group: "databases", name: "machine", quantity: 1, monthly: null, note: "no price", price: null },
                ],
                monthly: 1234.4,
                range: { min: 0, max: 9e6 },
                unpriced: ["machine"],
                assumptions: [{ name: "natGigabytes", value: 300, of: "GB through each" }],
                leftOut: ["taxes"],
            },
            costDifference: {
                file: "plan.json",
                stack: "staging",
                items: [
                    { name: "nodes", before: 234.4, after: 1234.4 },
                    { name: "machine", before: null, after: null },
                ],
                before: 234.4,
                after: 1234.4,
                monthly: 1000,
                assumptions: ["natGigabytes (1 and 300)"],
            },
        };
        const text = shown(plan);
        assert.match(text, /^ {2}infra {2}m7i\.2xlarge +9 +50 % +25 % +13 % +0 %$/m);
        assert.match(text, /^ {2}ingestion +does not stay up: broker 1 of 3$/m);
        assert.match(text, /✗ error {4}ingestion\n {6}too few\n {6}Fix: More\.\n/);
        assert.match(text, /^ {2}nodes +1,234 +0 +9,000,000$/m);
        assert.match(text, /^ {2}machine +– +– +–\n {6}no price$/m);
        assert.match(text, /^ {2}not priced {2}machine$/m);
        assert.match(text, /^ {2}nodes +234 +1,234 +\+1,000$/m);
        assert.match(text, /^ {2}machine +– +– +–$/m);
        assert.match(text, /^ {2}Counted with other assumptions: natGigabytes \(1 and 300\)\.$/m);
        assert.ok(!text.includes("GB through each"));
        assert.match(render(plan, { ...plain, verbose: true }), /^ {4}natGigabytes=300 {2}GB through each$/m);
        assert.match(text, /✗ 1 capacity error\n$/);
    });

    it("colours only when it is told to", () => {
        const plan = samplePlan([airflow, scheduler, deployment]);
        const coloured = render(plan, { colors: pc.createColors(true), verbose: false });
        assert.notEqual(coloured, shown(plan));
        // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
        assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ""), shown(plan));
    });
});
