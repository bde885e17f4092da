/**
 * Loaded before a plan: every password and key that the program generates has a known value, and where these values go is
 * written to the file that REPORT names. What the plan prints is the plan's own.
 */
import { writeFileSync } from "node:fs";
import { RecordingMonitor } from "../../../tools/plan/monitor.ts";
import { decodeRecord } from "../../../tools/plan/values.ts";
import { leaks } from "../../stacks/rendered/leaks.ts";
import { generated, plantGeneratedValues, revealed } from "../../stacks/rendered/stack.ts";
import type { Report } from "./report.ts";

/** Where a generated value may be written to, in the end. */
const KEPT = new Set(["kubernetes:core/v1:Secret", "kubernetes:helm.sh/v3:Release"]);

const names: string[] = [];
const kept: string[] = [];
const exposed: string[] = [];

plantGeneratedValues();

// oxlint-disable-next-line typescript/unbound-method -- called with the monitor that it belongs to
const original = RecordingMonitor.prototype.registerResource;
RecordingMonitor.prototype.registerResource = function register(request, respond): void {
    const [type, name] = [request.getType(), request.getName()];
    const inputs = decodeRecord(request.getObject()?.toJavaScript() ?? {});
    if (type.startsWith("random:")) {
        names.push(name);
    }
    if (KEPT.has(type)) {
        kept.push(JSON.stringify(revealed(inputs)));
    }
    exposed.push(...leaks([{ type, name, inputs }]));
    original.call(this, request, respond);
};

process.once("exit", () => {
    const lost = names.filter((name) => {
        const { result, base64, hex } = generated(name);
        const forms = [result, base64, base64.replaceAll("+", "-").replaceAll("/", "_"), hex];
        return !kept.some((content) => forms.some((form) => content.includes(form)));
    });
    const report: Report = { planted: names, lost, exposed };
    writeFileSync(process.env["REPORT"] ?? "", JSON.stringify(report));
});
