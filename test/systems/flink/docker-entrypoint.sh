#!/bin/sh
# What the image's entry point and the scripts of its distribution do, as far as pods of the stack need it: the options that
# the image sets, memory and options of the virtual machine from the configuration, and the program itself.
# Source: flink-docker, docker-entrypoint.sh; Flink 2.3, bin/config.sh, jobmanager.sh, taskmanager.sh, flink-console.sh.
set -eu

config=$FLINK_CONF_DIR/config.yaml
{
    echo "jobmanager.rpc.address: $JOB_MANAGER_RPC_ADDRESS"
    # Where a pod has no other address than its own.
    echo "taskmanager.host: $POD_ADDRESS"
} >>"$config"

utility() {
    java -cp "$FLINK_HOME/bin/bash-java-utils.jar:$FLINK_HOME/lib/*" \
        org.apache.flink.runtime.util.bash.BashJavaUtils "$1" --configDir "$FLINK_CONF_DIR" 2>&1
}
option() {
    printf '%s\n' "$printed" | sed -n "s/.*Loading configuration property: $1, //p"
}
result() {
    printf '%s\n' "$printed" | sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p' | sed -n "$1p"
}

case $1 in
jobmanager)
    printed=$(utility GET_JM_RESOURCE_PARAMS)
    program=org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint
    ;;
taskmanager)
    printed=$(utility GET_TM_RESOURCE_PARAMS)
    program=org.apache.flink.runtime.taskexecutor.TaskManagerRunner
    ;;
esac

# Each is several words.
# shellcheck disable=SC2046,SC2086
exec java $(result 1) $(option env.java.opts.all) $(option "env.java.opts.$1") \
    -Dlog4j.configurationFile="file:$FLINK_CONF_DIR/log4j-console.properties" \
    -cp "$FLINK_HOME/lib/*" "$program" --configDir "$FLINK_CONF_DIR" $(result 2)
