import {
    type HttpLibrary,
    IsomorphicFetchHttpLibrary,
    type Observable,
    type RequestContext,
    type ResponseContext,
    wrapHttpLibrary,
} from "@kubernetes/client-node";
import { ApiError, subject } from "./api-error.ts";
import { type ServerWarning, warningTexts } from "./warnings.ts";

const WRITES = new Set<string>(["POST", "PUT", "PATCH"]);

/**
 * How every API of a client sends: over kept connections, with strict field validation, warnings collected, and errors
 * in words.
 */
export class Transport implements HttpLibrary {
    /** Every warning so far, in order. */
    readonly warnings: ServerWarning[] = [];
    readonly #fetch = new IsomorphicFetchHttpLibrary();
    readonly #send = wrapHttpLibrary({ send: (request) => this.#sendOnce(request) });
    #dispatcher: ReturnType<RequestContext["getDispatcher"]>;

    send(request: RequestContext): Observable<ResponseContext> {
        return this.#send.send(request);
    }

    async #sendOnce(request: RequestContext): Promise<ResponseContext> {
        const method = request.getHttpMethod();
        const url = new URL(request.getUrl());
        if (WRITES.has(method) && !url.searchParams.has("fieldValidation")) {
            request.setQueryParam("fieldValidation", "Strict");
        }
        // The library gives each request a dispatcher of its own, that is a connection of its own.
        this.#dispatcher ??= request.getDispatcher();
        if (this.#dispatcher !== undefined) {
            request.setDispatcher(this.#dispatcher);
        }
        const described = (): string => `${method} ${subject(request.getUrl(), request.getBody())}`;
        const response = await this.#fetch
            .send(request)
            .toPromise()
            .catch((error: unknown) => {
                throw unreachable(described(), url.host, error);
            });
        for (const text of warningTexts(response.headers["warning"] ?? "")) {
            this.warnings.push({ request: described(), text });
        }
        if (response.httpStatusCode >= 400) {
            throw new ApiError(described(), response.httpStatusCode, await response.body.text());
        }
        return response;
    }
}

/** What fetch only calls "fetch failed", with its cause. */
function unreachable(request: string, host: string, error: unknown): Error {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    return new Error(`${request}: no answer from ${host}: ${reason}`, { cause: error });
}
