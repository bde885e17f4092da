import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Answers questions about a cluster, each a line of words on standard input, with a line of JSON each: `{"answer": …}` or
 * `{"error": "…"}`. Argument: bootstrap servers.
 */
final class Inspector {
    private final Admin admin;
    private final String servers;

    private Inspector(String servers) {
        this.servers = servers;
        admin = Admin.create(Map.of("bootstrap.servers", servers, "request.timeout.ms", 5000, "default.api.timeout.ms", 15000));
    }

    public static void main(String[] arguments) throws Exception {
        Inspector inspector = new Inspector(arguments[0]);
        ObjectMapper json = new ObjectMapper();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            try {
                answer.put("answer", inspector.answer(line.split(" ")));
            } catch (Exception e) {
                answer.put("error", String.valueOf(e.getCause() == null ? e : e.getCause()));
            }
            System.out.println(json.writeValueAsString(answer));
            System.out.flush();
        }
    }

    private Object answer(String[] words) throws Exception {
        switch (words[0]) {
            case "quorum":
                return quorum();
            case "brokers":
                return admin.describeCluster().nodes().get().stream().collect(Collectors.toMap(Node::id, Node::rack));
            case "topic":
                return topic(words[1]);
            case "group":
                return group(words[1]);
            case "committed":
                return offsets(admin.listConsumerGroupOffsets(words[1]).partitionsToOffsetAndMetadata().get().entrySet()
                    .stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset())));
            case "ends":
                try (var consumer = consumer()) {
                    return offsets(consumer.endOffsets(partitions(consumer, words[1])));
                }
            case "values":
                return values(words[1]);
            default:
                throw new IllegalArgumentException("no question: " + words[0]);
        }
    }

    private Object quorum() throws Exception {
        QuorumInfo info = admin.describeMetadataQuorum().quorumInfo().get();
        return Map.of(
            "leader", info.leaderId(),
            "voters", info.voters().stream().map(QuorumInfo.ReplicaState::replicaId).sorted().toList(),
            "observers", info.observers().stream().map(QuorumInfo.ReplicaState::replicaId).sorted().toList());
    }

    private Object topic(String name) throws Exception {
        var description = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return Map.of(
            "partitions", description.partitions().stream().map(one -> Map.of(
                "leader", one.leader() == null ? -1 : one.leader().id(),
                "replicas", one.replicas().stream().map(Node::id).sorted().toList(),
                "inSync", one.isr().stream().map(Node::id).sorted().toList())).toList(),
            "config", config.entries().stream().collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value)));
    }

    private Object group(String id) throws Exception {
        var group = admin.describeConsumerGroups(List.of(id)).all().get().get(id);
        return Map.of(
            "state", group.groupState().toString(),
            "type", group.type().toString(),
            "epoch", group.groupEpoch().orElse(-1),
            "members", group.members().stream().collect(Collectors.toMap(
                member -> member.groupInstanceId().orElse(member.consumerId()),
                member -> Map.of(
                    "id", member.consumerId(),
                    "epoch", member.memberEpoch().orElse(-1),
                    "partitions", member.assignment().topicPartitions().stream()
                        .map(TopicPartition::partition).sorted().toList()))));
    }

    private static Map<Integer, Long> offsets(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> byPartition = new TreeMap<>();
        offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
        return byPartition;
    }

    private KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(Map.of("bootstrap.servers", servers), new StringDeserializer(), new StringDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, String> consumer, String topic) {
        return consumer.partitionsFor(topic).stream().map(one -> new TopicPartition(topic, one.partition())).toList();
    }

    /** Every record's value, as numbers. */
    private Object values(String topic) {
        try (var consumer = consumer()) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<Long> values = new ArrayList<>();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (ConsumerRecord<String, String> read : consumer.poll(Duration.ofMillis(200))) {
                    values.add(Long.valueOf(read.value()));
                }
            }
            return values;
        }
    }
}
