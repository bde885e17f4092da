import assert from "node:assert/strict";
import { START, shiroAccounts, zeppelinEnvironment } from "../../../../stacks/workloads/zeppelin/settings.ts";

describe("Zeppelin's settings", () => {
    it("open health and metrics to everybody, and nothing else", () => {
        const [, urls = ""] = shiroAccounts("secret").split("[urls]\n");
        assert.deepEqual(urls.trim().split("\n"), ["/api/version = anon", "/metrics = anon", "/** = authc"]);
    });

    it("have one account, with its password", () => {
        assert.match(shiroAccounts("secret"), /^\[users\]\nadmin = secret, admin\n\[main\]/);
    });

    it("keep what Zeppelin changes on its volume: an update of the image overwrites none of it", () => {
        assert.match(START, /cp -rn \/opt\/zeppelin\/conf\/\. \/data\/conf\//);
        const { ZEPPELIN_CONF_DIR: conf, ZEPPELIN_LOG_DIR: logs } = zeppelinEnvironment("2Gi");
        assert.deepEqual([conf, logs], ["/data/conf", "/tmp/logs"]);
    });
});
