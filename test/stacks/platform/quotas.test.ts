import assert from "node:assert/strict";
import { type Bytes, bytes, type Cpu, millicores } from "../../../components/values/quantity.ts";
import { taskLimits } from "../../../stacks/platform/task-limits.ts";
import type { Inputs } from "../../support/mocks.ts";
import { type RenderedObject, renderedStack } from "../rendered/stack.ts";
import { prodWith } from "./everything.ts";

interface Sum {
    readonly pods: number;
    readonly cpu: number;
    readonly memory: number;
}

const NONE: Sum = { pods: 0, cpu: 0, memory: 0 };

/** What one pod requests: the most of its containers together and of each that runs before them. */
function requested(spec: Inputs, what: "cpu" | "memory", read: (text: never) => number): number {
    const of = ({ resources }: Inputs): number => read(resources.requests[what] as never);
    const before: readonly Inputs[] = spec["initContainers"] ?? [];
    const beside = before.filter(({ restartPolicy }) => restartPolicy === "Always");
    const running = [...spec["containers"], ...beside].reduce((sum: number, one: Inputs) => sum + of(one), 0);
    return Math.max(running, ...before.map(of));
}

/** Pods that an object may have at the same time, those of two revisions together. */
function pods({ kind, object }: RenderedObject, scaled: ReadonlyMap<string, number>): number {
    const { spec } = object;
    switch (kind) {
        case "Deployment": {
            const replicas = scaled.get(object["metadata"].name) ?? spec.replicas;
            return replicas + Math.ceil(replicas / 4);
        }
        case "StatefulSet":
            return spec.replicas;
        case "Job":
            return spec.parallelism ?? 1;
        case "CronJob":
            return 1;
        default:
            return 0;
    }
}

function templateOf({ kind, object }: RenderedObject): Inputs | undefined {
    return kind === "CronJob" ? object["spec"].jobTemplate.spec.template.spec : object["spec"]?.template?.spec;
}

/** What everything of a namespace may request together, but for task pods. */
function demand(objects: readonly RenderedObject[], namespace: string): Sum {
    const mine = objects.filter((object) => object.namespace === namespace);
    const scaled = new Map(
        mine
            .filter(({ kind }) => kind === "ScaledObject" || kind === "HorizontalPodAutoscaler")
            .map(({ object: { spec } }) => [spec.scaleTargetRef.name, spec.maxReplicaCount ?? spec.maxReplicas]),
    );
    return mine.reduce((sum, object) => {
        const count = pods(object, scaled);
        const spec = templateOf(object);
        return spec === undefined || count === 0
            ? sum
            : {
                  pods: sum.pods + count,
                  cpu: sum.cpu + count * requested(spec, "cpu", millicores),
                  memory: sum.memory + count * requested(spec, "memory", bytes),
              };
    }, NONE);
}

function limits({ object }: RenderedObject): Sum {
    const { hard } = object["spec"];
    return {
        pods: Number(hard.pods),
        cpu: millicores(hard["requests.cpu"] as Cpu),
        memory: bytes(hard["requests.memory"] as Bytes),
    };
}

const NAMESPACES = {
    prod: ["airflow", "airflow-tasks", "batch", "data", "kafka", "flink", "bi"],
    staging: ["airflow", "airflow-tasks", "batch", "data", "kafka"],
} as const;

for (const stack of ["prod", "staging"] as const) {
    describe(`quotas of ${stack}`, () => {
        let objects: readonly RenderedObject[] = [];
        before(async () => {
            ({ objects } = await renderedStack(stack));
        });

        const quota = (namespace: string, name: string): Sum => {
            const found = objects.find(
                (one) => one.kind === "ResourceQuota" && one.namespace === namespace && one.name === name,
            );
            assert.ok(found, `${namespace} has no quota ${name}`);
            return limits(found);
        };

        it("are there for every namespace of systems, agents of nodes and charts aside", () => {
            const systems = new Set(
                objects
                    .filter(({ kind }) => ["Deployment", "StatefulSet", "Job", "CronJob", "Pod"].includes(kind))
                    .map(({ namespace }) => namespace),
            );
            assert.deepEqual(systems, new Set(NAMESPACES[stack]));
        });

        for (const namespace of NAMESPACES[stack]) {
            it(`let everything of ${namespace} be there at once, a rollout included`, () => {
                const tasks = namespace === "airflow-tasks" ? quota(namespace, "task-pods") : NONE;
                const wanted = demand(objects, namespace);
                const allowed = quota(namespace, "all-pods");
                for (const what of ["pods", "cpu", "memory"] as const) {
                    // Half of what tasks may take at most is what they take while none is ending.
                    const all = wanted[what] + tasks[what] / 2;
                    assert.ok(all <= allowed[what], `${what}: ${all} of ${allowed[what]}`);
                }
                assert.ok(wanted.pods + tasks.pods > 0);
            });
        }

        it("are met by pods that all say what they request", () => {
            const silent = objects.filter((object) => {
                const containers: readonly Inputs[] = templateOf(object)?.["containers"] ?? [];
                return containers.some(({ resources }) => !resources?.requests?.cpu || !resources.requests.memory);
            });
            assert.deepEqual(
                silent.map(({ name }) => name),
                [],
            );
        });

        it("count task pods by the priority that their template has", () => {
            const task = objects.find(({ kind, name }) => kind === "Pod" && name === "airflow-task");
            const scope = objects.find(({ kind, name }) => kind === "ResourceQuota" && name === "task-pods");
            assert.equal(scope?.namespace, task?.namespace);
            assert.deepEqual(scope?.object["spec"].scopeSelector.matchExpressions[0].values, [
                task?.object["spec"].priorityClassName,
            ]);
        });
    });
}

describe("the quota of task pods", () => {
    it("is twice what tasks at the same time request", () => {
        const { airflow } = prodWith({});
        assert.deepEqual(taskLimits({ ...airflow, parallelism: 10 }), {
            pods: 20,
            cpu: 20 * 500,
            memory: 20 * 2 ** 30,
        });
    });
});
