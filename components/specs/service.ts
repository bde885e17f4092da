import type * as k8s from "@pulumi/kubernetes";
import { selectorLabels, workloadLabels } from "../support/naming.ts";
import type { Port, ServingArgs, SidecarArgs } from "../workload-args.ts";
import { portNumber, portProtocol } from "./container.ts";

type ServicePort = k8s.types.input.core.v1.ServicePort;

/** The ports of a pod by name: the main container's, then the sidecars'. */
export function podPorts(args: {
    readonly ports?: ServingArgs["ports"];
    readonly sidecars?: Readonly<Record<string, SidecarArgs>>;
}): readonly (readonly [string, Port])[] {
    return [
        ...Object.entries(args.ports ?? {}),
        ...Object.values(args.sidecars ?? {}).flatMap((sidecar) => Object.entries(sidecar.ports ?? {})),
    ];
}

function servicePorts(args: Parameters<typeof podPorts>[0]): ServicePort[] {
    return podPorts(args).map(([name, port]) => ({
        name,
        // The same number on both sides: the VPC CNI matches network policies after translation.
        port: portNumber(port),
        targetPort: name,
        protocol: portProtocol(port),
    }));
}

type ServiceSource = Parameters<typeof podPorts>[0] & { readonly namespace: string; readonly system: string };

/** The Service by which clients reach any ready pod of a workload. */
export function clientService(name: string, args: ServiceSource): k8s.core.v1.ServiceArgs {
    return {
        metadata: { name, namespace: args.namespace, labels: workloadLabels(name, args.system) },
        spec: { type: "ClusterIP", selector: selectorLabels(name), ports: servicePorts(args) },
    };
}

/** The name of the governing service of a StatefulSet. */
export function governingServiceName(name: string): string {
    return `${name}-headless`;
}

/**
 * The governing service of a StatefulSet: it gives each pod its DNS name.
 *
 * @param publishNotReady whether pods that are not ready have one, too; a quorum that waits for its peers needs it
 */
export function governingService(name: string, args: ServiceSource, publishNotReady: boolean): k8s.core.v1.ServiceArgs {
    return {
        metadata: {
            name: governingServiceName(name),
            namespace: args.namespace,
            labels: workloadLabels(name, args.system),
        },
        spec: {
            clusterIP: "None",
            selector: selectorLabels(name),
            ports: servicePorts(args),
            publishNotReadyAddresses: publishNotReady,
        },
    };
}
