import * as k8s from "@pulumi/kubernetes";
import { NodeAgent, type NodeAgentArgs } from "../../../components/node-agent.ts";
import {
    OrderedStatefulService,
    type OrderedStatefulServiceArgs,
} from "../../../components/ordered-stateful-service.ts";
import { StatelessService, type StatelessServiceArgs } from "../../../components/stateless-service.ts";
import { EKS_STORAGE, Storage } from "../../../stacks/infrastructure/storage-classes.ts";

/** The namespace that {@link Workloads} are made in. */
export const NAMESPACE = "trial";

/** An image that any simulated node can pull. */
export const IMAGE = "registry.example/app:1";
/** The one after it. */
export const NEXT_IMAGE = "registry.example/app:2";
/** No simulated node can pull it. */
export const BAD_IMAGE = "registry.example/app:does-not-exist";

const SMALL = {
    namespace: NAMESPACE,
    system: "trial",
    image: IMAGE,
    ports: { http: 8080 },
    resources: { cpu: "50m", memory: "64Mi" },
    health: { ready: { kind: "http", path: "/", port: "http" }, startUp: "10 seconds" },
    security: { user: 1000 },
} as const;

/** Workloads of each kind with the least that they need, in a namespace with the strictest Pod Security. */
export class Workloads {
    readonly #claimProvider = new k8s.Provider("claims", { upsertExistingObjects: true });
    readonly #namespace: k8s.core.v1.Namespace;

    /** @param where beside a stack, whose storage classes they take; alone, they have those of their own */
    constructor(where: "alone" | "beside a stack" = "alone") {
        if (where === "alone") {
            const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/volumes";
            new Storage("storage", { claimProvider: this.#claimProvider, keyArn });
        }
        this.#namespace = new k8s.core.v1.Namespace(
            NAMESPACE,
            {
                metadata: {
                    name: NAMESPACE,
                    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
                    annotations: { "pulumi.com/patchFieldManager": "trial" },
                },
            },
            { provider: this.#claimProvider, retainOnDelete: true },
        );
    }

    stateless(name: string, args: Partial<StatelessServiceArgs> = {}): StatelessService {
        return new StatelessService(name, { ...SMALL, replicas: 2, ...args }, { dependsOn: [this.#namespace] });
    }

    /** With a volume of 1Gi for each replica, unless `volumes` says otherwise. */
    ordered(name: string, args: Partial<OrderedStatefulServiceArgs> = {}): OrderedStatefulService {
        const volumes = { data: { mountPath: "/data", size: "1Gi", storageClass: EKS_STORAGE.stateful } } as const;
        return new OrderedStatefulService(
            name,
            {
                ...SMALL,
                security: { user: 1000, volumeGroup: 1000 },
                volumes,
                claimProvider: this.#claimProvider,
                replicas: 3,
                ...args,
            } as OrderedStatefulServiceArgs,
            { dependsOn: [this.#namespace] },
        );
    }

    agent(name: string, args: Partial<NodeAgentArgs> = {}): NodeAgent {
        return new NodeAgent(name, { ...SMALL, ...args }, { dependsOn: [this.#namespace] });
    }
}
