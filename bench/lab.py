"""The lab beside its floor, and the simulated provider beside another mock server."""

import asyncio
import logging
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import Process
from pathlib import Path
from typing import NamedTuple

from pytest_httpserver import HTTPServer
from rich.console import Console
from rich.table import Table

from tallystick.host.bundled import copy_out
from tallystick.lab import Contract, baselines
from tallystick.lab.answers import completion
from tallystick.lab.transport.provided import Provider
from tallystick.lab.transport.server import Connection
from tallystick.record.case import Client
from tallystick.trials.measure import Plan, measure, target_of, trial

ROUNDS = 5
REQUESTS = 500
CONNECTIONS = 8
BODY = b'{"model": "m", "messages": [{"role": "user", "content": "x"}]}'
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n"
REQUEST = HEAD + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(BODY),
    BODY,
)
ROOT = Path(__file__).parents[1]


def serve_ours(port: int) -> None:
    baseline = trial(baselines("plain")[0], Contract())

    async def run() -> None:
        loop = asyncio.get_running_loop()
        make = lambda: Connection(Provider(baseline.respond))  # noqa: E731
        server = await loop.create_server(make, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


def serve_peer(port: int) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = HTTPServer("127.0.0.1", port)
    server.expect_request("/v1/chat/completions", method="POST").respond_with_json(completion())
    server.start()
    time.sleep(3600)


async def _one(port: int, count: int) -> None:
    """Ask again and again; a server that closes after each answer is asked on a new connection."""
    reader = writer = None
    for _ in range(count):
        if writer is None or reader is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])
        await reader.readexactly(length)
        if head.startswith(b"HTTP/1.0") or b"connection: close" in head.lower():
            writer.close()
            writer = None
    if writer is not None:
        writer.close()


def per_second(port: int) -> float:
    async def load() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(_one(port, REQUESTS) for _ in range(CONNECTIONS)))
        return CONNECTIONS * REQUESTS / (time.perf_counter() - began)

    return asyncio.run(load())


def cpu_per_second(serve: Callable[[int], None], port: int) -> float:
    """Plain answers per second of the server's own processor time, under load from outside."""
    server = Process(target=serve, args=(port,), daemon=True)
    server.start()
    try:
        _wait_for(port)
        before = _cpu_of(server.pid or 0)
        subprocess.run([sys.executable, "-m", "bench.lab", str(port)], check=True)
        return CONNECTIONS * REQUESTS / (_cpu_of(server.pid or 0) - before)
    finally:
        server.terminate()
        server.join()


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait_for(port: int) -> None:
    async def attempt() -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

    asyncio.run(asyncio.wait_for(attempt(), 30))


class LabTime(NamedTuple):
    trials: int
    wall: float
    floor: float
    own_ms: float


def lab_time() -> LabTime:
    """All scenarios through the openai driver: the wall clock beside its floor."""
    folder = ROOT / "build" / "bench-drivers"
    if not folder.exists():
        copy_out("drivers", folder)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        pip = [str(folder / "venv/bin/pip"), "install", "--quiet", "--require-hashes", "-r"]
        subprocess.run([*pip, str(folder / "python/openai.txt")], check=True, capture_output=True)
    command = (str(folder / "venv/bin/python"), str(folder / "python/openai_driver.py"))
    target = target_of(Client(command=command, mode="driver"), ROOT)
    children, own = _used(resource.RUSAGE_CHILDREN), _used(resource.RUSAGE_SELF)
    began = time.perf_counter()
    run = measure(target, Contract(), Plan())
    wall = time.perf_counter() - began
    children = _used(resource.RUSAGE_CHILDREN) - children
    own = _used(resource.RUSAGE_SELF) - own
    longest = max((o.elapsed_ms or 0) for o in run.observations) / 1000
    floor = max(longest, children / (os.cpu_count() or 1))
    return LabTime(len(run.observations), wall, floor, own / len(run.observations) * 1000)


def _used(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def report(console: Console) -> None:
    """Print both tables."""
    rounds = [(cpu_per_second(serve_ours, 48211), cpu_per_second(serve_peer, 48212))
              for _ in range(ROUNDS)]  # fmt: skip
    ours, peer = (statistics.median(each) for each in zip(*rounds, strict=True))
    table = Table("plain answers per second of one core", "", "ratio", box=None)
    table.add_row("the simulated provider", f"{ours:.0f}", "")
    table.add_row("pytest-httpserver", f"{peer:.0f}", f"{ours / peer:.1f}×")
    console.print(table)
    times = [lab_time() for _ in range(ROUNDS)]
    middle = sorted(times, key=lambda each: each.wall / each.floor)[ROUNDS // 2]
    table = Table("the lab, openai driver", "wall", "floor", "ratio", "own time a trial", box=None)
    table.add_row(
        f"{middle.trials} trials", f"{middle.wall:.1f} s", f"{middle.floor:.1f} s",
        f"{middle.wall / middle.floor:.2f}×", f"{middle.own_ms:.1f} ms",
    )  # fmt: skip
    console.print(table)


if __name__ == "__main__":
    per_second(int(sys.argv[1]))
