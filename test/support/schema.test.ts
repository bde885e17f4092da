import assert from "node:assert/strict";
import { COMPUTED, Secret } from "../../tools/plan/values.ts";
import { type ApiObject, assertValid, kindsWithoutSchema, schemaProblems } from "./schema.ts";

const LABELS = { app: "web" };

interface Parts {
    readonly spec?: object;
    readonly pod?: object;
    readonly container?: object;
}

function deployment({ spec, pod, container }: Parts = {}): ApiObject & Record<string, unknown> {
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", labels: LABELS, annotations: { "a.b/c": "d" } },
        spec: {
            replicas: 2,
            selector: { matchLabels: LABELS },
            strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
            template: {
                metadata: { labels: LABELS },
                spec: {
                    containers: [
                        {
                            name: "web",
                            image: "web:1",
                            resources: { requests: { cpu: "250m", memory: "1.5Gi" }, limits: { cpu: 2 } },
                            readinessProbe: { httpGet: { port: "http" } },
                            livenessProbe: { httpGet: { port: 8080 } },
                            ...container,
                        },
                    ],
                    volumes: [{ name: "tmp", emptyDir: {} }],
                    ...pod,
                },
            },
            ...spec,
        },
    };
}

function rule(change: object): ApiObject & Record<string, unknown> {
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name: "web" },
        spec: { groups: [{ name: "web", rules: [{ alert: "Down", labels: LABELS, ...change }] }] },
    };
}

const scaledObject = (metadata: object): ApiObject & Record<string, unknown> => ({
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    spec: { scaleTargetRef: { name: "web" }, triggers: [{ type: "kafka", metadata }] },
});

const nodePool = (disruption: object): ApiObject & Record<string, unknown> => ({
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    spec: {
        disruption,
        template: {
            spec: {
                nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "web" },
                requirements: [{ key: "karpenter.sh/capacity-type", operator: "In", values: ["spot"] }],
            },
        },
    },
});

const CONTAINER = "spec.template.spec.containers[0]";

describe("closed schemas", () => {
    const valid: Record<string, ApiObject> = {
        "a Deployment, with quantities, and numbers or names where both may stand": deployment(),
        "nothing where null stands for it": deployment({ spec: { replicas: null } }),
        "a field without a value": deployment({ spec: { replica: undefined } }),
        "an alert": rule({ expr: "up == 0", for: "5m" }),
        "a trigger, whose metadata are its own": scaledObject({ anyKey: "value" }),
        "a pool of nodes": nodePool({ consolidateAfter: "30s", budgets: [{ nodes: "10%" }] }),
        "a Secret, whose keys are its own": {
            apiVersion: "v1",
            kind: "Secret",
            stringData: { any: "key" },
        } as ApiObject,
        "a performance class, whose parameters are its driver's": {
            apiVersion: "storage.k8s.io/v1",
            kind: "VolumeAttributesClass",
            driverName: "ebs.csi.aws.com",
            parameters: { iops: "3000" },
        } as ApiObject,
    };
    for (const [what, object] of Object.entries(valid)) {
        it(`accept ${what}`, () => {
            assertValid(object);
        });
    }

    const refused: readonly (readonly [what: string, object: ApiObject, problem: string])[] = [
        ["a misspelt field", deployment({ spec: { replcas: 3 } }), "spec.replcas: got 3; there is no such field"],
        [
            "one of a container",
            deployment({ container: { imagePullpolicy: "Always" } }),
            `${CONTAINER}.imagePullpolicy: got "Always"; there is no such field`,
        ],
        ["one beside the spec", { ...deployment(), spce: {} } as ApiObject, "spce: got {}; there is no such field"],
        [
            "one of the metadata",
            { ...deployment(), metadata: { name: "web", labls: {} } },
            "metadata.labls: got {}; there is no such field",
        ],
        [
            "one whose value is unknown",
            deployment({ spec: { replcas: COMPUTED } }),
            'spec.replcas: got "[computed]"; there is no such field',
        ],
        [
            "one of a KEDA trigger",
            { ...scaledObject({}), spec: { scaleTargetRef: { name: "a", kindd: "b" }, triggers: [] } } as ApiObject,
            'spec.scaleTargetRef.kindd: got "b"; there is no such field',
        ],
        [
            "one of a Karpenter pool",
            nodePool({ consolidateAfter: "30s", budget: [] }),
            "spec.disruption.budget: got []; there is no such field",
        ],
        ["a wrong type", deployment({ spec: { replicas: "3" } }), 'spec.replicas: got "3"; must be integer'],
        [
            "a value that is none of the list",
            deployment({ container: { imagePullPolicy: "Allways" } }),
            `${CONTAINER}.imagePullPolicy: got "Allways"; must be equal to one of the allowed values`,
        ],
        [
            "what is required and missing",
            deployment({ spec: { selector: undefined } }),
            "must have required property selector",
        ],
        [
            "what is no quantity",
            deployment({ container: { resources: { requests: { memory: "12 GB" } } } }),
            `${CONTAINER}.resources.requests.memory: got "12 GB"; `,
        ],
        [
            "what is neither a number nor a name",
            deployment({ container: { readinessProbe: { tcpSocket: { port: true } } } }),
            `${CONTAINER}.readinessProbe.tcpSocket.port: got true; `,
        ],
        [
            "a secret of the wrong type",
            { apiVersion: "v1", kind: "Secret", stringData: { key: new Secret(5) } } as ApiObject,
            "stringData.key: got 5; must be string",
        ],
    ];
    for (const [what, object, problem] of refused) {
        it(`refuse ${what}`, () => {
            const problems = schemaProblems(object);
            assert.equal(problems.length, 1, problems.join("\n"));
            assert.ok(problems[0]?.includes(problem), problems[0]);
        });
    }

    it("refuse an alert whose expression is misspelt twice: it is missing, and what stands there is unknown", () => {
        const [missing, misspelt] = schemaProblems(rule({ exprr: "up == 0" }));
        assert.match(missing ?? "", /^spec\.groups\[0\]\.rules\[0\]: .*must have required property expr/);
        assert.equal(misspelt, 'spec.groups[0].rules[0].exprr: got "up == 0"; there is no such field');
    });

    it("accept an unknown value for anything: a number, an object, a list, a name or number", () => {
        assertValid(deployment({ spec: { replicas: COMPUTED } }));
        assertValid(deployment({ spec: { template: COMPUTED } }));
        assertValid(deployment({ pod: { containers: COMPUTED, nodeSelector: COMPUTED } }));
        assertValid(deployment({ container: { readinessProbe: { tcpSocket: { port: COMPUTED } } } }));
        assertValid({ ...deployment(), metadata: COMPUTED });
    });

    it("accept a secret for what it hides", () => {
        assertValid({ apiVersion: "v1", kind: "Secret", stringData: { key: new Secret("a") } } as ApiObject);
        assertValid({ apiVersion: "v1", kind: "Secret", stringData: new Secret({ key: COMPUTED }) } as ApiObject);
    });

    it("name the object and everything that is wrong with it", () => {
        assert.throws(() => assertValid(deployment({ spec: { replcas: 3, replicas: "3" } })), {
            message: [
                "Deployment web:",
                '  spec.replicas: got "3"; must be integer',
                "  spec.replcas: got 3; there is no such field",
            ].join("\n"),
        });
    });

    it("name the kinds that have none, and never pass one", () => {
        const thing = { apiVersion: "example.com/v1", kind: "Thing" };
        const misspelt = { apiVersion: "apps/v1", kind: "Deploymentt" };
        assert.deepEqual(kindsWithoutSchema([thing, deployment(), misspelt, thing]), [
            "apps/v1 Deploymentt",
            "example.com/v1 Thing",
        ]);
        assert.throws(() => assertValid(thing), /no package has a schema of example\.com\/v1 Thing/);
    });
});
