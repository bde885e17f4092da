import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    asks,
    LEADER_TIME_TO_LIVE,
    startScript,
    zookeeperSettings,
} from "../../../../stacks/workloads/zookeeper/settings.ts";

describe("ZooKeeper's settings", () => {
    const settings = zookeeperSettings(["a", "b", "c"]).split("\n");

    it("listen everywhere, answer three words, clean up, and show metrics", () => {
        for (const line of [
            "quorumListenOnAllIPs=true",
            "4lw.commands.whitelist=ruok,srvr,mntr",
            "autopurge.purgeInterval=6",
            "autopurge.snapRetainCount=5",
            "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
            "metricsProvider.httpPort=7000",
            "admin.enableServer=false",
            "standaloneEnabled=false",
        ]) {
            assert.ok(settings.includes(line), line);
        }
    });

    it("give a dead leader up as soon as the budget says", () => {
        assert.ok(settings.includes("tickTime=2000") && settings.includes("syncLimit=5"));
        assert.equal(LEADER_TIME_TO_LIVE, "10 seconds");
    });

    it("number servers from 1, as their files do", () => {
        assert.ok(settings.includes("server.1=a:2888:3888") && settings.includes("server.3=c:2888:3888"));
        const script = startScript()
            .replaceAll("/data", ".")
            .replaceAll(/^(mkdir|exec).*$/gm, "")
            .replace(">./myid", "");
        const { stdout } = spawnSync("/bin/sh", ["-c", script], {
            encoding: "utf8",
            env: { PATH: process.env["PATH"], POD_NAME: "zookeeper-2" },
        });
        assert.equal(stdout, "3\n");
    });

    it("are asked by programs of the image", () => {
        assert.deepEqual(asks("ruok", "^imok").slice(0, 2), ["/bin/bash", "-c"]);
    });
});
