import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { renderedStack } from "../stacks/rendered/stack.ts";
import { AWS } from "./doubles/aws.ts";
import { EKS } from "./doubles/eks.ts";
import { RANDOM } from "./doubles/random.ts";
import { describeWithEngine } from "./support/engine.ts";
import { Project } from "./support/project.ts";
import type { Run } from "./support/run.ts";

const DOUBLES = [AWS, EKS, RANDOM];
const { unknownValue } = pulumi.runtime;

/** Of what the engine adds by itself: the stack, and providers that the program did not make. */
const ENGINES_OWN = /^pulumi:pulumi:Stack$|^pulumi:providers:(?!kubernetes)/;

function inputsOf(run: Run, type: string): readonly Readonly<Record<string, unknown>>[] {
    return run.events.flatMap(({ resourcePreEvent: { metadata } = {} }) =>
        metadata?.type === type ? [metadata.new?.inputs ?? {}] : [],
    );
}

for (const stack of ["staging", "prod"] as const) {
    describeWithEngine(`${stack}, a new environment, AWS and EKS answered by doubles`, () => {
        let project: Project;
        let run: Run;

        before(async () => {
            project = await Project.create({ stack, doubles: DOUBLES });
            run = await project.preview();
        });

        after(async () => {
            await project?.close();
        });

        it("is previewed to the end, without a word of warning", () => {
            assert.equal(run.failure, undefined);
            assert.deepEqual(run.diagnostics, []);
        });

        it("makes what the offline plan lists, resource by resource, and nothing else", async () => {
            const { resources } = await renderedStack(stack);
            const planned = new Set(resources.map(({ urn }) => urn));
            const made = run.steps.filter(({ type }) => !ENGINES_OWN.test(type));
            const engines = new Set(made.map(({ urn }) => urn));
            assert.deepEqual(
                [...engines].filter((urn) => !planned.has(urn)),
                [],
                "not in the plan",
            );
            assert.deepEqual(
                [...planned].filter((urn) => !engines.has(urn)),
                [],
                "in the plan alone",
            );
            assert.deepEqual(
                made.filter(({ op }) => op !== "create"),
                [],
            );
        });

        it("has the real Kubernetes provider, which does not know its cluster yet", () => {
            const providers = inputsOf(run, "pulumi:providers:kubernetes");
            assert.equal(providers.length, 2);
            for (const inputs of providers) {
                assert.equal(inputs["kubeconfig"], unknownValue);
            }
        });

        it("keeps to every policy, with much of it unknown", () => {
            assert.deepEqual(run.violations, []);
            const judged = run.events.flatMap(({ summaryEvent }) => (summaryEvent === undefined ? [] : [summaryEvent]));
            // The engine writes this key in capitals; its types do not.
            const packs = judged.map((summary) => Reflect.get(summary, "PolicyPacks") as Record<string, string>);
            assert.deepEqual(
                packs.flatMap((names) => Object.keys(names).map((name) => name.split("|")[0])),
                ["workload-controllers"],
            );
        });
    });
}

describeWithEngine("prod with a Deployment that claims a volume whose name is unknown", () => {
    let project: Project;
    let run: Run;

    before(async () => {
        const program = join(import.meta.dirname, "programs", "claim-in-deployment.ts");
        project = await Project.create({ stack: "prod", doubles: DOUBLES, program });
        run = await project.preview();
    });

    after(async () => {
        await project?.close();
    });

    it("fails the preview, for this Deployment alone", () => {
        assert.ok(run.failure !== undefined, "the preview went through");
        assert.deepEqual(
            run.violations.map(({ policyName, enforcementLevel, resourceUrn }) => [
                policyName,
                enforcementLevel,
                resourceUrn?.split("::").at(-1),
            ]),
            [["stateful-workload-as-deployment", "mandatory", "reports"]],
        );
    });

    it("says what it saw, and what to do", () => {
        const message = run.violations.map((violation) => violation.message).join("\n");
        assert.match(
            message,
            /Deployment default\/reports .*Evidence: \(1\) volume data: claim \(name not known yet\)/,
        );
        assert.match(message, /Use OrderedStatefulService/);
    });
});
