/** Characters of 32 bytes in base64. */
const FERNET_KEY_LENGTH = 44;

/**
 * The key that Airflow encrypts connections with: 32 random bytes in the URL-safe alphabet (Fernet's specification).
 *
 * @param base64 32 bytes in the standard alphabet, as `RandomBytes` gives them
 * @throws {RangeError} if it is not 32 bytes; the value is not repeated
 */
export function fernetKey(base64: string): string {
    if (base64.length !== FERNET_KEY_LENGTH || !base64.endsWith("=")) {
        throw new RangeError(
            `a Fernet key has 32 bytes, ${FERNET_KEY_LENGTH} characters; got ${base64.length} characters`,
        );
    }
    return base64.replaceAll("+", "-").replaceAll("/", "_");
}
