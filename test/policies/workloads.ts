import { createStatefulWorkloadPolicy } from "../../policies/stateful-workload-as-deployment.ts";

/** The type token of today's Deployments. */
export const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

/** A policy with a memory of its own, on a fixed day. */
export const policy = () => createStatefulWorkloadPolicy(() => new Date("2026-11-21T12:00:00Z"));

/** A container that shows nothing stateful. */
export const app = { image: "example/shop:1.4" };

/** A claim as a volume's source. */
export const claim = { persistentVolumeClaim: { claimName: "shop" } };

/** A controller with the given pod. */
export const controller = (podSpec: object, metadata: object = { name: "shop", namespace: "web" }) => ({
    metadata,
    spec: { template: { spec: podSpec } },
});

/** A pod of one container. */
export const pod = (container: object, volumes: readonly object[] = []) => ({ containers: [container], volumes });

/** A pod of one container that mounts one volume. */
export const mounted = (container: object, volume: object, path = "/data", readOnly?: boolean) =>
    pod({ ...container, volumeMounts: [{ name: "data", mountPath: path, readOnly }] }, [{ name: "data", ...volume }]);
