"""An application that shuffles, says what it was told, and stays until it is let go."""

import json
import os
import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
sums = context.parallelize(range(1000), 4).map(lambda n: (n % 10, n)).reduceByKey(lambda a, b: a + b)
assert sums.values().sum() == 499500
print("settings: " + json.dumps(dict(context.getConf().getAll())), flush=True)
while not os.path.exists("go-on"):
    time.sleep(0.2)
spark.stop()
