import { credentials } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import type { DoublePackage } from "./package.ts";

type ConstructRequest = InstanceType<typeof providerProto.ConstructRequest>;
type RegisterResourceResponse = InstanceType<typeof resourceProto.RegisterResourceResponse>;

/** Registers the component itself with the engine, as a provider does before it makes what is within. */
function register(request: ConstructRequest): Promise<RegisterResourceResponse> {
    const monitor = new resourceGrpc.ResourceMonitorClient(request.getMonitorendpoint(), credentials.createInsecure());
    const registration = new resourceProto.RegisterResourceRequest()
        .setType(request.getType())
        .setName(request.getName())
        .setParent(request.getParent())
        .setCustom(false)
        .setProtect(request.getProtect() ?? false)
        .setRetainondelete(request.getRetainondelete() ?? false)
        .setDependenciesList(request.getDependenciesList())
        .setAliasesList(request.getAliasesList())
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setObject(new structProto.Struct());
    return new Promise((resolve, reject) => {
        monitor.registerResource(registration, (error, response) => {
            monitor.close();
            if (error === null) {
                resolve(response);
            } else {
                reject(new Error(error.details, { cause: error }));
            }
        });
    });
}

/**
 * Makes a component whose outputs are unknown.
 *
 * @throws {Error} outside of a preview, and for a component without a row in the double's table
 */
export async function construct(double: DoublePackage, request: ConstructRequest) {
    const type = request.getType();
    const outputs = double.components[type];
    if (outputs === undefined) {
        throw new Error(`${type}: its double knows no such component. Add it to test/engine/doubles/${double.name}.ts`);
    }
    if (!request.getDryrun()) {
        throw new Error(`${type}: the double of ${double.name} answers previews only`);
    }
    const registered = await register(request);
    const state = Object.fromEntries(outputs.map((output) => [output, pulumi.runtime.unknownValue]));
    return new providerProto.ConstructResponse()
        .setUrn(registered.getUrn())
        .setState(structProto.Struct.fromJavaScript(state));
}
