/** Bytes that may stand before a text inside of something that is encoded as a whole; base64 encodes three at a time. */
const OFFSETS = [0, 1, 2] as const;

/** What base64 of anything that contains the text contains as well, whatever stands around it. */
function insideBase64(text: string): string[] {
    return OFFSETS.map((offset) => {
        const shifted = Buffer.from(" ".repeat(offset) + text);
        const first = Math.ceil((offset * 8) / 6);
        const whole = Math.floor((shifted.length * 8) / 6);
        return shifted.toString("base64").slice(first, whole);
    });
}

function inUrl(base64: string): string {
    return base64.replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * Forms in which a text may stand in another: as it is, in base64 of either alphabet, once or twice, in hexadecimal.
 *
 * @param text of letters, digits and hyphens, which URL encoding and quotes leave as they are
 */
export function formsOf(text: string): readonly string[] {
    const once = insideBase64(text);
    const both = once.flatMap((form) => [form, inUrl(form)]);
    const twice = both.flatMap(insideBase64);
    const hex = Buffer.from(text).toString("hex");
    return [...new Set([text, ...both, ...twice, ...twice.map(inUrl), hex, hex.toUpperCase()])];
}
