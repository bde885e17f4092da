import assert from "node:assert/strict";
import { COMPUTED, type Collected } from "../../support/mocks.ts";
import { danglingReferences } from "./references.ts";
import { type Change, main, sample } from "./sample.ts";

const SET = "StatefulSet data/db";

const rows: readonly (readonly [what: string, change: Change, problem: string])[] = [
    [
        "a variable's Secret",
        (of) => (main(of("StatefulSet")).env[0].valueFrom.secretKeyRef.name = "logn"),
        `${SET}, container db, variable USER: there is no Secret data/logn`,
    ],
    [
        "a variable's key",
        (of) => (main(of("StatefulSet")).env[0].valueFrom.secretKeyRef.key = "usr"),
        `${SET}, container db, variable USER: Secret data/login has no key usr`,
    ],
    [
        "a key of a ConfigMap",
        (of) => (of("ConfigMap").data = { "a.conf": "text" }),
        `${SET}, container db, variable MODE: ConfigMap data/files has no key mode`,
    ],
    [
        "a Secret of another namespace",
        (of, all) => {
            all.push({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
            of("Secret").metadata.namespace = "other";
            main(of("StatefulSet")).env.shift();
            of("StatefulSet").spec.template.spec.volumes.splice(1);
        },
        `${SET}, container db: there is no Secret data/login`,
    ],
    [
        "a file of a volume",
        (of) => (main(of("StatefulSet")).volumeMounts[0].subPath = "b.conf"),
        `${SET}, volume files: ConfigMap data/files has no key b.conf`,
    ],
    [
        "an item of a volume",
        (of) => (of("StatefulSet").spec.template.spec.volumes[1].secret.items[0].key = "usr"),
        `${SET}, volume login: Secret data/login has no key usr`,
    ],
    [
        "a projected Secret",
        (of) => (of("StatefulSet").spec.template.spec.volumes[2].projected.sources[0].secret.name = "logn"),
        `${SET}, volume all: there is no Secret data/logn`,
    ],
    [
        "a claim of a pod",
        (of) =>
            of("StatefulSet").spec.template.spec.volumes.push({ name: "c", persistentVolumeClaim: { claimName: "c" } }),
        `${SET}, volume c: there is no PersistentVolumeClaim data/c`,
    ],
    [
        "the claim of an ordinal",
        (of) => (of("StatefulSet").spec.replicas = 2),
        `${SET}: there is no PersistentVolumeClaim data/data-db-2`,
    ],
    [
        "a claim's class",
        (of) => (of("PersistentVolumeClaim").spec.storageClassName = "gp2"),
        "PersistentVolumeClaim data/data-db-1: there is no StorageClass gp2",
    ],
    [
        "a claim's performance class",
        (of) => (of("PersistentVolumeClaim").spec.volumeAttributesClassName = "fast"),
        "PersistentVolumeClaim data/data-db-1: there is no VolumeAttributesClass fast",
    ],
    [
        "a service account",
        (of) => (of("StatefulSet").spec.template.spec.serviceAccountName = "dbb"),
        `${SET}: there is no ServiceAccount data/dbb`,
    ],
    [
        "a name that is not known",
        (of) => (of("StatefulSet").spec.template.spec.serviceAccountName = COMPUTED),
        `${SET}: the name of its ServiceAccount is [computed]`,
    ],
    [
        "a priority class",
        (of) => (of("StatefulSet").spec.template.spec.priorityClassName = "high"),
        `${SET}: there is no PriorityClass high`,
    ],
    [
        "whom a role is given to",
        (of) => (of("RoleBinding").subjects[0].name = "dbb"),
        "RoleBinding data/db: there is no ServiceAccount data/dbb",
    ],
    [
        "the role that is given",
        (of) => (of("RoleBinding").roleRef.kind = "ClusterRole"),
        "RoleBinding data/db: there is no ClusterRole db",
    ],
    [
        "what is scaled",
        (of) => (of("ScaledObject").spec.scaleTargetRef = { name: "db" }),
        "ScaledObject data/db: there is no Deployment data/db",
    ],
    [
        "how KEDA logs in",
        (of) => (of("ScaledObject").spec.triggers[0].authenticationRef.name = "none"),
        "ScaledObject data/db: there is no TriggerAuthentication data/none",
    ],
    [
        "what KEDA logs in with",
        (of) => (of("TriggerAuthentication").spec.secretTargetRef[0].key = "usr"),
        "TriggerAuthentication data/db: Secret data/login has no key usr",
    ],
    [
        "a namespace",
        (of) => (of("ConfigMap").metadata.namespace = of("Namespace").metadata.name = "other"),
        "StatefulSet data/db: there is no Namespace data",
    ],
];

describe("references", () => {
    it("of the sample all lead somewhere", () => assert.deepEqual(danglingReferences(sample(), [], []), []));

    for (const [what, change, problem] of rows) {
        it(`miss ${what}`, () => {
            const problems = danglingReferences(sample(change), [], []);
            assert.ok(problems.includes(problem), problems.join("\n"));
        });
    }

    it("may lead to what the cluster has", () => {
        const changed = sample((of) => (of("PersistentVolumeClaim").spec.storageClassName = "standard"));
        assert.deepEqual(danglingReferences(changed, [], ["StorageClass standard"]), []);
    });

    it("may lead to a key of a Secret whose keys are unknown", () => {
        const changed = sample((of) => (of("Secret").stringData = COMPUTED));
        assert.deepEqual(danglingReferences(changed, [], []), []);
    });

    it("of charts' values are followed, at any depth", () => {
        const inputs = {
            namespace: "data",
            values: { a: [{ storageClassName: "gp2" }], b: { existingSecret: "admin" } },
        };
        const release = { name: "chart", inputs } as unknown as Collected;
        assert.deepEqual(danglingReferences(sample(), [release], []), [
            "release chart: there is no StorageClass gp2",
            "release chart: there is no Secret data/admin",
        ]);
    });
});
