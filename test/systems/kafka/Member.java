import java.io.FileInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A member of a consumer group, as the pod's settings and variables have it, that says what it does:
 *
 *     + PARTITION …                             assigned
 *     - PARTITION …                             revoked, after what it had read of them was committed
 *     ! PARTITION …                             lost
 *     R PARTITION OFFSET SEQUENCE WRITTEN READ  a record is done with; times in milliseconds
 *     C PARTITION:OFFSET …                      committed
 *     E MESSAGE                                 given up
 *
 * It commits once a second, before it gives partitions up, and when it is told to end (SIGTERM).
 */
final class Member implements ConsumerRebalanceListener {
    private static final long COMMIT_MS = 1000;
    private static final int COMMIT_ATTEMPTS = 20;

    private final KafkaConsumer<String, String> consumer;
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    private volatile boolean ending;

    private Member(Properties properties) {
        consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (InputStream file = new FileInputStream(System.getenv("KAFKA_CONSUMER_CONFIG"))) {
            properties.load(file);
        }
        // The program's own part: offsets are committed when records are done with.
        properties.setProperty("enable.auto.commit", "false");
        Member member = new Member(properties);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            member.ending = true;
            member.consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try {
            member.run(System.getenv("KAFKA_TOPIC"));
        } catch (Exception e) {
            say("E " + e);
            Runtime.getRuntime().halt(1);
        }
    }

    private void run(String topic) {
        consumer.subscribe(List.of(topic), this);
        long committed = System.currentTimeMillis();
        try {
            while (!ending) {
                handle(consumer.poll(Duration.ofMillis(200)));
                if (System.currentTimeMillis() - committed >= COMMIT_MS) {
                    commit();
                    committed = System.currentTimeMillis();
                }
            }
        } catch (WakeupException e) {
            // The end.
        }
        consumer.pause(consumer.assignment());
        for (int attempt = 0; attempt < COMMIT_ATTEMPTS && !done.isEmpty(); attempt++) {
            try {
                if (!commit()) {
                    consumer.poll(Duration.ofMillis(100));
                }
            } catch (WakeupException e) {
                // It came when the loop had ended.
            }
        }
        consumer.close();
    }

    private void handle(ConsumerRecords<String, String> records) {
        StringBuilder lines = new StringBuilder();
        for (ConsumerRecord<String, String> read : records) {
            lines.append("R ").append(read.partition()).append(' ').append(read.offset()).append(' ').append(read.value())
                .append(' ').append(read.timestamp()).append(' ').append(System.currentTimeMillis()).append('\n');
            done.put(new TopicPartition(read.topic(), read.partition()), new OffsetAndMetadata(read.offset() + 1));
        }
        System.out.print(lines);
        System.out.flush();
    }

    /** Returns whether it could: while partitions are shared out anew, a group takes no offsets. */
    private boolean commit() {
        if (done.isEmpty()) {
            return true;
        }
        try {
            consumer.commitSync(done);
        } catch (RebalanceInProgressException e) {
            return false;
        } catch (CommitFailedException e) {
            // Put out of the group; others read these again.
            done.clear();
            return true;
        }
        say("C " + done.entrySet().stream()
            .map(entry -> entry.getKey().partition() + ":" + entry.getValue().offset()).collect(Collectors.joining(" ")));
        done.clear();
        return true;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        say("+ " + numbers(partitions));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit();
        say("- " + numbers(partitions));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        done.keySet().removeAll(partitions);
        say("! " + numbers(partitions));
    }

    private static String numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(one -> String.valueOf(one.partition())).collect(Collectors.joining(" "));
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
