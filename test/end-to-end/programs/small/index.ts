import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ArgumentError } from "../../../../components/support/errors.ts";

/** From where the pack lets production have its images, and from Docker Hub, which it allows by default. */
const CACHE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cache-prod/docker.io/";
const IMAGE = `${pulumi.getStack() === "prod" ? CACHE : ""}shop/web:1.0`;

const config = new pulumi.Config();
const variant = config.require("variant");
const replicas = config.requireNumber("replicas");

function deployment(name: string, spec: k8s.types.input.core.v1.PodSpec, parent: pulumi.Resource): void {
    const labels = { "app.kubernetes.io/name": name };
    new k8s.apps.v1.Deployment(
        name,
        {
            metadata: { name, namespace: "shop" },
            spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
        },
        { parent, ignoreChanges: ["spec.replicas"] },
    );
}

class Web extends pulumi.ComponentResource {
    constructor(name: string, parent: pulumi.Resource) {
        super(
            "dataplatform:workload:StatelessService",
            name,
            {
                controller: "Deployment",
                namespace: "shop",
                system: "shop",
                replicas,
                recovery: {
                    kind: "survivors",
                    event: "zone",
                    seconds: 60,
                    limitSeconds: 300,
                    terms: [
                        { name: "the node is found silent", seconds: 55, source: "kube-controller-manager" },
                        { name: "its endpoints are removed", seconds: 5, source: "node_lifecycle_controller.go" },
                    ],
                },
                exceptions: [{ what: "rootUser", why: "the vendor's entry point changes the owner of its files" }],
            },
            { parent },
        );
        const requests = { cpu: "250m", memory: "512Mi" };
        deployment(name, { containers: [{ name, image: IMAGE, resources: { requests } }] }, this);
        new k8s.core.v1.ServiceAccount(name, { metadata: { name, namespace: "shop" } }, { parent: this });
        this.registerOutputs();
    }
}

const network = new pulumi.ComponentResource("dataplatform:infrastructure:Network", "network");
const suffix = new random.RandomId("suffix", { byteLength: 4 }, { parent: network });
const shop = new pulumi.ComponentResource("dataplatform:system:System", "shop");
new k8s.core.v1.Namespace(
    "shop",
    { metadata: { name: "shop" } },
    { parent: shop, protect: config.requireBoolean("protected") },
);
new k8s.core.v1.Secret(
    "credentials",
    {
        metadata: { name: "credentials", namespace: "shop" },
        stringData: {
            token: config.requireSecret("token"),
            password: config.getSecret("password") ?? "none",
        },
    },
    { parent: shop },
);
new k8s.core.v1.ConfigMap(
    "settings",
    { metadata: { name: "settings", namespace: "shop" }, data: { address: pulumi.interpolate`shop-${suffix.hex}` } },
    { parent: shop },
);
new Web("web", shop);
new k8s.core.v1.ConfigMap("outside", {
    metadata: { name: "outside", namespace: "shop" },
    data: { plain: config.get("plain") ?? "" },
});
void pulumi.log.warn("the shop has one cashier");

switch (variant) {
    case "violating":
        deployment(
            "orders-db",
            {
                containers: [
                    {
                        name: "mysql",
                        image: "mysql:8.4",
                        volumeMounts: [{ name: "data", mountPath: "/var/lib/mysql" }],
                    },
                ],
                volumes: [{ name: "data", persistentVolumeClaim: { claimName: "orders-db" } }],
            },
            shop,
        );
        break;
    case "refused":
        throw new ArgumentError('StatelessService "web"', [
            { field: "replicas", value: 0, reason: "somebody has to do the work", fix: "Set replicas: 2" },
            { field: "image", value: "", reason: "a container runs an image", fix: "Name one" },
        ]);
    case "broken":
        throw new TypeError("the program has a defect");
    case "hanging":
        new k8s.core.v1.ConfigMap("waiting", { data: { never: pulumi.output(new Promise<string>(() => undefined)) } });
        break;
    case "duplicate":
        new Web("web", shop);
        break;
    default:
        break;
}
