import { isDeepStrictEqual } from "node:util";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { answerInvoke } from "../../../tools/plan/invokes.ts";
import { construct } from "./construct.ts";
import type { DoublePackage, DoubleResource } from "./package.ts";

const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;
const { Empty } = emptyProto;
const { DiffChanges } = providerProto.DiffResponse;

type Struct = InstanceType<typeof structProto.Struct>;
type Properties = Readonly<Record<string, unknown>>;
type Answer<Request, Response> = (request: Request) => Response | Promise<Response>;

/** Properties as they are on the wire: unknown values and secrets keep the engine's own marks. */
function plain(struct: Struct | undefined): Properties {
    return struct?.toJavaScript() ?? {};
}

function message(properties: Properties): Struct {
    return structProto.Struct.fromJavaScript(properties as Parameters<typeof structProto.Struct.fromJavaScript>[0]);
}

/** A gRPC method of what answers or throws. */
function unary<Request, Response>(answer: Answer<Request, Response>) {
    return async (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>): Promise<void> => {
        try {
            respond(null, await answer(call.request));
        } catch (error) {
            respond({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
        }
    };
}

/**
 * A provider in this process, which the engine is given by `PULUMI_DEBUG_PROVIDERS`: it echoes inputs, and what the real
 * one computes is unknown in a preview. Nothing is asked of anybody.
 */
export class ProviderDouble {
    /** `NAME:PORT`, a part of `PULUMI_DEBUG_PROVIDERS`. */
    readonly address: string;
    readonly #server: Server;

    private constructor(server: Server, address: string) {
        this.#server = server;
        this.address = address;
    }

    /** Starts one on a free port of this machine alone. */
    static async start(double: DoublePackage): Promise<ProviderDouble> {
        const server = new Server();
        server.addService(providerGrpc.ResourceProviderService, methods(double));
        const port = await new Promise<number>((resolve, reject) => {
            server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
                error === null ? resolve(bound) : reject(error),
            );
        });
        return new ProviderDouble(server, `${double.name}:${port}`);
    }

    /** Ends it, and calls that are under way. */
    stop(): void {
        this.#server.forceShutdown();
    }
}

function row(double: DoublePackage, type: string): DoubleResource {
    const found = double.resources[type];
    if (found === undefined) {
        throw new Error(`${type}: its double knows no such resource. Add it to test/engine/doubles/${double.name}.ts`);
    }
    return found;
}

/** Inputs, and what the provider adds to them. */
function created(double: DoublePackage, request: InstanceType<typeof providerProto.CreateRequest>) {
    const { computed, secret, make } = row(double, request.getType());
    const inputs = plain(request.getProperties());
    const response = new providerProto.CreateResponse();
    if (request.getPreview()) {
        const unknown = computed.map((property) => [property, unknownValue] as const);
        return response.setProperties(message({ ...Object.fromEntries(unknown), ...inputs }));
    }
    if (make === undefined) {
        throw new Error(`${request.getType()}: the double of ${double.name} answers previews only`);
    }
    const { id, outputs } = make(inputs);
    const marked = Object.entries(outputs).map(
        ([property, value]) => [property, secret ? { [specialSigKey]: specialSecretSig, value } : value] as const,
    );
    return response.setId(id).setProperties(message({ ...inputs, ...Object.fromEntries(marked) }));
}

function compared(request: InstanceType<typeof providerProto.DiffRequest>) {
    const same = isDeepStrictEqual(plain(request.getOldInputs()), plain(request.getNews()));
    return new providerProto.DiffResponse().setChanges(same ? DiffChanges.DIFF_NONE : DiffChanges.DIFF_SOME);
}

function checked(request: InstanceType<typeof providerProto.CheckRequest>) {
    return new providerProto.CheckResponse().setInputs(request.getNews());
}

/** The methods that the engine calls; secrets have to be accepted twice, or components are made without them. */
function methods(double: DoublePackage) {
    const { ProviderHandshakeResponse, ConfigureResponse, InvokeResponse, ReadResponse, UpdateResponse } =
        providerProto;
    return {
        handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true)),
        attach: unary(() => new Empty()),
        getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(double.version)),
        checkConfig: unary(checked),
        diffConfig: unary(compared),
        configure: unary(() =>
            new ConfigureResponse().setAcceptsecrets(true).setAcceptresources(true).setSupportspreview(true),
        ),
        check: unary(checked),
        diff: unary(compared),
        create: unary((request: InstanceType<typeof providerProto.CreateRequest>) => created(double, request)),
        read: unary((request: InstanceType<typeof providerProto.ReadRequest>) =>
            new ReadResponse()
                .setId(request.getId())
                .setInputs(request.getInputs())
                .setProperties(request.getProperties()),
        ),
        update: unary((request: InstanceType<typeof providerProto.UpdateRequest>) =>
            new UpdateResponse().setProperties(message({ ...plain(request.getOlds()), ...plain(request.getNews()) })),
        ),
        delete: unary(() => new Empty()),
        construct: unary((request: InstanceType<typeof providerProto.ConstructRequest>) => construct(double, request)),
        invoke: unary((request: InstanceType<typeof providerProto.InvokeRequest>) =>
            new InvokeResponse().setReturn(
                message(answerInvoke(request.getTok(), plain(request.getArgs()), undefined)),
            ),
        ),
        cancel: unary(() => new Empty()),
    };
}
