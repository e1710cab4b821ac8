"""Evidence at scale: ratios against `orjson.loads`, one process against two, packed against plain,
peers, memory, and the planted values. Medians; nothing is asserted.
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import genson
import orjson
import zstandard
from rich.console import Console
from rich.table import Table

from bench.traffic import Traffic, write
from tallystick.engine import merging
from tallystick.engine.merging import How
from tallystick.host.scratch import scratch
from tallystick.intake import Incident, Profiler, RawAttempt
from tallystick.intake.formats import Piece, har

TOOL = Path(sys.executable).parent / "tallystick"
FOLDER = Path("build/bench")
SIZES = ((100_000_000, 5), (1_000_000_000, 3))
# What a person would write to mask the same export: every string of headers and bodies becomes a
# mark, also in the JSON that bodies and events are the text of.
_MASK = 'walk(if type == "string" then "masked" else . end)'
JQ = f"""
.log.entries[] |= (
  .request.headers[].value = "masked" | .response.headers[].value = "masked" |
  .request.postData.text |= (fromjson | {_MASK} | tojson) |
  .response.content.text |= (split("\\n\\n") | map(
    if startswith("data: {{") then (ltrimstr("data: ") | fromjson | {_MASK} | "data: " + tojson)
    else . end) | join("\\n\\n")))
"""
CASE = 'version = 1\n[incident]\ntitle = "bench"\nstart = "2026-06-01T00:00:00Z"\n'


def pipeline(path: Path, out: Path, workers: int) -> None:
    """Decode, sanitize, check, group, profile with classes and departures, and write."""
    with (
        scratch() as folder,
        merging.read([str(path)], How(workers=workers), folder) as run,
    ):
        profiler = Profiler(Incident("2026-06-01T02:00:00Z"))
        with out.open("w") as file:
            for attempt in run.attempts():
                file.write(f"{attempt.line}\n")
                profiler.add(attempt)
        profiler.profile()


def decode(path: Path) -> Callable[[], object]:
    data = path.read_bytes()
    return lambda: orjson.loads(data)


def schema(path: Path) -> None:
    """What genson does with the bodies that the export holds, parsed."""
    builder = genson.SchemaBuilder()
    for one in har.FORMAT.read(Piece(0, 0, path.read_bytes(), last=True)):
        if not isinstance(one, RawAttempt):
            continue
        builder.add_object(orjson.loads(one.request.body or "null"))
        for block in str(one.response.body or "").split("\n\n"):
            text = block.removeprefix("data: ")
            if text.startswith("{"):
                builder.add_object(orjson.loads(text))
    builder.to_schema()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def medians(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The median of each, every round measuring one after the other."""
    taken = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def peak_mb(path: Path) -> float:
    """The most memory of one process that reads a capture, in MB."""
    code = (
        "import resource,subprocess,sys;"
        "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, str(TOOL), "scan", str(path), "--workers", "1"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout) / 1024


def found_values(path: Path, traffic: Traffic) -> tuple[int, int]:
    """How many planted values stand in any file of a case, or in anything printed; and of how many."""
    case = FOLDER / "case"
    subprocess.run(["rm", "-rf", str(case)], check=True)
    case.mkdir()
    (case / "case.toml").write_text(CASE)
    command = [str(TOOL), "intake", str(case), str(path), "--json"]
    done = subprocess.run(command, capture_output=True, check=True)
    texts = [done.stdout, done.stderr]
    texts += [file.read_bytes() for file in case.rglob("*") if file.is_file()]
    values = [value.encode() for value in traffic.planted.values.values()]
    return sum(any(value in text for text in texts) for value in values), len(values)


def report(console: Console) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    table = Table("evidence", "measured", "beside", "ratio", "asked", box=None)
    for size, rounds in SIZES:
        _sized(size, rounds, table)
    _peers(table)
    console.print(table)
    limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    console.print(f"(this process, which holds the whole export for orjson, took {limit} MB)")


def _sized(size: int, rounds: int, table: Table) -> None:
    path, packed, out = (FOLDER / f"{size}{end}" for end in (".har", ".har.zst", ".ndjson"))
    traffic = write(path, size)
    with path.open("rb") as plain, packed.open("wb") as to:
        zstandard.ZstdCompressor(level=3).copy_stream(plain, to)
    label = f"{size / 1e6:.0f} MB"
    peer, one = medians(rounds, decode(path), lambda: pipeline(path, out, 1))
    _row(table, f"{label}, one core", one, "orjson.loads", peer, peer / one, "0.20×")
    one, two = medians(rounds, lambda: pipeline(path, out, 1), lambda: pipeline(path, out, 2))
    _row(table, f"{label}, two processes", two, "one process", one, one / two, "1.8×")
    one, zst = medians(rounds, lambda: pipeline(path, out, 1), lambda: pipeline(packed, out, 1))
    _row(table, f"{label} as .zst", zst, "plain", one, one / zst, "0.8×")
    table.add_row(f"{label}, most memory", f"{peak_mb(path):.0f} MB", "", "", "< 300 MB")
    found, planted = found_values(path, traffic)
    table.add_row(f"{label}, planted values found", str(found), f"of {planted}", "", "0")


def _peers(table: Table) -> None:
    out, small = FOLDER / "peer", FOLDER / "small.har"
    write(small, 20_000_000)
    ours, theirs = medians(3, lambda: pipeline(small, out, 1), lambda: schema(small))
    _row(table, "20 MB, one core", ours, "genson on parsed chunks", theirs, theirs / ours, "4×")
    jq = ["jq", "-c", JQ, str(small)]

    def masked() -> None:
        with out.open("wb") as file:
            subprocess.run(jq, stdout=file, check=True)

    ours, theirs = medians(3, lambda: pipeline(small, out.with_suffix(".ours"), 1), masked)
    _row(table, "20 MB, one core", ours, "a masking jq one-liner", theirs, theirs / ours, "6×")


def _row(
    table: Table, what: str, ours: float, beside: str, theirs: float, ratio: float, asked: str
) -> None:  # fmt: skip
    table.add_row(what, f"{ours:.2f} s", f"{beside} {theirs:.2f} s", f"{ratio:.2f}×", asked)


if __name__ == "__main__":
    report(Console())
