import type { V1Status } from "@kubernetes/client-node";
import { isRecord } from "../../plan/project-config.ts";

/** What a request was for, as its URL says it. */
export interface RequestTarget {
    /** Group and version: `v1`, `apps/v1`; empty outside of the resources (`/version`). */
    readonly apiVersion: string;
    /** Plural name of the resource, with the subresource: `statefulsets`, `pods/eviction`. */
    readonly resource: string;
    readonly namespace: string | undefined;
    readonly name: string | undefined;
}

/**
 * Reads what a request was for from its path.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function requestTarget(url: string): RequestTarget {
    const segments = new URL(url).pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const start = segments.findIndex((segment) => segment === "api" || segment === "apis");
    const grouped = segments[start] === "apis";
    const apiVersion = start < 0 ? [] : segments.slice(start + 1, start + (grouped ? 3 : 2));
    const rest = start < 0 ? segments : segments.slice(start + 1 + apiVersion.length);
    // /api/v1/namespaces/data is an object, /api/v1/namespaces/data/pods lists objects in it.
    const namespaced = rest[0] === "namespaces" && rest.length > 2 && !["status", "finalize"].includes(rest[2] ?? "");
    const [resource = "", name, ...subresource] = namespaced ? rest.slice(2) : rest;
    return {
        apiVersion: apiVersion.join("/"),
        resource: [resource, ...subresource].join("/"),
        namespace: namespaced ? rest[1] : undefined,
        name,
    };
}

/**
 * What a request was for, in words.
 *
 * @param body what was sent; says the kind, which a URL does not
 */
export function subject(url: string, body: unknown): string {
    const { apiVersion, resource, namespace, name } = requestTarget(url);
    const sent = typeof body === "string" && body.startsWith("{") ? parsed(body) : undefined;
    const kind = typeof sent?.["kind"] === "string" && !resource.includes("/") ? sent["kind"] : resource;
    const metadata = isRecord(sent?.["metadata"]) ? sent["metadata"] : {};
    const sentName = typeof metadata["name"] === "string" ? metadata["name"] : undefined;
    return [apiVersion, kind, [namespace, name ?? sentName].filter(Boolean).join("/")].filter(Boolean).join(" ");
}

function parsed(text: string): Record<string, unknown> | undefined {
    try {
        const value: unknown = JSON.parse(text);
        return isRecord(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

/** What the server says, with every cause that its message leaves out. */
function explanation(status: V1Status | undefined, text: string): string {
    if (status?.message === undefined) {
        return text.trim() || "no explanation";
    }
    const message = status.message;
    const causes = (status.details?.causes ?? [])
        .filter((cause) => cause.message !== undefined && !message.includes(cause.message))
        .map((cause) => [cause.field, cause.message].filter(Boolean).join(": "));
    return [message, ...causes].join("; ");
}

/** A request that the API server refused. */
export class ApiError extends Error {
    override readonly name = "ApiError";
    /** HTTP status: 404, 409, 422 … */
    readonly code: number;
    /** The server's reason in one word: `NotFound`, `Conflict`, `Invalid`; undefined if it did not answer with a Status. */
    readonly reason: string | undefined;
    /** The server's answer; undefined if it was not a Status (a proxy's page). */
    readonly status: V1Status | undefined;

    /**
     * @param request method and what it was for: `PATCH apps/v1 StatefulSet data/broker`
     * @param body the answer's text
     */
    constructor(request: string, code: number, body: string) {
        const answer = parsed(body);
        const status: V1Status | undefined = answer?.["kind"] === "Status" ? answer : undefined;
        super(`${request}: ${[code, status?.reason].filter(Boolean).join(" ")}: ${explanation(status, body)}`);
        this.code = code;
        this.reason = status?.reason;
        this.status = status;
    }
}

/** Whether an error is the API server's, with one of these HTTP codes. */
export function isApiError(error: unknown, ...codes: readonly number[]): error is ApiError {
    return error instanceof ApiError && codes.includes(error.code);
}
