import * as ecr from "@pulumi/aws/ecr/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type ImageCache as Cache, cachePrefix, upstreamPrefix, upstreams } from "./cached-images.ts";
import type { Statement } from "./policy.ts";

/** Versions of an image that the cache keeps; an older one is fetched again when something asks for it. */
const KEPT_IMAGES = 10;

const LIFECYCLE = JSON.stringify({
    rules: [
        {
            rulePriority: 1,
            description: `The last ${KEPT_IMAGES} images`,
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: KEPT_IMAGES },
            action: { type: "expire" },
        },
    ],
});

/**
 * What a node's role needs beside its right to pull: the first pull of an image makes its repository and fetches it.
 * Source: Amazon ECR user guide, "IAM permissions required to sync an upstream registry with an Amazon ECR private registry".
 */
export function pullThroughStatements(cache: Cache): Statement[] {
    const repositories = `arn:aws:ecr:${cache.region}:${cache.account}:repository/${cachePrefix(cache)}/*`;
    return [{ actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], resources: [repositories] }];
}

/**
 * Images of public registries, kept in the account's own: nodes start while those are down or have had enough of us, and a
 * tag stays the image that it was when it was first pulled. The first pull goes through the NAT gateways.
 */
export class ImageCache extends pulumi.ComponentResource {
    constructor(name: string, cache: Cache, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:ImageCache", name, {}, opts);
        const template = new ecr.RepositoryCreationTemplate(
            name,
            {
                prefix: cachePrefix(cache),
                description: "Copies of public images",
                appliedFors: ["PULL_THROUGH_CACHE"],
                encryptionConfigurations: [{ encryptionType: "AES256" }],
                imageTagMutability: "IMMUTABLE",
                lifecyclePolicy: LIFECYCLE,
            },
            { parent: this },
        );
        for (const upstream of upstreams(cache)) {
            new ecr.PullThroughCacheRule(
                `${name}-${upstream.registry}`,
                {
                    ecrRepositoryPrefix: upstreamPrefix(cache, upstream),
                    upstreamRegistryUrl: upstream.url,
                    ...(upstream.credentialArn === undefined ? {} : { credentialArn: upstream.credentialArn }),
                },
                // A repository that is made before it is encrypted and expires otherwise.
                { parent: this, dependsOn: [template] },
            );
        }
        this.registerOutputs({});
    }
}
