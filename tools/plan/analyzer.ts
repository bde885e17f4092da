import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import analyzerGrpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import pLimit from "p-limit";
import * as wire from "./analyzer-wire.ts";
import { Refusal } from "./errors.ts";
import { type PolicyInfo, type PolicySettings, readPackConfig, reconcile } from "./pack-config.ts";
import type { PackProcess } from "./pack-process.ts";
import type { RecordedResource } from "./resource.ts";
import type { StackFiles } from "./stack-files.ts";

/** A violation, as the pack reports it. */
export interface Verdict {
    readonly policy: string;
    readonly level: "mandatory" | "advisory";
    /** URN of the resource, or "" for the stack as a whole. */
    readonly urn: string;
    /** What the policy asks for. */
    readonly description: string;
    /** The evidence and what to do. */
    readonly message: string;
    /** What the policy's author advises beyond that, or "". */
    readonly fix: string;
}

/** What judged, and what came of it. */
export interface Judgement {
    readonly pack: string;
    readonly version: string;
    /** Relative to the pack, or undefined if it has none for this stack. */
    readonly configFile: string | undefined;
    readonly policies: readonly { readonly name: string; readonly level: string }[];
    readonly resources: number;
    /** In the order of the resources. */
    readonly verdicts: readonly Verdict[];
}

/** Resources under judgement at a time: enough to keep the pack busy, few enough not to hold all of them encoded. */
const WINDOW = 32;

/** The engine's own limit for messages, bytes. */
const MESSAGE_LIMIT = 400 * 1024 * 1024;

type Done<Response> = (error: ServiceError | null, response: Response) => void;

function ask<Response>(call: (done: Done<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
        call((error, response) => (error === null ? resolve(response) : reject(error)));
    });
}

/** Calls that older packs do not know; the engine goes on without them too. */
async function offer(answer: Promise<unknown>): Promise<void> {
    try {
        await answer;
    } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === status.UNIMPLEMENTED)) {
            throw error;
        }
    }
}

/** Marks a failure as seen: whoever awaits the promise later sees it too, and until then it must not end the process. */
function handled<Value>(promise: Promise<Value>): Promise<Value> {
    promise.catch(() => undefined);
    return promise;
}

/** A pack that has been asked what it is and told what it is for. */
interface Session {
    readonly client: analyzerGrpc.AnalyzerClient;
    readonly name: string;
    readonly version: string;
    readonly configFile: string | undefined;
    readonly policies: readonly PolicyInfo[];
    readonly settings: ReadonlyMap<string, PolicySettings>;
}

/**
 * A policy pack that judges resources while the program registers them, over the protocol that the engine speaks with
 * it. What goes wrong is said by {@link judgement}.
 */
export class Analyzer {
    readonly #files: StackFiles;
    readonly #directory: string;
    readonly #session: Promise<Session>;
    readonly #resources = new Map<string, RecordedResource>();
    readonly #verdicts: Promise<readonly Verdict[]>[] = [];
    readonly #limit = pLimit(WINDOW);

    constructor(pack: PackProcess, files: StackFiles, organization: string) {
        this.#files = files;
        this.#directory = pack.directory;
        this.#session = handled(this.#open(pack, organization));
    }

    /** Puts a resource before the pack, as soon as the pack is ready and has room for it. */
    see(resource: RecordedResource): void {
        this.#resources.set(resource.urn, resource);
        this.#verdicts.push(handled(this.#limit(() => this.#analyze(resource))));
    }

    /**
     * Waits for the verdicts on what was seen, and puts all of it together before the pack.
     *
     * @throws {Refusal} if the pack ended instead of listening, a policy fails, or its configuration is wrong
     */
    async judgement(): Promise<Judgement> {
        try {
            const { policies, settings, ...pack } = await this.#session;
            const verdicts = (await Promise.all(this.#verdicts)).flat();
            return {
                pack: pack.name,
                version: pack.version,
                configFile: pack.configFile,
                policies: policies.map(({ name, level }) => ({ name, level: settings.get(name)?.level ?? level })),
                resources: this.#resources.size,
                verdicts: [...verdicts, ...(await this.#analyzeStack())],
            };
        } catch (error) {
            if (error instanceof Error && "details" in error) {
                throw new Refusal([`the policy pack in ${this.#directory} failed: ${String(error.details)}`]);
            }
            throw error;
        }
    }

    /** Ends the connection. Whatever is still under way fails, and nobody is told. */
    close(): void {
        this.#limit.clearQueue();
        this.#session.then(({ client }) => client.close()).catch(() => undefined);
    }

    async #open(pack: PackProcess, organization: string): Promise<Session> {
        const client = new analyzerGrpc.AnalyzerClient(
            `127.0.0.1:${await pack.listening()}`,
            credentials.createInsecure(),
            {
                "grpc.max_receive_message_length": MESSAGE_LIMIT,
                "grpc.max_send_message_length": MESSAGE_LIMIT,
            },
        );
        await offer(
            ask<unknown>((done) => client.handshake(wire.handshake(this.#files.directory, this.#directory), done)),
        );
        await offer(
            ask<unknown>((done) => client.configureStack(wire.stackConfiguration(this.#files, organization), done)),
        );
        const info = await ask<analyzerProto.AnalyzerInfo>((done) =>
            client.getAnalyzerInfo(new emptyProto.Empty(), done),
        );
        const policies = info.getPoliciesList().map(wire.policyInfo);
        const file = readPackConfig(this.#directory, this.#files.stack);
        const settings = reconcile(policies, file);
        await ask<unknown>((done) => client.configure(wire.configuration(settings), done));
        return {
            client,
            name: info.getName(),
            version: info.getVersion(),
            configFile: file?.name,
            policies,
            settings,
        };
    }

    async #analyze(resource: RecordedResource): Promise<readonly Verdict[]> {
        const { client, policies } = await this.#session;
        const response = await ask<analyzerProto.AnalyzeResponse>((done) =>
            client.analyze(wire.analyzeRequest(resource, this.#resources), done),
        );
        return response.getDiagnosticsList().map((diagnostic) => wire.verdict(diagnostic, resource.urn, policies));
    }

    async #analyzeStack(): Promise<readonly Verdict[]> {
        const { client, policies, settings } = await this.#session;
        if (!policies.some(({ name, wholeStack }) => wholeStack && settings.get(name)?.level !== "disabled")) {
            return [];
        }
        const response = await ask<analyzerProto.AnalyzeResponse>((done) =>
            client.analyzeStack(wire.analyzeStackRequest([...this.#resources.values()], this.#resources), done),
        );
        return response.getDiagnosticsList().map((diagnostic) => wire.verdict(diagnostic, "", policies));
    }
}
