import assert from "node:assert/strict";
import { ImageCache, pullThroughStatements } from "../../../stacks/infrastructure/image-cache.ts";
import { type Collected, collect, ofType, only } from "../../support/mocks.ts";

const CACHE = {
    account: "111122223333",
    region: "eu-central-1",
    environment: "prod",
    credentials: { dockerHub: "arn:hub" },
};
const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

describe("ImageCache", () => {
    let made: Collected[] = [];
    before(async () => {
        made = await collect(() => {
            new ImageCache("images", CACHE);
        });
    });

    it("has a rule for each registry, with credentials where they are needed", () => {
        const rules = ofType(made, RULE).map(({ inputs }) => inputs);
        const byPrefix = rules.toSorted((a, b) => a["ecrRepositoryPrefix"].localeCompare(b["ecrRepositoryPrefix"]));
        assert.deepEqual(byPrefix, [
            {
                ecrRepositoryPrefix: "cache-prod/docker.io",
                upstreamRegistryUrl: "registry-1.docker.io",
                credentialArn: "arn:hub",
            },
            ...["public.ecr.aws", "quay.io", "registry.k8s.io"].map((registry) => ({
                ecrRepositoryPrefix: `cache-prod/${registry}`,
                upstreamRegistryUrl: registry,
            })),
        ]);
    });

    it("makes repositories that are encrypted, whose tags stay, and that do not grow for ever", () => {
        const template = only(made, TEMPLATE);
        assert.equal(template.inputs["prefix"], "cache-prod");
        assert.deepEqual(template.inputs["appliedFors"], ["PULL_THROUGH_CACHE"]);
        assert.deepEqual(template.inputs["encryptionConfigurations"], [{ encryptionType: "AES256" }]);
        assert.equal(template.inputs["imageTagMutability"], "IMMUTABLE");
        const [rule] = JSON.parse(template.inputs["lifecyclePolicy"]).rules;
        assert.deepEqual(rule.selection, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 10 });
        assert.deepEqual(rule.action, { type: "expire" });
        assert.ok(ofType(made, RULE).every(({ dependencies }) => dependencies.includes(template.urn)));
    });

    it("lets nodes make its own repositories alone", () => {
        assert.deepEqual(pullThroughStatements(CACHE), [
            {
                actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
                resources: ["arn:aws:ecr:eu-central-1:111122223333:repository/cache-prod/*"],
            },
        ]);
    });
});
