"""Writes one entry after another to whoever leads, as the sentinels say, and prints each that was acknowledged."""

import os
import sys
import time

from valkey.exceptions import ValkeyError
from valkey.sentinel import Sentinel

addresses = [(host, int(port)) for host, port in (one.split(":") for one in os.environ["SENTINELS"].split(" "))]
password = os.environ["PASSWORD"]
sentinel = Sentinel(addresses, sentinel_kwargs={"password": password}, password=password, socket_timeout=2)
primary = sentinel.master_for(os.environ["PRIMARY"])
number = 0
while True:
    number += 1
    try:
        primary.rpush("written", number)
        print(number, flush=True)
    except (ValkeyError, OSError) as error:
        print(f"{number}: {error}", file=sys.stderr, flush=True)
        time.sleep(0.2)
    time.sleep(0.02)
