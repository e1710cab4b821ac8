"""Record the incident: the real service against the simulated provider, as a HAR capture.

Run from a checkout, after `make demo` has installed the service's client:

    .venv/bin/python examples/retry-storm/record.py build/demo/.venv/bin/python

The waits between attempts are the client's own; `--at` only says when the story begins.
"""

import argparse
import json
from datetime import datetime, timedelta
from pathlib import Path

from tallystick.lab import Contract, baselines, respond
from tallystick.lab.transport import Rig, Target, Trial
from tallystick.lab.wire import Reply, SeenRequest, Turn, WireEvent

HERE = Path(__file__).parent
TICKETS = ("17", "18", "19", "20", "17", "18")
BEFORE, DURING = "1", "2"


def main() -> None:
    """Two tickets before the prompt service changed, and six after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", type=Path, help="an interpreter with the service's requirements")
    parser.add_argument("--at", default="2026-11-20T09:12:00+00:00", help="when the story begins")
    args = parser.parse_args()
    calls = [(ticket, BEFORE) for ticket in TICKETS[:2]] + [(t, DURING) for t in TICKETS]
    entries: list[dict[str, object]] = []
    began = datetime.fromisoformat(args.at)
    for ticket, version in calls:
        entries += _call(args.python.absolute(), ticket, version, began)
        began += timedelta(seconds=20)
    log = {"version": "1.2", "creator": {"name": "record.py", "version": "1"}, "entries": entries}
    path = HERE / "captures" / "incident.har"
    path.write_text(json.dumps({"log": log}, indent=1) + "\n")


def _call(python: Path, ticket: str, version: str, began: datetime) -> list[dict[str, object]]:
    """One call of the service; what was said is kept beside what was seen."""
    replies: list[Reply] = []

    def said(request: SeenRequest, turn: Turn) -> Reply:
        replies.append(respond(baselines("plain")[0], Contract(), request, turn))
        return replies[-1]

    target = Target(
        command=(str(python), "support.py", ticket),
        directory=HERE / "app",
        timeout_s=60.0,
        environment={"PROMPT_SERVICE_VERSION": version},
    )
    trial = Trial(f"ticket-{ticket}-prompts-{version}", said)
    with Rig(target, trial) as rig:
        (result,) = rig.run([trial], lambda done: print(done.name, done.exit_code))
    return _entries(result.events, replies, began)


def _entries(
    events: tuple[WireEvent, ...], replies: list[Reply], began: datetime
) -> list[dict[str, object]]:
    return [
        {
            "startedDateTime": (began + timedelta(milliseconds=event.request.at_ms)).isoformat(),
            "time": event.done_ms - event.request.at_ms,
            "request": {
                "method": event.request.method,
                "url": f"https://api.cometapi.com{event.request.target}",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": _pairs(event.request.headers, "host"),
                "queryString": [],
                "headersSize": -1,
                "bodySize": len(event.request.body),
                "postData": {
                    "mimeType": "application/json",
                    "text": event.request.body.decode(),
                },
            },
            "response": {
                "status": reply.status,
                "statusText": "",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": _pairs(reply.headers),
                "content": {
                    "size": sum(map(len, reply.pieces)),
                    "mimeType": "application/json",
                    "text": b"".join(reply.pieces).decode(),
                },
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": event.done_ms - event.request.at_ms, "receive": 0},
        }
        for event, reply in zip(events, replies, strict=True)
    ]


def _pairs(headers: tuple[tuple[str, str], ...], *without: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers if name not in without]


if __name__ == "__main__":
    main()
