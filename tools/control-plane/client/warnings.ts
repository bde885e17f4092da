/** What the API server warns of in an answer that is otherwise a success: Pod Security, deprecated versions, odd fields. */
export interface ServerWarning {
    /** Method and what the request was for: `PATCH apps/v1 StatefulSet data/broker`. */
    readonly request: string;
    readonly text: string;
}

/**
 * Texts of a `Warning` header; several warnings are joined by commas.
 *
 * @see RFC 7234, section 5.5; the API server sends `299 - "text"` with quotes and backslashes escaped
 */
export function warningTexts(header: string): readonly string[] {
    return [...header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = ""]) =>
        quoted.replaceAll(/\\(.)/g, "$1"),
    );
}
