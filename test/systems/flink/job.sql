-- Counts without end, with state in checkpoints.
CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.n.min' = '0', 'fields.n.max' = '9');
CREATE TEMPORARY TABLE sums (n INT, times BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO sums SELECT n, COUNT(*) FROM numbers GROUP BY n;
