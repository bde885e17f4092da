import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import analyzerGrpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
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

/** A policy pack that is ready to judge, over the protocol that the engine speaks with it. */
export class Analyzer {
    readonly #client: analyzerGrpc.AnalyzerClient;
    readonly #files: StackFiles;
    readonly #directory: string;

    private constructor(client: analyzerGrpc.AnalyzerClient, files: StackFiles, directory: string) {
        this.#client = client;
        this.#files = files;
        this.#directory = directory;
    }

    /** @throws {Refusal} if the pack ended instead of listening */
    static async connect(pack: PackProcess, files: StackFiles): Promise<Analyzer> {
        const client = new analyzerGrpc.AnalyzerClient(
            `127.0.0.1:${await pack.listening()}`,
            credentials.createInsecure(),
            {
                "grpc.max_receive_message_length": MESSAGE_LIMIT,
                "grpc.max_send_message_length": MESSAGE_LIMIT,
            },
        );
        return new Analyzer(client, files, pack.directory);
    }

    /**
     * Puts every resource before the pack, in the order of registration, and then all of them together.
     *
     * @throws {Refusal} if a policy fails, or its configuration is wrong
     */
    async judge(resources: readonly RecordedResource[], organization: string): Promise<Judgement> {
        try {
            return await this.#judge(resources, organization);
        } catch (error) {
            if (error instanceof Error && "details" in error) {
                throw new Refusal([`the policy pack in ${this.#directory} failed: ${String(error.details)}`]);
            }
            throw error;
        } finally {
            this.#client.close();
        }
    }

    async #judge(resources: readonly RecordedResource[], organization: string): Promise<Judgement> {
        const client = this.#client;
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
            pack: info.getName(),
            version: info.getVersion(),
            configFile: file?.name,
            policies: policies.map(({ name, level }) => ({ name, level: settings.get(name)?.level ?? level })),
            resources: resources.length,
            verdicts: await this.#verdicts(resources, policies, settings),
        };
    }

    async #verdicts(
        resources: readonly RecordedResource[],
        policies: readonly PolicyInfo[],
        settings: ReadonlyMap<string, PolicySettings>,
    ): Promise<Verdict[]> {
        const client = this.#client;
        const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
        const found: Verdict[][] = Array.from({ length: resources.length }, () => []);
        const queue = resources.entries();
        const worker = async (): Promise<void> => {
            for (const [index, resource] of queue) {
                const response = await ask<analyzerProto.AnalyzeResponse>((done) =>
                    client.analyze(wire.analyzeRequest(resource, byUrn), done),
                );
                found[index] = response.getDiagnosticsList().map((d) => wire.verdict(d, resource.urn, policies));
            }
        };
        await Promise.all(Array.from({ length: WINDOW }, worker));
        const verdicts = found.flat();
        if (policies.some((policy) => policy.wholeStack && settings.get(policy.name)?.level !== "disabled")) {
            const response = await ask<analyzerProto.AnalyzeResponse>((done) =>
                client.analyzeStack(wire.analyzeStackRequest(resources, byUrn), done),
            );
            verdicts.push(...response.getDiagnosticsList().map((d) => wire.verdict(d, "", policies)));
        }
        return verdicts;
    }
}
