import type { RecordedResource } from "./resource.ts";

/** What a server of RDS is for: its name without project and environment, so that stacks can be compared. */
export function recordedName({ name }: RecordedResource, environment: string): string {
    const middle = `-${environment}-`;
    const at = name.indexOf(middle);
    return at < 0 ? name : name.slice(at + middle.length);
}
