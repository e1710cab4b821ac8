"""`make bench`: ratios measured side by side in one run; medians of five. Nothing is asserted."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from bench import evidence, lab
from bench.evidence import FOLDER
from bench.traffic import write
from tallystick.lab import Contract, baselines, respond
from tallystick.lab.wire import SeenRequest, Turn
from tallystick.protocol import SseParser

ROUNDS = 5
SIZE = 20_000_000
BODY = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}'


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def side_by_side(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """The medians of both, each round measuring one after the other."""
    rounds = [(seconds(first), seconds(second)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds)


def parse_stream(data: bytes) -> int:
    parser = SseParser()
    return sum(len(parser.feed(data[at : at + 4096])) for at in range(0, len(data), 4096))


def answer_thousands() -> None:
    request = SeenRequest("POST", "/v1/chat/completions", (("authorization", "Bearer x"),), BODY, 0)
    for _ in range(5000):
        respond(baselines("plain")[0], Contract(), request, Turn())


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    write(FOLDER / "load.har", SIZE)
    data = (FOLDER / "load.har").read_bytes()
    stream = b"".join(b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n' for _ in range(60_000))
    tool = Path(sys.executable).parent / "tallystick"
    run = partial(subprocess.run, check=True, capture_output=True)
    load = partial(orjson.loads, data)
    table = Table("what", "median", "beside", "median", "ratio", box=None)
    for name, work, peer_name, peer in (
        ("parse 60,000 server-sent events", partial(parse_stream, stream),
         "bytes.split of the same stream", partial(stream.split, b"\n\n")),
        ("decide 5,000 plain answers", answer_thousands, "orjson.loads of 20 MB", load),
        ("tallystick --version", partial(run, [tool, "--version"]), "a bare interpreter",
         partial(run, [sys.executable, "-c", "pass"])),
    ):  # fmt: skip
        ours, theirs = side_by_side(work, peer)
        table.add_row(name, f"{ours:.3f} s", peer_name, f"{theirs:.3f} s", f"{theirs / ours:.4f}×")
    console = Console()
    console.print(table)
    evidence.report(console)
    lab.report(console)


if __name__ == "__main__":
    main()
