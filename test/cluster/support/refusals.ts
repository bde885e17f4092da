import type { CoreV1Event } from "@kubernetes/client-node";

/** The API server was counting another pod of the same quota. It refuses nothing: the controller asks again. */
const COUNTED_MEANWHILE = "Operation cannot be fulfilled on resourcequotas";

/** What a controller could not make: refused by Pod Security admission, by a quota, or by a validation. */
export function refusals(events: readonly CoreV1Event[]): readonly string[] {
    return events
        .filter(({ reason }) => /^Failed(Create|Binding|AttachVolume)/.test(reason ?? ""))
        .filter(({ message }) => !message?.includes(COUNTED_MEANWHILE))
        .map(({ reason, involvedObject, message }) => `${reason} ${involvedObject.name}: ${message}`);
}
