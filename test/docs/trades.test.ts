import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { isRecord } from "../../tools/plan/project-config.ts";
import { readStack } from "../../tools/plan/stack-files.ts";
import { assertAmount, type Counted, counted, ROOT } from "./costs.ts";
import { codeSpans, page, rows, under } from "./markdown.ts";

const TEXT = under(page("docs/controllers.md"), "What was traded, and for what");
const TRADES = rows(TEXT);
const FOLDER = "test/docs/alternatives";
const MINIMAL = "tools/plan/minimal.yaml";
const AS_LARGE_AS_IN_THE_CLUSTER = ["externalBrokerGigabytes=500"];

/** Cells of the alternative's dollars that link to it. */
const LINKED = TRADES.flatMap(([, , , , dollars = ""]) => {
    const [, amount = "", path = ""] = /^\[(.*?)\]\(\.\.\/(.*?)\)/.exec(dollars) ?? [];
    return path === "" ? [] : [{ amount, path }];
});

/** The cell of dollars that names an item. */
function read(item: string): string {
    return TRADES.find(([, , , , dollars = ""]) => codeSpans(dollars).includes(item))?.[4] ?? "";
}

function poolsOf(over?: string): Readonly<Record<string, unknown>> {
    const { config, project } = readStack(ROOT, "prod", over && `${ROOT}${over}`);
    const pools: unknown = JSON.parse(config[`${project}:pools`] ?? "{}");
    assert.ok(isRecord(pools));
    return pools;
}

describe("docs/controllers.md, what was traded", () => {
    let prod: Counted;
    before(async function () {
        this.timeout("120s");
        prod = await counted("prod");
    });

    it("says of every choice what the alternative costs, in dollars and in hours", () => {
        for (const [choice, , , , dollars = "", hours = ""] of TRADES) {
            assert.match(dollars, /^\[?(?:0|[+−]\d)/, choice);
            assert.match(hours, /^[+−]\d/, choice);
        }
    });

    it("links every alternative that there is", () => {
        const files = globSync(`${FOLDER}/*.yaml`, { cwd: ROOT });
        assert.deepEqual(LINKED.map(({ path }) => path).toSorted(), files.toSorted());
    });

    for (const { amount, path } of LINKED) {
        it(`has the price of ${path}, which keeps what prod promises`, async function () {
            this.timeout("120s");
            const { cost, capacity } = await counted("prod", path, AS_LARGE_AS_IN_THE_CLUSTER);
            assertAmount(amount, cost.monthly - prod.cost.monthly, path);
            assert.deepEqual(cost.unpriced, []);
            assert.deepEqual(
                capacity.findings.filter(({ level }) => level === "error"),
                [],
            );
        });
    }

    it("has alternatives with the pools of prod, but for what they are about", () => {
        const pools = poolsOf();
        const { streaming, ...others } = poolsOf(`${FOLDER}/streaming-pool.yaml`);
        assert.ok(streaming !== undefined);
        assert.deepEqual(others, pools);
        const infra = { ...Object(pools["infra"]), typical: 6 };
        assert.deepEqual(poolsOf(`${FOLDER}/managed.yaml`), { ...pools, infra });
    });

    it("has the amounts of the items that it names", () => {
        const { items } = prod.cost;
        const onDemand = items
            .filter(({ name }) => codeSpans(read("nodes of spark-executor")).includes(name))
            .map(({ monthly, note }) => Number(/on demand \$(\d+)/.exec(note ?? "")?.[1]) - (monthly ?? 0));
        assert.equal(onDemand.length, 2);
        const [spot = ""] = read("nodes of spark-executor").split(":");
        assertAmount(
            spot,
            onDemand.reduce((sum, more) => sum + more, 0),
            "on demand",
        );
        const database = items
            .filter(({ name }) => codeSpans(read("database metabase, machine")).includes(name))
            .map(({ monthly }) => monthly ?? 0);
        assert.equal(database.length, 2);
        const [rds = ""] = read("database metabase, machine").split(":");
        assertAmount(rds, -database.reduce((sum, amount) => sum + amount, 0), "Metabase's database");
    });

    it("has the minimal profile's bill beside the case's and staging's", async function () {
        this.timeout("120s");
        const minimal = (await counted("staging", MINIMAL)).cost.monthly;
        const staging = (await counted("staging")).cost.monthly;
        const [, ...written] =
            /: (\$[\d,]+) a month, where the case, .*?, is (\$[\d,]+), and staging .*?, (\$[\d,]+)\. .*? for (\$\d+) more/.exec(
                TEXT,
            ) ?? [];
        const bills = [minimal, prod.cost.monthly, staging, minimal - staging];
        bills.forEach((amount, index) => assertAmount(written[index] ?? "", amount, `amount ${index}`));
        assert.equal(written.length, bills.length);
    });

    it("divides right what an hour costs", () => {
        const [, rds, msk] = /RDS would cost about \$(\d+) .* MSK about \$(\d+);/.exec(TEXT) ?? [];
        const hourly = ["rds", "msk"].map((name) => {
            const [, , , , dollars = "", hours = ""] =
                TRADES.find((cells) => cells[4]?.includes(`/${name}.yaml`)) ?? [];
            return Math.round(Number(/\d+/.exec(dollars)) / Number(/\d+/.exec(hours)));
        });
        assert.deepEqual([Number(rds), Number(msk)], hourly);
    });
});
