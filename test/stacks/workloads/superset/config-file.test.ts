import assert from "node:assert/strict";
import { SUPERSET_VARIABLES, supersetConfig } from "../../../../stacks/workloads/superset/config-file.ts";

describe("superset_config.py", () => {
    const text = supersetConfig();

    it("reads every variable, and no other", () => {
        const read = [...text.matchAll(/os\.environ\["(\w+)"\]/g)].map(([, name]) => String(name));
        assert.deepEqual([...new Set(read)].toSorted(), Object.values(SUPERSET_VARIABLES).toSorted());
    });

    it("keeps in the cache what is otherwise in one process' memory", () => {
        for (const name of ["CACHE", "DATA_CACHE", "FILTER_STATE_CACHE", "EXPLORE_FORM_DATA_CACHE"]) {
            assert.match(text, new RegExp(`^${name}_CONFIG = \\{\\*\\*_cache, "CACHE_KEY_PREFIX": "superset_`, "m"));
        }
        assert.match(text, /^RESULTS_BACKEND = RedisCache\(/m);
    });

    it("asks sentinels for the primary, in every client", () => {
        assert.match(text, /"CACHE_TYPE": "RedisSentinelCache"/);
        assert.match(text, /sentinel:\/\/:\{_password\}@\{host\}:\{port\}\/\{number\}/);
        assert.match(text, /redis\+sentinel:\/\//);
        assert.match(text, /"master_name": _primary/);
        assert.doesNotMatch(text, /"rediss?:\/\//);
    });

    it("puts queue, results and cache into databases of their own", () => {
        const numbers = [/broker_url = _urls\((\d)\)/, /result_backend = _urls\((\d)\)/, /CACHE_REDIS_DB": (\d)/].map(
            (pattern) => pattern.exec(text)?.[1],
        );
        assert.deepEqual(numbers, ["0", "1", "2"]);
    });

    it("gives a lost worker's task to another", () => {
        assert.match(text, /task_acks_late = True/);
    });

    it("gives no query to another worker while the first one may still run it", () => {
        const [, limit] = /^SQLLAB_ASYNC_TIME_LIMIT_SEC = (\d+)$/m.exec(text) ?? [];
        const [, visibility] = /broker_transport_options = \{[^}]*"visibility_timeout": (\d+),/.exec(text) ?? [];
        // Superset kills a query's process 60 s after its limit.
        assert.ok(Number(visibility) > Number(limit) + 60, `${visibility} s, ${limit} s`);
        assert.ok(Number(visibility) < Number(limit) + 3600, "a lost query would wait for long without a reason");
    });
});
