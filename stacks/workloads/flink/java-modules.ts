const EXPORTS: readonly string[] = [
    "java.base/sun.net.util",
    "java.rmi/sun.rmi.registry",
    "jdk.compiler/com.sun.tools.javac.api",
    "jdk.compiler/com.sun.tools.javac.file",
    "jdk.compiler/com.sun.tools.javac.parser",
    "jdk.compiler/com.sun.tools.javac.tree",
    "jdk.compiler/com.sun.tools.javac.util",
    "java.security.jgss/sun.security.krb5",
];

const OPENS: readonly string[] = [
    "java.base/java.lang",
    "java.base/java.net",
    "java.base/java.io",
    "java.base/java.nio",
    "java.base/sun.nio.ch",
    "java.base/java.lang.reflect",
    "java.base/java.text",
    "java.base/java.time",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/java.util.concurrent.locks",
];

/**
 * Options of the virtual machine that let Flink look into Java's own classes, without which from Java 17 on a job whose
 * closures or records have such in them is refused. They stand in the `config.yaml` of the distribution, in whose place
 * ours is put, so it has to have them as well.
 *
 * Source: Flink, flink-dist/src/main/resources/config.yaml, `env.java.opts.all`; FLINK-25002.
 */
export function moduleOptions(): string {
    const options = [
        ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
        ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    ];
    return options.join(" ");
}
