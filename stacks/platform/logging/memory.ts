import { type Bytes, bytes } from "../../../components/values/quantity.ts";

/** What a chunk grows to before the next one is begun (Fluent Bit manual, "Buffering"). */
const CHUNK_BYTES = 2 * 2 ** 20;
/** The rest is for what is being made of a chunk (JSON, compressed), for connections, and for the metadata of pods. */
const CHUNK_SHARE_OF_MEMORY = 0.25;

/** Chunks that are in hand at the same time: one of each of two inputs, and one for each of four outputs. */
export const LEAST_CHUNKS = 6;

/** The least memory that has room for them. */
export const LEAST_COLLECTOR_MEMORY = `${(LEAST_CHUNKS * CHUNK_BYTES) / CHUNK_SHARE_OF_MEMORY / 2 ** 20}Mi`;

/** How many chunks are in memory at most, and at least one; all others are on disk alone. */
export function maxChunksUp(memory: Bytes): number {
    return Math.max(1, Math.floor((bytes(memory) * CHUNK_SHARE_OF_MEMORY) / CHUNK_BYTES));
}
