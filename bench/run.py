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

from bench import lab
from bench.traffic import capture
from tallystick.intake import Facts, Masker, RawAttempt, classify, freeze, group
from tallystick.intake.formats import Piece, har
from tallystick.lab import Contract, baselines, respond
from tallystick.lab.wire import SeenRequest, Turn
from tallystick.protocol import SseParser
from tallystick.record import digest
from tallystick.record.canonical import lines

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


def attempts(data: bytes) -> list[RawAttempt]:
    return [one for one in har.FORMAT.read(Piece(0, 0, data, True)) if isinstance(one, RawAttempt)]


def freeze_capture(data: bytes) -> bytes:
    exchanges = group(freeze(attempts(data), digest(data), Masker()))
    classify(exchanges, Facts())
    return lines(exchanges)


def parse_stream(data: bytes) -> int:
    parser = SseParser()
    return sum(len(parser.feed(data[at : at + 4096])) for at in range(0, len(data), 4096))


def answer_thousands() -> None:
    request = SeenRequest("POST", "/v1/chat/completions", (("authorization", "Bearer x"),), BODY, 0)
    for _ in range(5000):
        respond(baselines("plain")[0], Contract(), request, Turn())


def main() -> None:
    data = capture(SIZE)
    stream = b"".join(b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n' for _ in range(60_000))
    tool = Path(sys.executable).parent / "tallystick"
    run = partial(subprocess.run, check=True, capture_output=True)
    load = partial(orjson.loads, data)
    table = Table("what", "median", "beside", "median", "ratio", box=None)
    for name, work, peer_name, peer in (
        (f"freeze and classify a {len(data) / 1e6:.0f} MB HAR, one core",
         partial(freeze_capture, data), "orjson.loads of the same bytes", load),
        ("parse 60,000 server-sent events", partial(parse_stream, stream),
         "bytes.split of the same stream", partial(stream.split, b"\n\n")),
        ("decide 5,000 plain answers", answer_thousands, "orjson.loads as above", load),
        ("tallystick --version", partial(run, [tool, "--version"]), "a bare interpreter",
         partial(run, [sys.executable, "-c", "pass"])),
    ):  # fmt: skip
        ours, theirs = side_by_side(work, peer)
        table.add_row(name, f"{ours:.3f} s", peer_name, f"{theirs:.3f} s", f"{theirs / ours:.4f}×")
    console = Console()
    console.print(table)
    lab.report(console)


if __name__ == "__main__":
    main()
