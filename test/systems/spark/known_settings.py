"""Reads settings of Spark from a file of JSON, and prints those that it does not know, knows by another name, or cannot read."""

import glob
import json
import os
import re
import sys
import zipfile

from py4j.protocol import Py4JJavaError
from pyspark.java_gateway import launch_gateway

# Where entries are registered, once a class is loaded.
CONFIG_CLASSES = re.compile(r"org/apache/spark/(?:.*/)?(?:config/\w+|Config|\w*SQLConf|\w*SparkConf|package)\$\.class")
# What has no entry in Spark: names are the sinks' own, and Hadoop's.
METRICS = "spark.metrics.conf."
HADOOP = "spark.hadoop."

jvm = launch_gateway().jvm
for jar in glob.glob(os.path.join(os.environ["SPARK_HOME"], "jars", "spark-*.jar")):
    for path in filter(CONFIG_CLASSES.fullmatch, zipfile.ZipFile(jar).namelist()):
        jvm.java.lang.Class.forName(path.removesuffix(".class").replace("/", "."))

registry = getattr(getattr(jvm.org.apache.spark.internal.config, "ConfigEntry$"), "MODULE$")
entries = {entry.key(): entry for entry in registry.knownConfigs().values()}
hadoop = jvm.org.apache.hadoop.conf.Configuration()
described = {entry.getKey() for entry in hadoop.iterator()}
# Not all of S3A's have a default; they are constants of a class.
[s3a] = glob.glob(os.path.join(os.environ["HADOOP_AWS"], "hadoop-aws-*.jar"))
constants = zipfile.ZipFile(s3a).read("org/apache/hadoop/fs/s3a/Constants.class")
described.update(name.decode() for name in re.findall(rb"fs\.s3a\.[a-z0-9.-]+", constants))

for key, value in json.load(open(sys.argv[1], encoding="utf-8")).items():
    if key.startswith(METRICS):
        if key.endswith(".class"):
            jvm.java.lang.Class.forName(value)
    elif key.startswith(HADOOP):
        name = key.removeprefix(HADOOP)
        if hadoop.isDeprecated(name):
            print(f"{key}: deprecated in Hadoop")
        elif name not in described:
            print(f"{key}: unknown to Hadoop")
    elif key not in entries:
        print(f"{key}: unknown")
    else:
        try:
            jvm.org.apache.spark.SparkConf(False).set(key, value).get(entries[key])
        except Py4JJavaError as error:
            print(f"{key}: {value}: {error.java_exception.getMessage()}")
