import { createHash } from "node:crypto";
import { schemas } from "../../../stacks/config/schema.ts";
import { PROVIDER_KEYS, parseConfig, type RawConfig, type StackConfig } from "../../../stacks/config.ts";
import { buildStack } from "../../../stacks/eks-stack.ts";
import type { Judgement } from "../../../tools/plan/analyzer.ts";
import { captureConsole } from "../../../tools/plan/console.ts";
import { planJson } from "../../../tools/plan/json.ts";
import { unjudgedPlan } from "../../../tools/plan/model.ts";
import { RecordingMonitor } from "../../../tools/plan/monitor.ts";
import { readStack } from "../../../tools/plan/stack-files.ts";
import { OPTIONAL_SECTIONS } from "../../../tools/platform-table/optional-sections.ts";
import { revealed, withGeneratedValues } from "../../stacks/rendered/stack.ts";
import { collect } from "../../support/mocks.ts";
import type { Option } from "./options.ts";
import { type Sections, withValue } from "./paths.ts";
import { KINDS, NEEDS, OF_PROD, type Trial, type Values } from "./table.ts";

const ROOT = new URL("../../..", import.meta.url).pathname;

const PROJECT = "data-platform";

function sectionsOf(stack: string): Sections {
    const keys = new Map(Object.entries(PROVIDER_KEYS).map(([section, key]) => [key, section]));
    return Object.fromEntries(
        Object.entries(readStack(ROOT, stack).config).map(([key, text]) => [
            keys.get(key) ?? key.slice(PROJECT.length + 1),
            /^[[{]/.test(text) ? JSON.parse(text) : text,
        ]),
    );
}

const OWN = { prod: sectionsOf("prod"), staging: sectionsOf("staging"), local: sectionsOf("local") } as const;

/** Text of an account's, so that what is taken over from another stack is of the stack's own. */
function accountOf({ account }: Sections): string {
    return Array.isArray(account) ? String(account[0]) : "";
}

/** Sections that a stack leaves out, as prod has them, or else as they stand for any. */
function borrowed(sections: readonly string[], stack: keyof typeof OWN): Sections {
    const lent = sections
        .filter((section) => !(section in OWN[stack]))
        .map((section) => [section, Reflect.get(OPTIONAL_SECTIONS, section) ?? OWN.prod[section]] as const);
    const text = JSON.stringify(Object.fromEntries(lent));
    return JSON.parse(text.replaceAll(accountOf(OWN.prod), accountOf(OWN[stack])));
}

/** A stack with every system that its kind of cluster can have. */
export function withEverySystem(stack: keyof typeof OWN): Sections {
    const own = OWN[stack];
    const eks = own["target"] === "eks";
    const systems = borrowed(Object.keys(schemas[eks ? "eks" : "kubeconfig"].shape), stack);
    // What they need together.
    const room = eks ? { pools: OWN.prod["pools"], quotas: OPTIONAL_SECTIONS.quotas } : {};
    return { ...own, ...systems, ...room };
}

/** A stack, and what its configuration is then. */
export interface Configuration {
    readonly stack: keyof typeof OWN;
    readonly sections: Sections;
}

/** Sections with values put in, one after the other. */
export function withValues(sections: Sections, values: Values = {}): Sections {
    return Object.entries(values).reduce((changed, [path, value]) => withValue(changed, path, value), sections);
}

/** What an option is tried in: the smallest stack that has it, and what it is nothing without. */
export function startOf(option: Option, trial: Trial): Configuration {
    const [section = ""] = option.path.split(".");
    const stack = trial.stack ?? (OF_PROD.has(section) ? "prod" : option.stack);
    const [, , ofKind] = KINDS.find(([path, kind]) => option.path.startsWith(path) && option.kind === kind) ?? [];
    const whole = {
        ...borrowed([section, ...(NEEDS[section] ?? [])], stack),
        ...OWN[stack],
        // Systems that the stack leaves out want theirs.
        ...(stack === "local" ? {} : { quotas: { ...OPTIONAL_SECTIONS.quotas, ...Object(OWN[stack]["quotas"]) } }),
    };
    return { stack, sections: withValues(withValues(whole, ofKind), trial.from) };
}

const NO_JUDGEMENT: Judgement = {
    pack: "",
    version: "",
    configFile: undefined,
    policies: [],
    resources: 0,
    verdicts: [],
};

type Register = RecordingMonitor["registerResource"];

interface Response {
    getObject(): { toJavaScript(): Record<string, unknown> };
}

/** Runs something while ARNs are known, as they are after the first deployment: without them a policy is unknown as a whole. */
async function withKnownArns<T>(run: () => Promise<T>): Promise<T> {
    // oxlint-disable-next-line typescript/unbound-method -- called with the monitor that it belongs to
    const original = RecordingMonitor.prototype.registerResource;
    const known: Register = function register(this: RecordingMonitor, request, respond) {
        original.call(this, request, (error, response) => {
            if (error === null && request.getCustom() && request.getType().startsWith("aws:")) {
                const outputs = (response as Response).getObject().toJavaScript();
                const arn = `arn:aws:any:::${request.getName()}`;
                Object.assign(response as object, { getObject: () => ({ toJavaScript: () => ({ ...outputs, arn }) }) });
            }
            respond(error, response);
        });
    };
    RecordingMonitor.prototype.registerResource = known;
    try {
        return await run();
    } finally {
        RecordingMonitor.prototype.registerResource = original;
    }
}

const plans = new Map<string, Promise<string>>();

/**
 * Checks sections as the program does.
 *
 * @param isSecret whether all of them are encrypted
 * @throws {ArgumentError} if they are refused
 */
export function checked(sections: Sections, isSecret = false): StackConfig {
    return parseConfig(rawOf(sections), PROJECT, () => isSecret);
}

/** Sections by their full keys, as a stack's file has them. */
export function byFullKey(sections: Sections): Sections {
    return Object.fromEntries(
        Object.entries(sections).map(([section, value]) => [PROVIDER_KEYS[section] ?? `${PROJECT}:${section}`, value]),
    );
}

function rawOf(sections: Sections): RawConfig {
    return Object.fromEntries(
        Object.entries(byFullKey(sections)).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}

async function makePlan({ stack, sections }: Configuration): Promise<string> {
    const valid = checked(sections);
    const console = captureConsole();
    const resources = await withGeneratedValues(() =>
        withKnownArns(() =>
            collect(() => {
                buildStack(valid);
            }),
        ),
    ).finally(console.stop);
    const files = { ...readStack(ROOT, stack), config: rawOf(sections) };
    const plan = planJson({ ...unjudgedPlan(files, resources, console.messages), judgement: NO_JUDGEMENT });
    // plan.json hides secrets.
    const inputs = resources.map((resource) => revealed(resource.inputs));
    return createHash("sha256")
        .update(JSON.stringify([plan, inputs]))
        .digest("hex");
}

/**
 * The plan of a configuration as a text that differs where plans do: resources, cost, capacity, recovery,
 * warnings. What many start from is planned once.
 *
 * @throws {ArgumentError} if the configuration is refused
 */
export function planned(configuration: Configuration): Promise<string> {
    const key = JSON.stringify(configuration);
    const plan = plans.get(key) ?? makePlan(configuration);
    plans.set(key, plan);
    return plan;
}
