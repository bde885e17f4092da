import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** Submits the statements of a file by the configuration of a folder, and does not wait for what it has begun. */
public final class Submit {
    public static void main(String[] args) throws Exception {
        Configuration configuration = GlobalConfiguration.loadConfiguration(args[0]);
        EnvironmentSettings settings =
                EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(configuration).build();
        TableEnvironment tables = TableEnvironment.create(settings);
        for (String statement : Files.readString(Path.of(args[1])).split(";")) {
            if (!statement.isBlank()) {
                tables.executeSql(statement);
            }
        }
        System.exit(0);
    }
}
