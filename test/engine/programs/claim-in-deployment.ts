import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import { readConfig } from "../../../stacks/config.ts";
import { buildStack } from "../../../stacks/eks-stack.ts";

/** The stack as it is, and beside it what a policy has to stop: a volume under a Deployment. */
const outputs = buildStack(readConfig());

const provider = new k8s.Provider("beside", {
    kubeconfig: outputs["kubeconfig"] ?? "",
    clusterIdentifier: "beside",
    enableServerSideApply: true,
});
// Random, so that a preview does not know the claim's name, and the claim may be anybody's.
const suffix = new random.RandomBytes("reports", { length: 4 });
const labels = { app: "reports" };

new k8s.apps.v1.Deployment(
    "reports",
    {
        metadata: { name: "reports", namespace: "default" },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    containers: [
                        {
                            name: "reports",
                            // A registry that the policies of prod allow.
                            image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cache-prod/reports:1.0.0",
                            volumeMounts: [{ name: "data", mountPath: "/data" }],
                        },
                    ],
                    volumes: [{ name: "data", persistentVolumeClaim: { claimName: suffix.hex } }],
                },
            },
        },
    },
    { provider },
);

export default outputs;
