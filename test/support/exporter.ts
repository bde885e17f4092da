/** Labels of a metric that alerts select by, beside those that every target has: namespace, pod and container. */
export type Labels = readonly string[];

/** What a program, or the exporter beside it, reports of itself. */
export interface Exporter {
    /** Version, and where its names stand. */
    readonly source: string;
    /** Labels of each metric that an alert reads. */
    readonly metrics: Readonly<Record<string, Labels>>;
}
