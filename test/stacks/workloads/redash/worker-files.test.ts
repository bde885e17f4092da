import assert from "node:assert/strict";
import * as fc from "fast-check";
import { duration } from "../../../../components/values/duration.ts";
import {
    supervisorConfiguration,
    WORKER_FILE,
    workerProgram,
} from "../../../../stacks/workloads/redash/worker-files.ts";

/** Settings by section and key. */
function parsed(text: string): Record<string, Record<string, string>> {
    const sections: Record<string, Record<string, string>> = {};
    let current: Record<string, string> = {};
    for (const line of text.split("\n")) {
        const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
        const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
        if (name !== undefined) {
            current = {};
            sections[name] = current;
        } else if (key !== undefined && value !== undefined) {
            current[key] = value;
        } else {
            assert.equal(line, "");
        }
    }
    return sections;
}

const delay = (program: string): number => Number(/^Worker\.imminent_shutdown_delay = (\d+)$/m.exec(program)?.[1]);

describe("what Redash's workers run under", () => {
    const sections = parsed(supervisorConfiguration("5 minutes"));

    it("starts as many workers as are asked for, of the queues that are asked for", () => {
        const { command, numprocs, process_name: name } = sections["program:worker"] ?? {};
        assert.equal(command, `python ${WORKER_FILE} rq worker %(ENV_QUEUES)s`);
        assert.equal(numprocs, "%(ENV_WORKERS_COUNT)s");
        assert.match(String(name), /%\(process_num\)s/, "or supervisor refuses more than one");
    });

    it("checks them every minute, and can restart them", () => {
        const { command, events } = sections["eventlistener:worker_healthcheck"] ?? {};
        assert.deepEqual([command, events], ["./manage.py rq healthcheck", "TICK_60"]);
        assert.ok(sections["unix_http_server"]?.["file"]);
        assert.ok(sections["rpcinterface:supervisor"]);
    });

    it("writes to the temporary directory and the console alone", () => {
        const written = Object.values(sections).flatMap((settings) =>
            ["pidfile", "file", "logfile", "stdout_logfile", "stderr_logfile"].flatMap((key) => settings[key] ?? []),
        );
        assert.equal(written.length, 7);
        for (const path of written) {
            assert.match(path, /^\/(tmp|dev)\//);
        }
    });

    it("lets a query end, then ends it, then kills its worker, all before the pod is killed", () => {
        fc.assert(
            fc.property(fc.integer({ min: 60, max: 7200 }), (grace) => {
                const ended = delay(workerProgram(duration(grace)));
                const killed = Number(
                    parsed(supervisorConfiguration(duration(grace)))["program:worker"]?.["stopwaitsecs"],
                );
                assert.ok(ended >= grace / 2 && ended + 10 <= killed, `${ended} s, ${killed} s`);
                // Supervisor's default for the check beside them.
                assert.ok(killed + 10 < grace, `${killed} s`);
            }),
        );
    });

    it("changes Redash's own worker, before it is made", () => {
        const lines = workerProgram("5 minutes").trimEnd().split("\n");
        assert.equal(delay(workerProgram("5 minutes")), 270);
        assert.equal(lines.at(-1), "manager()");
        assert.ok(lines.includes("from redash.tasks.worker import Worker"));
    });
});
