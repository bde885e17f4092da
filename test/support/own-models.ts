/**
 * Schemas of custom resources that no package of kubernetes-models has: the fields that we use, as their definitions have
 * them. Read through a `FieldWatch` as the others are, so that a field which is not here is one that there is not.
 */

/** A field: its type, what it may be, and whether it has to be there. */
interface Field {
    readonly type: "string" | "number" | "boolean" | "map" | "list";
    readonly oneOf?: readonly string[];
    readonly optional?: true;
}

interface Fields {
    readonly [name: string]: Field | Fields;
}

interface FieldError {
    readonly instancePath: string;
    readonly keyword: string;
    readonly message: string;
}

const TEXT: Field = { type: "string" };
const OPTIONAL_TEXT: Field = { type: "string", optional: true };
const NUMBER: Field = { type: "number" };
const OPTIONAL_NUMBER: Field = { type: "number", optional: true };
const MAP: Field = { type: "map" };

const OBJECT = { apiVersion: TEXT, kind: TEXT, metadata: MAP } as const;

/** Driver and executor of a SparkApplication; their templates are free in form there. */
const SPARK_ROLE: Fields = {
    cores: NUMBER,
    coreRequest: TEXT,
    memory: TEXT,
    memoryOverhead: TEXT,
    serviceAccount: TEXT,
    labels: MAP,
    template: MAP,
};

/** Kinds by `apiVersion kind`. */
const KINDS: Readonly<Record<string, Fields>> = {
    /** kubernetes-csi/external-snapshotter, client/config/crd, snapshot.storage.k8s.io_volumesnapshotclasses.yaml. */
    "snapshot.storage.k8s.io/v1 VolumeSnapshotClass": {
        ...OBJECT,
        driver: TEXT,
        deletionPolicy: { type: "string", oneOf: ["Delete", "Retain"] },
        parameters: { type: "map", optional: true },
    },
    /** kubeflow/spark-operator, config/crd/bases/sparkoperator.k8s.io_sparkapplications.yaml. */
    "sparkoperator.k8s.io/v1beta2 SparkApplication": {
        ...OBJECT,
        spec: {
            type: { type: "string", oneOf: ["Java", "Python", "Scala", "R"] },
            mode: { type: "string", oneOf: ["cluster", "client"] },
            sparkVersion: TEXT,
            image: TEXT,
            imagePullPolicy: TEXT,
            mainApplicationFile: TEXT,
            mainClass: OPTIONAL_TEXT,
            arguments: { type: "list" },
            sparkConf: MAP,
            restartPolicy: {
                type: { type: "string", oneOf: ["Never", "Always", "OnFailure"] },
                onFailureRetries: OPTIONAL_NUMBER,
                onFailureRetryInterval: OPTIONAL_NUMBER,
                onSubmissionFailureRetries: OPTIONAL_NUMBER,
                onSubmissionFailureRetryInterval: OPTIONAL_NUMBER,
            },
            dynamicAllocation: {
                enabled: { type: "boolean" },
                initialExecutors: NUMBER,
                minExecutors: NUMBER,
                maxExecutors: NUMBER,
                shuffleTrackingEnabled: { type: "boolean" },
                shuffleTrackingTimeout: OPTIONAL_NUMBER,
            },
            driver: SPARK_ROLE,
            executor: SPARK_ROLE,
        },
    },
    /** kubernetes/autoscaler, vertical-pod-autoscaler/deploy/vpa-v1-crd-gen.yaml. */
    "autoscaling.k8s.io/v1 VerticalPodAutoscaler": {
        ...OBJECT,
        spec: {
            targetRef: { apiVersion: OPTIONAL_TEXT, kind: TEXT, name: TEXT },
            updatePolicy: {
                updateMode: {
                    type: "string",
                    oneOf: ["Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"],
                    optional: true,
                },
            },
        },
    },
    /** external-secrets/external-secrets, config/crds/bases/external-secrets.io_clustersecretstores.yaml. */
    "external-secrets.io/v1 ClusterSecretStore": {
        ...OBJECT,
        spec: {
            provider: {
                aws: {
                    service: { type: "string", oneOf: ["SecretsManager", "ParameterStore"] },
                    region: TEXT,
                    role: OPTIONAL_TEXT,
                },
            },
        },
    },
};

function isField(field: Field | Fields): field is Field {
    return typeof field["type"] === "string";
}

function typeOf(value: unknown): string {
    return Array.isArray(value) ? "list" : typeof value === "object" ? "map" : typeof value;
}

function fieldErrors(value: unknown, field: Field, instancePath: string): readonly FieldError[] {
    if (value === undefined) {
        return field.optional ? [] : [{ instancePath, keyword: "required", message: "is required" }];
    }
    if (typeOf(value) !== field.type) {
        return [{ instancePath, keyword: "type", message: `must be ${field.type}` }];
    }
    return field.oneOf === undefined || (typeof value === "string" && field.oneOf.includes(value))
        ? []
        : [{ instancePath, keyword: "enum", message: `must be one of ${field.oneOf.join(", ")}` }];
}

function errorsIn(value: unknown, fields: Fields, path: string): readonly FieldError[] {
    if (typeof value !== "object" || value === null) {
        return [{ instancePath: path, keyword: "type", message: "must be map" }];
    }
    return Object.entries(fields).flatMap(([name, field]) => {
        const inner: unknown = Reflect.get(value, name);
        const at = `${path}/${name}`;
        return isField(field) ? fieldErrors(inner, field, at) : errorsIn(inner, field, at);
    });
}

/** The model of a kind, in the form that kubernetes-models has them; undefined for any other kind. */
export function ownModel(kind: string): { readonly prototype: { validate(this: unknown): void } } | undefined {
    const fields = KINDS[kind];
    return (
        fields && {
            prototype: {
                validate() {
                    const errors = errorsIn(this, fields, "");
                    if (errors.length > 0) {
                        throw Object.assign(new Error(`${kind} is not valid`), { errors });
                    }
                },
            },
        }
    );
}
