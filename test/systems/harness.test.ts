import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { objectOf, type RenderedStack } from "../stacks/rendered/stack.ts";
import { COMPUTED, type Inputs } from "../support/mocks.ts";
import { type PodProcess, type PodProcessOptions, podProcess } from "./support/pod-process.ts";
import { processesOf } from "./support/running.ts";
import { expandVariables, substitution } from "./support/substitution.ts";
import { until } from "./support/waiting.ts";
import { endPods } from "./support/workspace.ts";

const TEMPLATE = {
    metadata: { labels: { role: "sample" } },
    spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
            {
                name: "main",
                command: ["/bin/sh", "/etc/sample/run.sh"],
                args: ["$(GREETING)", "$$(GREETING)", "$(date)"],
                env: [
                    { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                    {
                        name: "INDEX",
                        valueFrom: { fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" } },
                    },
                    { name: "LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
                    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "login", key: "password" } } },
                    { name: "USER", valueFrom: { secretKeyRef: { name: "login", key: "user" } } },
                    { name: "NONE", valueFrom: { secretKeyRef: { name: "other", key: "none", optional: true } } },
                    { name: "GREETING", value: "hello $(USER) in /var/lib/sample" },
                ],
                lifecycle: { preStop: { exec: { command: ["/bin/sh", "-c", "echo asked >/var/lib/sample/asked"] } } },
                readinessProbe: { exec: { command: ["test", "-f", "/tmp/ready"] } },
                resources: { limits: { memory: "1Gi" } },
                volumeMounts: [
                    { name: "files", mountPath: "/etc/sample/run.sh", subPath: "run" },
                    { name: "data", mountPath: "/var/lib/sample" },
                    { name: "scratch", mountPath: "/tmp" },
                ],
            },
        ],
        volumes: [
            { name: "files", configMap: { name: "files" } },
            { name: "scratch", emptyDir: {} },
        ],
    },
};

const RUN = `printf '%s\\n' "$@"
echo "$POD $INDEX $LIMIT" "\${NONE-unset}"
echo once >>/var/lib/sample/starts
echo once >>/tmp/starts
sleep 600 &
touch /tmp/ready
trap 'echo told; exit 3' TERM
wait
`;

const of = (kind: string, name: string, rest: Inputs) =>
    objectOf({ apiVersion: "v1", kind, metadata: { name, namespace: "here" }, ...rest }, name);

const STACK: RenderedStack = {
    resources: [],
    objects: [
        of("StatefulSet", "sample", {
            spec: {
                template: TEMPLATE,
                replicas: 2,
                ordinals: { start: 7 },
                volumeClaimTemplates: [{ metadata: { name: "data" } }],
            },
        }),
        of("ConfigMap", "files", { data: { run: RUN } }),
        of("Secret", "login", { data: { user: Buffer.from("ada").toString("base64"), password: COMPUTED } }),
    ],
};

const SAMPLE: PodProcessOptions = {
    stack: STACK,
    kind: "StatefulSet",
    namespace: "here",
    name: "sample",
    address: "127.9.9.9",
};

describe("texts of a pod", () => {
    const inFolder = substitution({
        "/tmp": "/X/tmp",
        "/tmp/deep": "/Y",
        "a.svc": "127.0.0.1",
        "a.svc.local": "127.0.0.2",
    });

    for (const [text, replaced] of [
        ["cp /tmp/a /tmp", "cp /X/tmp/a /X/tmp"],
        ["file:/tmp/deep/er", "file:/Y/er"],
        ["/var/tmp /tmpfs /tmp-x x/tmp", "/var/tmp /tmpfs /tmp-x x/tmp"],
        ["a.svc:1,a.svc.local:2", "127.0.0.1:1,127.0.0.2:2"],
    ] as const) {
        it(`has ${text} replaced`, () => assert.equal(inFolder(text), replaced));
    }

    it("has variables as the kubelet puts them in", () => {
        const environment = new Map([["A", "$(B)"]]);
        assert.equal(expandVariables("$(A) $(C) $$(A) $A $$", environment), "$(B) $(C) $(A) $A $");
    });
});

describe("a pod as processes", () => {
    let pod: PodProcess;

    before(async () => {
        pod = await podProcess(SAMPLE);
        await pod.start();
        await pod.untilReady();
    });

    after(endPods);

    it("has its command, variables and files", () => {
        const [greeting, escaped, unknown, facts] = pod.log.split("\n");
        assert.equal(greeting, `hello ada in ${pod.path("/var/lib/sample")}`);
        assert.deepEqual([escaped, unknown], ["$(GREETING)", "$(date)"]);
        assert.equal(facts, "sample-7 7 1024 unset");
    });

    it("gets a value in place of a secret that is not known, the same for all", async () => {
        const other = await podProcess({ ...SAMPLE, ordinal: 8 });
        assert.match(pod.env["PASSWORD"] ?? "", /^[0-9a-f]{32}$/);
        assert.equal(other.env["PASSWORD"], pod.env["PASSWORD"]);
    });

    it("is stopped as by the kubelet: hook, SIGTERM to its main process, then the end of all", async () => {
        await pod.stop("SIGTERM");
        assert.equal(pod.exitCode, 3);
        assert.match(pod.log, /told/);
        assert.deepEqual(processesOf(pod.folder), []);
        assert.equal(await readFile(pod.path("/var/lib/sample/asked"), "utf8"), "asked\n");
    });

    it("starts again with its claims, and with nothing else", async () => {
        await pod.start();
        await pod.untilReady();
        assert.equal(await readFile(pod.path("/var/lib/sample/starts"), "utf8"), "once\nonce\n");
        assert.equal(await readFile(pod.path("/tmp/starts"), "utf8"), "once\n");
    });

    it("is gone at once when it is killed", async () => {
        await pod.stop("SIGKILL");
        assert.equal(pod.running, false);
        assert.deepEqual(processesOf(pod.folder), []);
    });

    it("is refused when it reads what is not there", async () => {
        const without = { ...STACK, objects: STACK.objects.filter(({ kind }) => kind !== "ConfigMap") };
        await assert.rejects(
            podProcess({ ...SAMPLE, stack: without }),
            /ConfigMap here\/files, which the stack does not make/,
        );
    });
});

describe("what tests have started", () => {
    const PROGRAM = `
        import { workspace } from "${import.meta.dirname}/support/workspace.ts";
        import { startIn } from "${import.meta.dirname}/support/pod-command.ts";
        const folder = await workspace();
        // A daemon: in a session of its own, and its parent has ended.
        startIn({ name: "pod", folder }, ["setsid", "--fork", "sleep", "600"], {});
        console.log(folder);
        setInterval(() => undefined, 1000);
    `;

    it("ends, and leaves no file, when they are killed", async () => {
        const tests = spawn(process.execPath, ["--input-type=module-typescript", "--eval", PROGRAM], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        const [folder] = (await once(createInterface({ input: tests.stdout }), "line")) as [string];
        await until("the daemon to run", () => processesOf(folder).length === 1, 10_000);
        tests.kill("SIGKILL");
        await until("all to be gone", () => processesOf(folder).length === 0 && !existsSync(folder), 10_000);
    });
});
