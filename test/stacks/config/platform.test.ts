import assert from "node:assert/strict";
import { ArgumentError, type Problem } from "../../../components/support/errors.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { rawConfig } from "../raw-config.ts";

const RESOURCES = { cpu: "100m", memory: "500Mi" };
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:metabase-AbCdEf";
const INGRESS = { domain: "data.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };
const LOKI = { storage: "50Gi", retentionDays: 30, resources: RESOURCES };

/** What is said of prod with one section changed. */
function problems(section: string, value: unknown): readonly Problem[] {
    const raw: Record<string, string> = { ...rawConfig("prod") };
    if (value === undefined) {
        delete raw[`data-platform:${section}`];
    } else {
        raw[`data-platform:${section}`] = JSON.stringify(value);
    }
    try {
        parseConfig(raw, "data-platform");
    } catch (error) {
        assert.ok(error instanceof ArgumentError, String(error));
        return error.problems;
    }
    return [];
}

const quotas = (airflowTasks: object): object => ({
    ...JSON.parse(rawConfig("prod")["data-platform:quotas"] ?? "{}"),
    airflowTasks: { pods: 250, cpu: "130", memory: "250Gi", ...airflowTasks },
});

const CASES: readonly (readonly [section: string, value: unknown, field: string, reason: RegExp, fix: RegExp])[] = [
    ["alerting", undefined, "alerting", /required/, /'data-platform:alerting'/],
    ["alerting", { emails: [] }, "alerting.emails", /empty/, /at least 1/],
    ["alerting", { emails: ["nobody"] }, "alerting.emails[0]", /no e-mail address/, /on-call@example\.com/],
    ["ingress", { ...INGRESS, domain: "Data" }, "ingress.domain", /no domain name/, /"data\.example\.com"/],
    ["ingress", { ...INGRESS, hostedZoneId: "x" }, "ingress.hostedZoneId", /no id of a hosted zone/, /Z0123456789/],
    ["ingress", { ...INGRESS, certificateArn: "x" }, "ingress.certificateArn", /no ARN of acm/, /arn:aws:acm/],
    ["ingress", { ...INGRESS, certificate: "x" }, "ingress.certificate", /nothing reads/, /"certificateArn"/],
    ["loki", { ...LOKI, storage: "50G" }, "loki.storage", /Ki, Mi, Gi, Ti/, /"20Gi"/],
    ["loki", { ...LOKI, retentionDays: 0 }, "loki.retentionDays", /outside of 1 to 3650/, /whole number/],
    ["externalSecrets", { secretArns: [] }, "externalSecrets.secretArns", /empty/, /at least 1/],
    [
        "externalSecrets",
        { secretArns: [SECRET], keyArns: ["alias/x"] },
        "externalSecrets.keyArns[0]",
        /no ARN of kms/,
        /arn:aws:kms/,
    ],
    ["verticalAutoscaler", {}, "verticalAutoscaler.resources", /required/, /verticalAutoscaler\.resources/],
    ["quotas", quotas({ cpu: "lots" }), "quotas.airflowTasks.cpu", /cores/, /./],
    ["quotas", quotas({ pods: 200 }), "quotas.airflowTasks.pods", /100 tasks .* 200 together/, /more than 200/],
    ["quotas", quotas({ cpu: "100" }), "quotas.airflowTasks.cpu", /100000m together/, /more than 100000m/],
    ["quotas", { ...quotas({}), flink: undefined }, "quotas.flink", /the namespace has flink/, /pods, cpu, memory/],
    ["quotas", { ...quotas({}), bi: undefined }, "quotas.bi", /the namespace has metabase/, /pods, cpu, memory/],
    ["quotas", quotas({ memory: "200Gi" }), "quotas.airflowTasks.memory", /204800Mi together/, /more than 204800Mi/],
];

describe("the configuration of the platform", () => {
    for (const [section, value, field, reason, fix] of CASES) {
        it(`refuses ${section} = ${JSON.stringify(value)}`, () => {
            const found = problems(section, value);
            assert.deepEqual(
                found.map((problem) => problem.field),
                [`data-platform:${field}`],
            );
            assert.match(found[0]?.reason ?? "", reason);
            assert.match(found[0]?.fix ?? "", fix);
        });
    }

    for (const section of ["ingress", "loki", "externalSecrets", "verticalAutoscaler"]) {
        it(`does without ${section}`, () => assert.deepEqual(problems(section, undefined), []));
    }

    it("takes what is right", () => {
        assert.deepEqual(problems("externalSecrets", { secretArns: [SECRET] }), []);
        assert.deepEqual(problems("verticalAutoscaler", { resources: RESOURCES }), []);
    });
});
