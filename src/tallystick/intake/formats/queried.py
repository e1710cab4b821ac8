"""Lines of a program in the documents of tools that collect them: what a query of Loki answers
(HTTP API, `query_range`), and what a tail of Cloudflare's Workers prints (`wrangler tail`).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

_SECOND_MS, _MS_NS = 1000, 1_000_000


def queried(records: Iterable[dict[str, Any]]) -> list[str]:
    """The lines that documents hold, the oldest first; none where they are of no such tool."""
    found = [pair for record in records for pair in (*_of_query(record), *_of_tail(record))]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _of_query(record: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Streams of labels with their values: a time in nanoseconds, and a line."""
    data = record.get("data", record)
    streams = data.get("result", data.get("streams")) if isinstance(data, dict) else None
    for stream in streams if isinstance(streams, list) else ():
        values = stream.get("values") if isinstance(stream, dict) and "stream" in stream else None
        for value in values if isinstance(values, list) else ():
            if isinstance(value, list) and len(value) > 1 and str(value[0]).isdecimal():
                yield int(value[0]), str(value[1])


def is_tail(record: dict[str, Any]) -> bool:
    """Whether an object is an invocation that a tail prints."""
    return {"scriptName", "logs", "exceptions"} <= record.keys()


def _of_tail(record: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """An invocation: what it logged, and what it raised in the end. Its event is the request that
    the program itself got, and no call of its.
    """
    if not is_tail(record):
        return
    for one in _objects(record["logs"]):
        said = one.get("message")
        words = said if isinstance(said, list) else [said]
        yield _dated(one, " ".join(word for word in words if isinstance(word, str)))
    for one in _objects(record["exceptions"]):
        yield _dated(one, f"{one.get('name')}: {one.get('message')}\n{one.get('stack') or ''}")


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dated(one: dict[str, Any], words: str) -> tuple[int, str]:
    """A line with its time, which the document holds in milliseconds since 1970."""
    time = one.get("timestamp")
    if not isinstance(time, int | float):
        return 0, words
    at = datetime.fromtimestamp(time / _SECOND_MS, UTC).isoformat(timespec="milliseconds")
    return int(time * _MS_NS), f"{at} {words}"
