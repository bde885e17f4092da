import { LEAST_CHUNKS, LEAST_COLLECTOR_MEMORY, maxChunksUp } from "../platform/logging/memory.ts";
import { image, refuse, resources, section } from "./fields.ts";

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
