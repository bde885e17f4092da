import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/** Writes one node after another and prints each that was acknowledged, or lists what is there. */
public class Client {
    private static final int SESSION_MS = 30_000;

    private static ZooKeeper connect(String servers) throws Exception {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(servers, SESSION_MS, (event) -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(SESSION_MS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("no connection to " + servers);
        }
        return client;
    }

    private static void create(ZooKeeper client, String path) throws Exception {
        try {
            client.create(path, path.getBytes(StandardCharsets.UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException there) {
            // From before.
        }
    }

    private static void write(ZooKeeper client) throws Exception {
        create(client, "/written");
        for (long number = 1;; number++) {
            try {
                create(client, "/written/" + number);
                System.out.println(number);
            } catch (KeeperException error) {
                System.err.println(number + ": " + error.getMessage());
                Thread.sleep(100);
            }
            Thread.sleep(20);
        }
    }

    public static void main(String[] args) throws Exception {
        try (var client = connect(args[1])) {
            if (args[0].equals("write")) {
                write(client);
            }
            client.getChildren("/written", false).forEach(System.out::println);
        }
    }
}
