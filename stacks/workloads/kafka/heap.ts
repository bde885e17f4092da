import { type Bytes, bytes } from "../../../components/values/quantity.ts";

const MEBIBYTE = 2 ** 20;

/**
 * The value of `KAFKA_HEAP_OPTS` for a container: half of its memory. The other half is for what the virtual machine
 * keeps beside the heap and for the page cache, which Kafka reads from (kafka.apache.org, "Hardware and OS").
 */
export function heapOptions(memory: Bytes): string {
    const half = Math.floor(bytes(memory) / 2 / MEBIBYTE);
    return `-Xms${half}m -Xmx${half}m`;
}
