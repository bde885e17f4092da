import analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import type { Verdict } from "./analyzer.ts";
import type { EnforcementLevel, PolicyInfo, PolicySettings } from "./pack-config.ts";
import { isRecord } from "./project-config.ts";
import type { RecordedOptions, RecordedResource } from "./resource.ts";
import type { StackFiles } from "./stack-files.ts";
import { encodeRecord } from "./values.ts";

const { Struct } = structProto;
const { EnforcementLevel: Level } = analyzerProto;

const LEVEL_NAMES: ReadonlyMap<analyzerProto.EnforcementLevel, EnforcementLevel> = new Map([
    [Level.ADVISORY, "advisory"],
    [Level.MANDATORY, "mandatory"],
    [Level.DISABLED, "disabled"],
    [Level.REMEDIATE, "remediate"],
]);

type Message = InstanceType<typeof Struct>;

function struct(values: Readonly<Record<string, unknown>>): Message {
    return Struct.fromJavaScript(values as Parameters<typeof Struct.fromJavaScript>[0]);
}

const encoded = new WeakMap<RecordedResource, Message>();

/** A resource's properties; it is judged alone, with all others, and a provider with each of its own. */
function propertiesOf(resource: RecordedResource): Message {
    const known = encoded.get(resource);
    if (known !== undefined) {
        return known;
    }
    const properties = struct(encodeRecord(resource.inputs));
    encoded.set(resource, properties);
    return properties;
}

function levelNumber(level: EnforcementLevel): analyzerProto.EnforcementLevel {
    switch (level) {
        case "advisory":
            return Level.ADVISORY;
        case "mandatory":
            return Level.MANDATORY;
        case "disabled":
            return Level.DISABLED;
        case "remediate":
            return Level.REMEDIATE;
    }
}

/** First message of the engine: where the program and the pack are. */
export function handshake(program: string, root: string): analyzerProto.AnalyzerHandshakeRequest {
    const request = new analyzerProto.AnalyzerHandshakeRequest();
    request.setProgramDirectory(program);
    request.setRootDirectory(root);
    return request;
}

/** Which stack is judged, and that it is a preview. */
export function stackConfiguration(
    files: StackFiles,
    organization: string,
): analyzerProto.AnalyzerStackConfigureRequest {
    const request = new analyzerProto.AnalyzerStackConfigureRequest();
    request.setStack(files.stack);
    request.setProject(files.project);
    request.setOrganization(organization);
    request.setDryRun(true);
    request.setConfigSecretKeysList([...files.secretKeys]);
    for (const [key, value] of Object.entries(files.config)) {
        request.getConfigMap().set(key, value);
    }
    return request;
}

/** Reads what a pack announces of one of its policies. */
export function policyInfo(info: analyzerProto.PolicyInfo): PolicyInfo {
    const schema = info.getConfigschema();
    const defaults: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(schema?.getProperties()?.toJavaScript() ?? {})) {
        if (isRecord(property) && property["default"] !== undefined) {
            defaults[name] = property["default"];
        }
    }
    return {
        name: info.getName(),
        level: LEVEL_NAMES.get(info.getEnforcementlevel()) ?? "advisory",
        wholeStack: info.getPolicyType() === analyzerProto.PolicyType.POLICY_TYPE_STACK,
        remediationSteps: info.getRemediationSteps(),
        defaults,
        required: schema?.getRequiredList() ?? [],
    };
}

/** What each policy is configured with. */
export function configuration(settings: ReadonlyMap<string, PolicySettings>): analyzerProto.ConfigureAnalyzerRequest {
    const request = new analyzerProto.ConfigureAnalyzerRequest();
    for (const [name, { level, properties }] of settings) {
        const config = new analyzerProto.PolicyConfig();
        config.setEnforcementlevel(levelNumber(level));
        config.setProperties(struct(properties));
        request.getPolicyconfigMap().set(name, config);
    }
    return request;
}

function optionsOf(options: RecordedOptions, parent: string | undefined): analyzerProto.AnalyzerResourceOptions {
    const result = new analyzerProto.AnalyzerResourceOptions();
    result.setProtect(options.protect);
    result.setIgnorechangesList([...options.ignoreChanges]);
    result.setDeletebeforereplace(options.deleteBeforeReplace ?? false);
    result.setDeletebeforereplacedefined(options.deleteBeforeReplace !== undefined);
    result.setAdditionalsecretoutputsList([...options.additionalSecretOutputs]);
    result.setAliasesList([...options.aliases]);
    result.setParent(parent ?? "");
    const timeouts = new analyzerProto.AnalyzerResourceOptions.CustomTimeouts();
    timeouts.setCreate(options.customTimeouts.create);
    timeouts.setUpdate(options.customTimeouts.update);
    timeouts.setDelete(options.customTimeouts.delete);
    result.setCustomtimeouts(timeouts);
    return result;
}

type ByUrn = ReadonlyMap<string, RecordedResource>;

function providerOf(resource: RecordedResource, byUrn: ByUrn): analyzerProto.AnalyzerProviderResource | undefined {
    const provider = resource.provider === undefined ? undefined : byUrn.get(resource.provider);
    if (provider === undefined) {
        return undefined;
    }
    const result = new analyzerProto.AnalyzerProviderResource();
    result.setType(provider.type);
    result.setName(provider.name);
    result.setUrn(provider.urn);
    result.setProperties(propertiesOf(provider));
    return result;
}

/** One resource, as a resource policy sees it. */
export function analyzeRequest(resource: RecordedResource, byUrn: ByUrn): analyzerProto.AnalyzeRequest {
    const request = new analyzerProto.AnalyzeRequest();
    request.setType(resource.type);
    request.setUrn(resource.urn);
    request.setName(resource.name);
    request.setProperties(propertiesOf(resource));
    request.setOptions(optionsOf(resource.options, resource.parent));
    request.setProvider(providerOf(resource, byUrn));
    return request;
}

/** All resources, as a stack policy sees them. */
export function analyzeStackRequest(
    resources: readonly RecordedResource[],
    byUrn: ByUrn,
): analyzerProto.AnalyzeStackRequest {
    const request = new analyzerProto.AnalyzeStackRequest();
    request.setResourcesList(
        resources.map((resource) => {
            const result = new analyzerProto.AnalyzerResource();
            result.setType(resource.type);
            result.setUrn(resource.urn);
            result.setName(resource.name);
            result.setProperties(propertiesOf(resource));
            result.setOptions(optionsOf(resource.options, resource.parent));
            result.setProvider(providerOf(resource, byUrn));
            result.setParent(resource.parent ?? "");
            result.setDependenciesList([...resource.dependencies]);
            for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
                const dependencies = new analyzerProto.AnalyzerPropertyDependencies();
                dependencies.setUrnsList([...urns]);
                result.getPropertydependenciesMap().set(property, dependencies);
            }
            return result;
        }),
    );
    return request;
}

/**
 * Reads a violation.
 *
 * @param judged URN of the resource under judgement, for violations that name none
 */
export function verdict(
    diagnostic: analyzerProto.AnalyzeDiagnostic,
    judged: string,
    policies: readonly PolicyInfo[],
): Verdict {
    const description = diagnostic.getDescription();
    const message = diagnostic.getMessage();
    const policy = policies.find(({ name }) => name === diagnostic.getPolicyname());
    return {
        policy: diagnostic.getPolicyname(),
        level: diagnostic.getEnforcementlevel() === Level.ADVISORY ? "advisory" : "mandatory",
        urn: diagnostic.getUrn() || judged,
        description,
        // The SDK puts the description in front of what the policy reported.
        message: message.startsWith(`${description}\n`) ? message.slice(description.length + 1) : message,
        fix: policy?.remediationSteps ?? "",
    };
}
