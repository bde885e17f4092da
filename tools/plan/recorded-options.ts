import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { RecordedOptions } from "./resource.ts";
import { makeUrn, parseUrn } from "./urn.ts";

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds of a Go duration ("1h10m", "90s"), which is how a program writes `customTimeouts`; 0 for "". */
function goDurationSeconds(text: string): number {
    let sum = 0;
    for (const [, amount = "0", unit = "s"] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
        sum += Number(amount) * (UNIT_SECONDS[unit] ?? 0);
    }
    return sum;
}

function aliasUrn(alias: Alias, request: RegisterResourceRequest, urn: string): string {
    const spec = alias.getSpec();
    if (spec === undefined) {
        return alias.getUrn();
    }
    const own = parseUrn(urn);
    const parent = spec.getParenturn() || request.getParent();
    return makeUrn(
        spec.getStack() || own.stack,
        spec.getProject() || own.project,
        spec.getNoparent() || parent === "" ? undefined : parent,
        spec.getType() || request.getType(),
        spec.getName() || request.getName(),
    );
}

/** The options in a registration, with aliases written as URNs, as the engine shows them to policies. */
export function recordedOptions(request: RegisterResourceRequest, urn: string): RecordedOptions {
    const timeouts = request.getCustomtimeouts();
    return {
        protect: request.getProtect() ?? false,
        retainOnDelete: request.getRetainondelete() ?? false,
        ignoreChanges: request.getIgnorechangesList(),
        replaceOnChanges: request.getReplaceonchangesList(),
        aliases: request.getAliasesList().map((alias) => aliasUrn(alias, request, urn)),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
        customTimeouts: {
            create: goDurationSeconds(timeouts?.getCreate() ?? ""),
            update: goDurationSeconds(timeouts?.getUpdate() ?? ""),
            delete: goDurationSeconds(timeouts?.getDelete() ?? ""),
        },
        deletedWith: request.getDeletedwith(),
    };
}
