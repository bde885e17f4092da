import { z } from "zod";
import { LEAST_CHUNKS, LEAST_COLLECTOR_MEMORY, maxChunksUp } from "../platform/logging/memory.ts";
import { documented, image, refuse, resources, section } from "./fields.ts";

/** Values that CloudWatch takes (PutRetentionPolicy). */
const RETENTION_DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Days in CloudWatch. */
export const retentionDays = () => {
    const schema = z.int().superRefine((days, sink) => {
        if (!RETENTION_DAYS.includes(days)) {
            const longer = RETENTION_DAYS.find((candidate) => candidate > days) ?? RETENTION_DAYS.at(-1);
            refuse(sink, "CloudWatch does not take this number of days", `Use ${longer}`);
        }
    });
    return documented(schema, { constraint: RETENTION_DAYS.join(", ") });
};

/** The log collector, in whose memory every input and output has a chunk in hand. */
export const logCollector = () =>
    section({
        image: image(),
        resources: resources().superRefine(({ memory }, sink) => {
            const chunks = maxChunksUp(memory);
            if (chunks < LEAST_CHUNKS) {
                refuse(
                    sink,
                    `it holds ${chunks} chunks of logs at a time; inputs and outputs have ${LEAST_CHUNKS} in hand`,
                    `Use at least "${LEAST_COLLECTOR_MEMORY}"`,
                    ["memory"],
                    memory,
                );
            }
        }),
    });
