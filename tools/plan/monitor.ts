import * as pulumi from "@pulumi/pulumi";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { answerInvoke } from "./invokes.ts";
import { recordedOptions } from "./recorded-options.ts";
import type { RecordedResource } from "./resource.ts";
import { makeUrn, ownType, STACK_TYPE } from "./urn.ts";
import { decodeRecord } from "./values.ts";

type Struct = InstanceType<typeof structProto.Struct>;

type RegisterResourceRequest = InstanceType<typeof resourceProto.RegisterResourceRequest>;
type ReadResourceRequest = InstanceType<typeof resourceProto.ReadResourceRequest>;
type ResourceInvokeRequest = InstanceType<typeof resourceProto.ResourceInvokeRequest>;
type Respond = (error: Error | null, response: unknown) => void;

const { ResourceMonitorFeature } = resourceProto;

/**
 * What the SDK may rely on. Output values are left out, so that inputs arrive as plain data with signatures;
 * transforms of the engine are left out because they need a server to call back. Hooks are accepted and never called:
 * a first preview updates nothing.
 */
const FEATURES = [
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
];

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, readonly string[]> {
    const result: Record<string, readonly string[]> = {};
    for (const [property, urns] of request.getPropertydependenciesMap().entries()) {
        result[property] = urns.getUrnsList();
    }
    return result;
}

/** Components that are answered in one turn of the event loop. */
const COMPONENTS_PER_TURN = 16;

/** What a {@link RecordingMonitor} is for. */
export interface MonitorArgs {
    readonly project: string;
    readonly stack: string;
    /** `aws:region` of the stack, which provider functions answer for. */
    readonly region: string | undefined;
    /** Called with each resource in the order of registration, the stack itself left out. */
    readonly onResource: (resource: RecordedResource) => void;
}

/** The SDK turns a failed call into its `details`; a plain Error has none. */
function failure(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    return Object.assign(new Error(message), { details: message });
}

function struct(values: Record<string, unknown>): Struct {
    return structProto.Struct.fromJavaScript(values as Parameters<typeof structProto.Struct.fromJavaScript>[0]);
}

/** A reference to a provider is `URN::ID`. */
function providerUrn(reference: string): string | undefined {
    return reference === "" ? undefined : reference.slice(0, reference.lastIndexOf("::"));
}

/**
 * Outputs as a first preview has them: the inputs. What is missing there stays unknown in the SDK, except that a
 * Kubernetes object without a name gets one from its provider, inside metadata that the SDK takes for complete.
 */
function previewOutputs(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
    const metadata = inputs["metadata"] ?? {};
    if (!type.startsWith("kubernetes:") || !("kind" in inputs) || !isRecord(metadata) || "name" in metadata) {
        return inputs;
    }
    return { ...inputs, metadata: { ...metadata, name: pulumi.runtime.unknownValue } };
}

/** The part of a response that the SDK reads; the real message would convert the outputs twice more. */
function registered(urn: string, outputs: Record<string, unknown>): object {
    return {
        getUrn: () => urn,
        getId: () => "",
        getObject: () => ({ toJavaScript: () => outputs }),
        getPropertydependenciesMap: () => undefined,
        getResult: () => resourceProto.Result.SUCCESS,
        getUnknown: () => false,
    };
}

/**
 * The engine's side of a first preview, in the program's own process.
 *
 * The SDK's mock monitor hides parents and options from mocks, takes only the last type of a parent into a URN,
 * accepts the same URN twice, and serializes every resource twice.
 */
export class RecordingMonitor {
    readonly #args: MonitorArgs;
    readonly #urns = new Set<string>();
    readonly #waiting: (() => void)[] = [];

    constructor(args: MonitorArgs) {
        this.#args = args;
    }

    registerResource(request: RegisterResourceRequest, respond: Respond): void {
        const urn = this.#urn(request);
        if (this.#urns.has(urn)) {
            // The engine's own words, so that a search finds them.
            respond(failure(`Duplicate resource URN '${urn}'; try giving it a unique name`), undefined);
            return;
        }
        this.#urns.add(urn);
        const sent = request.getObject()?.toJavaScript() ?? {};
        if (request.getType() !== STACK_TYPE) {
            this.#args.onResource({
                urn,
                type: request.getType(),
                name: request.getName(),
                parent: this.#parent(request),
                custom: request.getCustom(),
                remote: request.getRemote(),
                read: false,
                inputs: decodeRecord(sent),
                dependencies: request.getDependenciesList(),
                propertyDependencies: propertyDependencies(request),
                provider: providerUrn(request.getProvider()),
                options: recordedOptions(request, urn),
            });
        }
        const response = registered(urn, previewOutputs(request.getType(), sent));
        if (request.getCustom()) {
            respond(null, response);
        } else {
            this.#respondInTurn(() => respond(null, response));
        }
    }

    /**
     * Children wait for their parent's URN before they are turned into messages. Answering components a few at a time
     * keeps the messages of thousands of resources from standing in memory together.
     */
    #respondInTurn(respond: () => void): void {
        this.#waiting.push(respond);
        if (this.#waiting.length === 1) {
            setImmediate(() => this.#answerComponents());
        }
    }

    #answerComponents(): void {
        for (const respond of this.#waiting.splice(0, COMPONENTS_PER_TURN)) {
            respond();
        }
        if (this.#waiting.length > 0) {
            setImmediate(() => this.#answerComponents());
        }
    }

    readResource(request: ReadResourceRequest, respond: Respond): void {
        const urn = this.#urn(request);
        this.#args.onResource({
            urn,
            type: request.getType(),
            name: request.getName(),
            parent: this.#parent(request),
            custom: true,
            remote: false,
            read: true,
            inputs: { ...decodeRecord(request.getProperties()?.toJavaScript() ?? {}), id: request.getId() },
            dependencies: request.getDependenciesList(),
            propertyDependencies: {},
            provider: providerUrn(request.getProvider()),
            options: recordedOptions(new resourceProto.RegisterResourceRequest(), urn),
        });
        const response = new resourceProto.ReadResourceResponse();
        response.setUrn(urn);
        response.setProperties(request.getProperties());
        respond(null, response);
    }

    registerResourceOutputs(_request: unknown, respond: Respond): void {
        respond(null, {});
    }

    invoke(request: ResourceInvokeRequest, respond: Respond): void {
        try {
            const answer = answerInvoke(
                request.getTok(),
                decodeRecord(request.getArgs()?.toJavaScript() ?? {}),
                this.#args.region,
            );
            const response = new resourceProto.ResourceInvokeResponse();
            response.setReturn(struct(answer));
            respond(null, response);
        } catch (error) {
            respond(failure(error), undefined);
        }
    }

    /** Methods of remote components return one value under `result`, which only their provider can compute. */
    call(_request: unknown, respond: Respond): void {
        const response = new providerProto.CallResponse();
        response.setReturn(struct({ result: pulumi.runtime.unknownValue }));
        respond(null, response);
    }

    registerPackage(_request: unknown, respond: Respond): void {
        const response = new resourceProto.RegisterPackageResponse();
        response.setRef("plan");
        respond(null, response);
    }

    registerResourceHook(_request: unknown, respond: Respond): void {
        respond(null, {});
    }

    getDeploymentInfo(_request: unknown, respond: Respond): void {
        const response = new resourceProto.DeploymentInfo();
        response.setSupportedfeaturesList(FEATURES);
        respond(null, response);
    }

    #urn(request: RegisterResourceRequest | ReadResourceRequest): string {
        const { stack, project } = this.#args;
        return makeUrn(stack, project, this.#parent(request), request.getType(), request.getName());
    }

    #parent(request: RegisterResourceRequest | ReadResourceRequest): string | undefined {
        const parent = request.getParent();
        return parent === "" || ownType(parent) === STACK_TYPE ? undefined : parent;
    }
}
