"""Writes one row after another through the connection pool, and prints each that was acknowledged."""

import sys
import time

import psycopg2

connection = None
number = 0
while True:
    number += 1
    try:
        if connection is None:
            connection = psycopg2.connect(connect_timeout=5)
            connection.autocommit = True
            connection.cursor().execute("CREATE TABLE IF NOT EXISTS written (number bigint PRIMARY KEY)")
        connection.cursor().execute("INSERT INTO written VALUES (%s)", (number,))
        print(number, flush=True)
    except psycopg2.Error as error:
        print(f"{number}: {error}".strip().replace("\n", " "), file=sys.stderr, flush=True)
        if connection is not None:
            connection.close()
            connection = None
        time.sleep(0.2)
    time.sleep(0.02)
