const HOME = "/opt/flink";

/** What Flink's image needs to load one of its own plugins. */
export interface BuiltInPlugin {
    /** For the image's entry point, which links these from `opt` into `plugins`. */
    readonly env: { readonly ENABLE_BUILT_IN_PLUGINS: string };
    /** Where it makes the link. Only this directory is writable: the others in `plugins` are the image's. */
    readonly directory: string;
}

/**
 * The S3 file system in Presto's implementation, which Flink recommends for checkpoints. Its name in the image has Flink's
 * version in it.
 *
 * Source: Flink documentation, "Amazon S3" and "Docker Setup, Using Filesystem Plugins"; flink-docker, docker-entrypoint.sh,
 * `copy_plugins_if_required`.
 *
 * @throws {RangeError} if the image's tag does not tell the version; the configuration is checked for it before
 */
export function s3Plugin(image: string): BuiltInPlugin {
    const version = /:(\d+\.\d+\.\d+)(?:[-@]|$)/.exec(image)?.[1];
    if (version === undefined) {
        throw new RangeError(`the tag of ${image} does not tell Flink's version`);
    }
    const jar = `flink-s3-fs-presto-${version}`;
    return { env: { ENABLE_BUILT_IN_PLUGINS: `${jar}.jar` }, directory: `${HOME}/plugins/${jar}` };
}
