"""A real Dask scheduler with two worker processes on loopback, until stdin is closed."""

import json
import sys
from typing import Any

import distributed

if __name__ == "__main__":
    make: Any = distributed.LocalCluster
    with make(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        pids = [nanny.pid for nanny in cluster.workers.values()]
        sys.stdout.write(json.dumps({"address": cluster.scheduler_address, "pids": pids}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
