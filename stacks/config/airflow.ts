import { z } from "zod";
import { count, refuse } from "./fields.ts";

/** One version of a key, or two of them while it is changed. */
export const fernetKeys = () =>
    z
        .array(count(1, 1_000_000))
        .min(1)
        .max(2)
        .superRefine((versions, sink) => {
            if (new Set(versions).size < versions.length) {
                refuse(sink, "the same version twice is no second key", "Raise the number of the new key");
            }
        });
