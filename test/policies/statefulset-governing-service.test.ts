import assert from "node:assert/strict";
import { governingServiceExists } from "../../policies/governing-service-exists.ts";
import { statefulsetGoverningService } from "../../policies/statefulset-governing-service.ts";
import { judgeResource, judgeStack, UNKNOWN_OBJECT, UNKNOWN_STRING } from "./judge.ts";

const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const SERVICE = "kubernetes:core/v1:Service";

describe("statefulset-governing-service", () => {
    const CASES: readonly (readonly [string, string, object, number])[] = [
        ["compliant", STATEFUL_SET, { spec: { serviceName: "kafka" } }, 0],
        ["field missing", STATEFUL_SET, { spec: {} }, 1],
        ["spec missing", STATEFUL_SET, {}, 1],
        ["field empty", STATEFUL_SET, { spec: { serviceName: "" } }, 1],
        ["older version, missing", "kubernetes:apps/v1beta1:StatefulSet", { spec: {} }, 1],
        ["extra fields", STATEFUL_SET, { spec: { serviceName: "kafka", replicas: 3, other: true } }, 0],
        ["a patch, which need not repeat it", "kubernetes:apps/v1:StatefulSetPatch", { spec: {} }, 0],
        ["another kind", "kubernetes:apps/v1:Deployment", { spec: {} }, 0],
        ["name not known", STATEFUL_SET, { spec: { serviceName: UNKNOWN_STRING } }, 0],
        ["spec not known", STATEFUL_SET, { spec: UNKNOWN_OBJECT }, 0],
    ];
    for (const [name, type, props, violations] of CASES) {
        it(`${name}: ${violations}`, () =>
            assert.equal(judgeResource(statefulsetGoverningService, type, props).length, violations));
    }
});

const service = (spec: object, metadata: object = {}) => ({
    type: SERVICE,
    props: { metadata: { name: "kafka", namespace: "kafka", ...metadata }, spec },
});

describe("governing-service-exists", () => {
    const labels = { app: "kafka" };
    const set = (serviceName: unknown = "kafka", podLabels: unknown = labels) => ({
        type: STATEFUL_SET,
        props: {
            metadata: { name: "broker", namespace: "kafka" },
            spec: { serviceName, template: { metadata: { labels: podLabels } } },
        },
    });
    const headless = { clusterIP: "None", selector: labels };
    const CASES: readonly (readonly [string, readonly { type: string; props: object }[], RegExp | undefined])[] = [
        ["compliant", [set(), service(headless)], undefined],
        ["pods with extra labels", [set("kafka", { ...labels, zone: "a" }), service(headless)], undefined],
        ["no service", [set()], /no Service kafka/],
        ["another name", [set(), service(headless, { name: "other" })], /no Service kafka/],
        ["another namespace", [set(), service(headless, { namespace: "web" })], /no Service kafka/],
        ["not headless", [set(), service({ selector: labels })], /not headless/],
        ["a cluster address", [set(), service({ clusterIP: "10.0.0.1", selector: labels })], /not headless/],
        ["another selector", [set(), service({ clusterIP: "None", selector: { app: "x" } })], /selector of Service/],
        ["no selector", [set(), service({ clusterIP: "None" })], /selector of Service/],
        ["name not known", [set(UNKNOWN_STRING)], undefined],
        ["service's name not known", [set(), service(headless, { name: UNKNOWN_STRING })], undefined],
        ["service's namespace not known", [set(), service(headless, { namespace: UNKNOWN_STRING })], undefined],
        ["clusterIP not known", [set(), service({ clusterIP: UNKNOWN_STRING, selector: labels })], undefined],
        ["labels not known", [set("kafka", UNKNOWN_OBJECT), service(headless)], undefined],
        ["only other kinds", [{ type: "kubernetes:apps/v1:Deployment", props: { spec: {} } }], undefined],
    ];
    for (const [name, members, problem] of CASES) {
        it(name, () => {
            const messages = judgeStack(governingServiceExists, members);
            assert.equal(messages.length, problem === undefined ? 0 : 1);
            assert.match(messages[0] ?? "", problem ?? /^$/);
            assert.ok(messages.every((message) => message.startsWith(STATEFUL_SET)));
        });
    }

    it("judges the others where one has values that are not known", () => {
        assert.equal(judgeStack(governingServiceExists, [set(UNKNOWN_STRING), set("absent")]).length, 1);
    });
});
