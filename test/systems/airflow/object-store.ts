import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

const MODIFIED = "2026-01-01T00:00:00.000Z";

function list(keys: readonly string[]): string {
    const contents = keys
        .map((key) => `<Contents><Key>${key}</Key><LastModified>${MODIFIED}</LastModified><Size>1</Size></Contents>`)
        .join("");
    return `<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>${keys.length}</KeyCount>${contents}</ListBucketResult>`;
}

/** As much of S3 as the handler of remote logs asks for, in memory: an object is put, looked for, listed and fetched. */
export class ObjectStore {
    /** By `BUCKET/KEY`. */
    readonly objects = new Map<string, Buffer>();
    readonly #server: Server;

    private constructor() {
        this.#server = createServer((request, response) => {
            this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
        });
    }

    static async start(address: string, port: number): Promise<ObjectStore> {
        const store = new ObjectStore();
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        store.#server.once("error", reject).listen(port, address, resolve);
        await promise;
        return store;
    }

    async stop(): Promise<void> {
        this.#server.closeAllConnections();
        await this.#server[Symbol.asyncDispose]();
    }

    async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
        const path = decodeURIComponent(pathname.slice(1));
        const found = this.objects.get(path);
        switch (request.method ?? "") {
            case "PUT":
                this.objects.set(path, await buffer(request));
                response.writeHead(200, { etag: '"1"' }).end();
                return;
            case "GET":
                if (searchParams.get("list-type") === "2") {
                    const bucket = `${path.replace(/\/$/, "")}/`;
                    const prefix = `${bucket}${searchParams.get("prefix") ?? ""}`;
                    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
                    const names = keys.map((key) => key.slice(bucket.length));
                    response.writeHead(200, { "content-type": "application/xml" }).end(list(names));
                    return;
                }
                response.writeHead(found === undefined ? 404 : 200, { etag: '"1"' }).end(found);
                return;
            case "HEAD":
                response.writeHead(found === undefined ? 404 : 200, { "content-length": found?.length ?? 0 }).end();
                return;
            default:
                response.writeHead(405).end();
        }
    }
}
