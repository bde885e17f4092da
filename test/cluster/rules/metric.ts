/** Samples of one metric, at a fixed step. */
export interface Series {
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    /** The first value. */
    readonly value: number;
    /** By how much each value is more than the one before. @default 0 */
    readonly growth?: number;
    /**
     * What it was until so many seconds before the end; it has its value since.
     * @default the same all the time
     */
    readonly before?: { readonly value: number; readonly seconds: number };
    /** Whether it is there only while kube-state-metrics restarts, which is at the end. @default false */
    readonly late?: boolean;
}

/** Seconds between two samples. */
export const STEP_SECONDS = 30;

/** A series with these values. */
export function series(metric: string, labels: Series["labels"], value: number, growth = 0): Series {
    return { metric, labels, value, ...(growth === 0 ? {} : { growth }) };
}

/**
 * While kube-state-metrics restarts, every series of it is there twice: from the pod that goes, and from the one that
 * comes.
 */
export function withRestart(all: readonly Series[]): readonly Series[] {
    return all.flatMap((one) => {
        const from = (instance: string): Series => ({ ...one, labels: { ...one.labels, instance } });
        return one.metric.startsWith("kube_") ? [from("leaving"), { ...from("coming"), late: true }] : [one];
    });
}

/** A series as Prometheus writes it: `metric{label="value"}`. */
export function notation({ metric, labels }: Series): string {
    return `${metric}{${Object.entries(labels)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(",")}}`;
}

/** What a series has come to some seconds after its first value. */
export function valueAfter({ value, growth = 0 }: Series, seconds: number): number {
    return value + (growth * seconds) / STEP_SECONDS;
}
