import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { Client } from "../../../../tools/control-plane/client.ts";
import { Recorder } from "../../../../tools/control-plane/recorder.ts";

/** What the server answers to one watch; the connection stays open unless it is ended. */
type Answer = (response: ServerResponse) => void;

function line(type: string, revision: number, name = `pod-${revision}`): string {
    const object = { kind: "Pod", apiVersion: "v1", metadata: { name, resourceVersion: String(revision) } };
    return `${JSON.stringify({ type, object })}\n`;
}

const EXPIRED = JSON.stringify({
    type: "ERROR",
    object: { kind: "Status", code: 410, reason: "Expired", message: "too old resource version: 12 (90)" },
});

/** Runs a recorder on an API server of pods that lists one of revision 10, and answers watches in turn. */
async function recorded(
    answers: readonly Answer[],
    run: (recorder: Recorder, asked: readonly (string | null)[]) => Promise<void>,
): Promise<void> {
    const asked: (string | null)[] = [];
    const server = createServer((request, response) => {
        const { searchParams } = new URL(request.url ?? "", "http://localhost");
        response.setHeader("Content-Type", "application/json");
        if (searchParams.get("watch") === null) {
            const items = [{ metadata: { name: "pod-10", resourceVersion: "10" } }];
            response.end(
                JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "11" }, items }),
            );
            return;
        }
        asked.push(searchParams.get("resourceVersion"));
        response.writeHead(200);
        response.flushHeaders();
        answers[asked.length - 1]?.(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const config = new KubeConfig();
    // The library takes plain HTTP only so.
    config.loadFromClusterAndUser(
        { name: "test", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
        { name: "me" },
    );
    try {
        const recorder = await Recorder.start(new Client(config), ["pods"]);
        await run(recorder, asked).finally(() => recorder.stop());
    } finally {
        server.closeAllConnections();
        server.close();
    }
}

function told({ events }: Recorder): readonly string[] {
    return events.map(({ revision, type, object }) => `${revision} ${type} ${object.kind}`);
}

describe("recording", () => {
    it("begins with what is there, then follows from the list's revision", () =>
        recorded([(response) => response.write(line("ADDED", 12))], async (recorder, asked) => {
            await recorder.waitFor("12", () => recorder.mark() === 12, 1000);
            assert.deepEqual(told(recorder), ["10 ADDED Pod", "12 ADDED Pod"]);
            assert.deepEqual(asked, ["11"]);
        }));

    it("goes on where a watch ended, by bookmark or in the middle of a line, without gaps or repeats", () =>
        recorded(
            [
                (response) => response.end(`${line("ADDED", 12)}${line("BOOKMARK", 15)}`),
                (response) => response.end(`${line("MODIFIED", 16)}${line("ADDED", 17).slice(0, 20)}`),
                (response) => response.write(line("ADDED", 17)),
            ],
            async (recorder, asked) => {
                await recorder.waitFor("17", () => recorder.mark() === 17, 1000);
                assert.deepEqual(told(recorder).slice(1), ["12 ADDED Pod", "16 MODIFIED Pod", "17 ADDED Pod"]);
                assert.deepEqual(asked, ["11", "15", "16"]);
            },
        ));

    it("fails loudly where events are lost", () =>
        recorded([(response) => response.end(`${line("ADDED", 12)}${EXPIRED}\n`)], async (recorder) => {
            const lost = /\/api\/v1\/pods: too old resource version.*events after 1[12] are lost/;
            await assert.rejects(
                recorder.waitFor("never", () => undefined, 1000),
                lost,
            );
            assert.throws(() => recorder.events, lost);
            assert.throws(() => recorder.since(0), lost);
            assert.throws(() => recorder.current("Pod"), lost);
        }));

    it("says what was waited for and what happened", () =>
        recorded([(response) => response.write(line("DELETED", 12, "pod-10"))], async (recorder) => {
            await assert.rejects(
                recorder.waitFor("a miracle", () => undefined, 100),
                /waited 0\.1 s for a miracle; the last events:\n.* 10 ADDED Pod pod-10.*\n.* 12 DELETED Pod pod-10/,
            );
            assert.deepEqual(recorder.current("Pod"), []);
        }));

    it("ends a wait by what the search throws, and by the end of the recording", () =>
        recorded([], async (recorder) => {
            const wrong = (): never => {
                throw new Error("two leaders");
            };
            await assert.rejects(recorder.waitFor("one leader", wrong, 1000), /two leaders/);
            const waiting = assert.rejects(
                recorder.waitFor("never", () => undefined, 1000),
                /the recording was stopped/,
            );
            await recorder.stop();
            await waiting;
        }));
});
