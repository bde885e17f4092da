"""DAGs whose tasks leave a line in a file each time they begin and end."""

import os
import time
from datetime import timedelta

from airflow.providers.standard.sensors.time_delta import WaitSensor
from airflow.sdk import DAG, get_current_context, task

FOLDER = os.environ.get("PROOF_FOLDER", "/tmp")


def leave(what: str) -> None:
    context = get_current_context()
    ti = context["ti"]
    line = f"{ti.dag_id} {context['run_id']} {ti.task_id} {ti.map_index} {ti.try_number} {what}\n"
    # One write to the end of a file is not mixed with others.
    file = os.open(os.path.join(FOLDER, "lines"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line.encode())
    os.close(file)


@task
def work() -> None:
    leave("begin")
    print("said by the task")
    leave("end")


@task(retries=0)
def fail() -> None:
    leave("begin")
    raise ValueError("as it should")


@task
def hold(number: int) -> None:
    leave("begin")
    while not os.path.exists(os.path.join(FOLDER, "go-on")):
        time.sleep(0.2)
    leave("end")


with DAG("quick"):
    WaitSensor(task_id="deferred", time_to_wait=timedelta(seconds=1), deferrable=True) >> work()

with DAG("failing"):
    fail()

with DAG("held"):
    hold.expand(number=list(range(4)))

with DAG("after"):
    work()
