import { notation, type Series, STEP_SECONDS, withRestart } from "./metric.ts";

/** Seconds between two evaluations. One takes a quarter of a millisecond a rule, which is most of what a test takes. */
const EVALUATION_SECONDS = 120;
/** For which kube-state-metrics restarts, at a test's end: no alert may go then and none may come. */
const RESTART_SECONDS = 2 * EVALUATION_SECONDS;

/** When an alert that waits for this long has fired, in seconds: "no progress" is seen after two minutes. */
function fired(wait: number): number {
    return EVALUATION_SECONDS * (2 + Math.ceil(wait / EVALUATION_SECONDS));
}

/** The last moment of a test of alerts of which the slowest waits for this long, in seconds. */
export function endOf(wait: number): number {
    return fired(wait) + RESTART_SECONDS;
}

/** The same of a series that has its value since shortly before the end: `0x10 1x3`. */
function turned(value: number, before: NonNullable<Series["before"]>, missing: number, steps: number): string {
    const since = Math.max(missing, steps - before.seconds / STEP_SECONDS);
    return [
        ...(missing === 0 ? [] : [`_x${missing}`]),
        ...(since === missing ? [] : [`${before.value}x${since - missing - 1}`]),
        `${value}x${steps - since}`,
    ].join(" ");
}

/** A series in promtool's notation: `_x10 1+2x5` is missing for ten samples, then 1, 3, 5 and so on. */
function values({ value, growth = 0, late = false, before: turn }: Series, wait: number): string {
    const before = fired(wait) / STEP_SECONDS;
    const restart = RESTART_SECONDS / STEP_SECONDS;
    if (turn !== undefined) {
        return turned(value, turn, late ? before : 0, before + restart);
    }
    const grown = growth === 0 ? "" : `${growth > 0 ? "+" : ""}${growth}`;
    return late ? `_x${before} ${value + growth * before}${grown}x${restart}` : `${value}${grown}x${before + restart}`;
}

/** What is tried: a name, series, and the alerts that have to follow. */
export type Trial = readonly [name: string, all: readonly Series[], alerts: readonly string[]];

/** From these series follow exactly these alerts, also while kube-state-metrics restarts. */
function promtoolTest([name, all, alerts]: Trial, wait: number): object {
    return {
        name,
        interval: `${STEP_SECONDS}s`,
        input_series: withRestart(all).map((one) => ({ series: notation(one), values: values(one, wait) })),
        promql_expr_test: [fired(wait), endOf(wait)].map((time) => ({
            // The comment is what an error shows of the test.
            expr: `group by (alertname) (ALERTS{alertstate="firing"}) # ${name}`,
            eval_time: `${time}s`,
            exp_samples: alerts.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
        })),
    };
}

/**
 * A file of promtool's tests.
 *
 * @param wait seconds for which the slowest of the alerts waits
 */
export function promtoolTests(ruleFiles: readonly string[], wait: number, trials: readonly Trial[]): object {
    return {
        rule_files: ruleFiles,
        evaluation_interval: `${EVALUATION_SECONDS}s`,
        tests: trials.map((trial) => promtoolTest(trial, wait)),
    };
}
