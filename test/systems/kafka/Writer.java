import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes numbers to a topic, from partition to partition, and says which were acknowledged by all copies in sync, until its
 * standard input has something to read:
 *
 *     A SEQUENCE PARTITION OFFSET TIME   acknowledged, at a time in milliseconds
 *     E SEQUENCE MESSAGE                 refused for good
 *
 * Arguments: bootstrap servers, topic, partitions, records a second.
 */
final class Writer {
    public static void main(String[] arguments) throws Exception {
        String topic = arguments[1];
        int partitions = Integer.parseInt(arguments[2]);
        long interval = TimeUnit.SECONDS.toNanos(1) / Long.parseLong(arguments[3]);
        Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0], "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            long begin = System.nanoTime();
            for (long sequence = 0; System.in.available() == 0; sequence++) {
                long number = sequence;
                int partition = (int) (sequence % partitions);
                producer.send(new ProducerRecord<>(topic, partition, null, String.valueOf(number)), (written, error) -> {
                    String line = error == null
                        ? "A " + number + " " + partition + " " + written.offset() + " " + System.currentTimeMillis()
                        : "E " + number + " " + error;
                    System.out.println(line);
                });
                long ahead = begin + sequence * interval - System.nanoTime();
                if (ahead > 0) {
                    TimeUnit.NANOSECONDS.sleep(ahead);
                }
            }
        }
        System.out.flush();
    }
}
