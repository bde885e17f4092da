import assert from "node:assert/strict";
import { CHARTS } from "../../../stacks/platform/charts.ts";
import { type ChartRecord, chartRecords, valueProblems } from "../../support/chart-values.ts";
import { COMPUTED, type Collected, Secret } from "../../support/mocks.ts";
import { schemaProblems } from "../../support/schema.ts";
import { everything, releases } from "./everything.ts";

type Values = Readonly<Record<string, unknown>>;

function isValues(value: unknown): value is Values {
    return (
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        !(value instanceof Secret) &&
        value !== COMPUTED
    );
}

/** Every way to misspell one key, with its path. */
function misspellings(values: Values, path = ""): readonly (readonly [string, Values])[] {
    return Object.entries(values).flatMap(([key, value]) => {
        const { [key]: _, ...others } = values;
        const at = path === "" ? key : `${path}.${key}`;
        const inner = isValues(value)
            ? misspellings(value, at).map(([where, changed]) => [where, { ...values, [key]: changed }] as const)
            : [];
        return [[at, { ...others, [`${key}x`]: value }] as const, ...inner];
    });
}

/** Whether a chart looks at what stands at a path as a whole only. */
function isFree(record: ChartRecord, path: string): boolean {
    const above = path.split(".").slice(0, -1);
    return above.some((_, index) => {
        const prefix = above.slice(0, index + 1).join(".");
        // Any key is right there, if one that nobody ever has is.
        const probe = prefix.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), { "no such key": 1 });
        return valueProblems(record, probe).length === 0;
    });
}

/** Fields of pods and containers that charts hand on, wherever they stand. */
const POD_FIELDS = ["tolerations", "nodeSelector", "affinity", "topologySpreadConstraints"];
const POD_SECURITY = ["podSecurityContext"];
const CONTAINER_FIELDS = ["resources"];
const CONTAINER_SECURITY = ["securityContext", "containerSecurityContext"];

function podWith(
    name: string,
    spec: object,
): { readonly apiVersion: string; readonly kind: string; readonly spec: object } {
    const metadata = { name };
    return Object.assign({ apiVersion: "v1", kind: "Pod", metadata }, { spec });
}

function podsIn(values: Values): readonly object[] {
    const pick = (keys: readonly string[]) =>
        Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]));
    const container = pick(CONTAINER_FIELDS);
    // KEDA's chart has some of them by program.
    const byProgram = ["operator", "metricsServer", "metricServer", "webhooks"].some((key) =>
        ["resources", "topologySpreadConstraints"].some((field) => {
            const inner = values[field];
            return isValues(inner) && Object.hasOwn(inner, key);
        }),
    );
    const pod = pick(POD_FIELDS);
    const security = POD_SECURITY.map((key) => values[key]).find(isValues);
    const locked = CONTAINER_SECURITY.map((key) => values[key]).find(isValues);
    const own =
        byProgram || Object.keys({ ...pod, ...container }).length === 0
            ? []
            : [
                  {
                      ...pod,
                      ...(security === undefined ? {} : { securityContext: security }),
                      containers: [
                          { name: "main", ...container, ...(locked === undefined ? {} : { securityContext: locked }) },
                      ],
                  },
              ];
    return [...own, ...Object.values(values).filter(isValues).flatMap(podsIn)];
}

describe("values of charts", () => {
    const records = chartRecords();
    let made: ReadonlyMap<string, Collected> = new Map();
    before(async () => {
        made = releases(await everything());
    });

    const each = (judge: (name: string, record: ChartRecord, values: Values) => readonly string[]): void => {
        const problems = [...made].flatMap(([name, { inputs }]) => {
            const record = records.get(inputs["chart"].split("/").at(-1));
            return record === undefined ? [`${name}: nothing is recorded`] : judge(name, record, inputs["values"]);
        });
        assert.deepEqual(problems, []);
    };

    it("of every chart in use are recorded, in its version", () => {
        const used = [...made.values()].map(
            ({ inputs }) => `${inputs["chart"].split("/").at(-1)} ${inputs["version"]}`,
        );
        const table = Object.values(CHARTS).map(({ chart, version }) => `${chart} ${version}`);
        assert.deepEqual(used.toSorted(), table.toSorted());
        each((name, record) => {
            const version = made.get(name)?.inputs["version"];
            return record.version === version ? [] : [`${name} is ${version}, recorded is ${record.version}`];
        });
    });

    it("say where they are from", () => {
        for (const { source } of records.values()) {
            assert.match(source, /^https:\/\/github\.com\/[^/]+\/[^/]+\/blob\/[0-9a-f]{40}\/.+\.yaml$/);
        }
    });

    it("are those that the chart has, key by key, in the chart's form", () => {
        each((name, record, values) => valueProblems(record, values).map((problem) => `${name}: ${problem}`));
    });

    it("are held against the chart at every key: each one, misspelt, is found", () => {
        let tried = 0;
        each((name, record, values) =>
            misspellings(values)
                .filter(([path]) => !isFree(record, path))
                .flatMap(([path, changed]) => {
                    tried += 1;
                    return valueProblems(record, changed).length > 0 ? [] : [`${name}: ${path}`];
                }),
        );
        assert.ok(tried > 250, `${tried}`);
    });

    it("are held against the values of a chart's dependencies", () => {
        const record = records.get("kube-prometheus-stack");
        assert.ok(record);
        assert.deepEqual(valueProblems(record, { grafana: { persistence: { size: "1Gi" } } }), []);
        assert.deepEqual(valueProblems(record, { grafana: { persistance: { size: "1Gi" } } }), [
            "grafana.persistance: the chart has no such value",
        ]);
        assert.deepEqual(valueProblems(record, { "kube-state-metrics": { replica: 1 } }), [
            "kube-state-metrics.replica: the chart has no such value",
        ]);
    });

    it("have the chart's forms and bounds", () => {
        const [keda, dns] = ["keda", "external-dns"].map((chart) => records.get(chart));
        assert.ok(keda && dns);
        assert.match(valueProblems(keda, { operator: { replicaCount: "2" } })[0] ?? "", /takes number/);
        assert.match(valueProblems(keda, { operator: 2 })[0] ?? "", /has keys beneath it/);
        assert.match(valueProblems(dns, { policy: "synchronise" })[0] ?? "", /does not allow it/);
    });

    it("hand fields to pods that pods have", () => {
        each((name, _, values) =>
            podsIn(values).flatMap((spec) =>
                schemaProblems(podWith(name, spec)).map((problem) => `${name}: ${problem}`),
            ),
        );
    });

    it("hold no password", () => {
        const secrets = (value: unknown, path: string): readonly string[] =>
            value instanceof Secret
                ? [path]
                : typeof value === "object" && value !== null
                  ? Object.entries(value).flatMap(([key, inner]) => secrets(inner, `${path}.${key}`))
                  : [];
        each((name, _, values) => secrets(values, name));
    });
});
