import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * Prints what of a configuration Flink does not know, knows by another name, or cannot read; all options are constants of
 * classes in its jars.
 */
public final class KnownOptions {
    /** An option by itself, `metrics.reporter.NAME.OPTION`, and what only a plugin reads. */
    private static final String REPORTER = "metrics\\.reporter\\.\\w+\\.(factory\\.class|port)";
    private static final String PLUGIN = "s3\\..*";

    public static void main(String[] args) throws Exception {
        Map<String, ConfigOption<?>> known = new HashMap<>();
        Map<String, String> former = new HashMap<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            try (JarFile jar = new JarFile(path)) {
                for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                    if (entry.getName().matches("org/apache/flink/.*Options(Internal)?\\.class")) {
                        note(entry.getName().replaceAll("\\.class$", "").replace('/', '.'), known, former);
                    }
                }
            }
        }
        Configuration configuration = GlobalConfiguration.loadConfiguration(args[0]);
        for (String key : configuration.keySet()) {
            if (known.containsKey(key)) {
                try {
                    configuration.get(known.get(key));
                } catch (IllegalArgumentException error) {
                    System.out.println("found " + error.getMessage());
                }
            } else if (former.containsKey(key)) {
                System.out.println("found " + key + ": now " + former.get(key));
            } else if (!key.matches(REPORTER) && !key.matches(PLUGIN)) {
                System.out.println("found " + key + ": unknown");
            }
        }
    }

    private static void note(String name, Map<String, ConfigOption<?>> known, Map<String, String> former)
            throws IllegalAccessException {
        Field[] fields;
        try {
            fields = Class.forName(name).getDeclaredFields();
        } catch (ClassNotFoundException | LinkageError error) {
            // Of a library that is not there.
            return;
        }
        for (Field field : fields) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                field.setAccessible(true);
                ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                known.put(option.key(), option);
                for (FallbackKey fallback : option.fallbackKeys()) {
                    former.put(fallback.getKey(), option.key());
                }
            }
        }
    }
}
