/** Settings by key, as Kafka reads them from a properties file. */
export type Properties = Readonly<Record<string, string | number | boolean>>;

/**
 * Writes a properties file, one setting a line in the order given. A backslash, which the format takes for an escape, is
 * doubled; keys and the other characters that Kafka's settings have need no escape.
 */
export function propertiesFile(properties: Properties): string {
    return Object.entries(properties)
        .map(([key, value]) => `${key}=${String(value).replaceAll("\\", "\\\\")}\n`)
        .join("");
}
