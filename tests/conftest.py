"""Shared builders: captures as data, and the incident's real client."""

import json
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tallystick.cli import demonstrate
from tallystick.intake import Masker, RawAttempt, freeze, group
from tallystick.intake.formats import Piece
from tallystick.intake.formats import har as har_format
from tallystick.record import Exchange, digest

# `make test-all`: every moment at which a command is killed, every twin of a case.
THOROUGH = bool(os.environ.get("TALLYSTICK_THOROUGH"))
# Two cores that others use, too, are slow now and then: that is no finding.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "retry-storm"
REQUEST: Mapping[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a user's machine keeps is the tests' own here, for the commands that they start too."""
    state = tmp_path_factory.mktemp("state")
    (state / "tallystick").mkdir()
    (state / "tallystick" / "key").write_bytes(bytes(32))  # names of exchanges come from it
    os.environ["XDG_STATE_HOME"] = str(state)


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def pytest_configure() -> None:
    """A shell that starts us in the background has interrupts ignored, and so would our children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def entry(
    status: int,
    answer: object = None,
    *,
    request: object = REQUEST,
    at: float = 0,
    error: str = "",
    headers: Mapping[str, str] | None = None,
    authorization: str = "Bearer sk-x",
    url: str = "https://api.cometapi.com/v1/chat/completions",
    sent: Mapping[str, str] | None = None,
    mime: str = "application/json",
) -> dict[str, Any]:
    """One HAR entry. A string answer is a body as it is, None a body that was not captured."""
    content: dict[str, Any] = {"size": 0, "mimeType": mime if answer is not None else "x-unknown"}
    if answer is not None:
        content["text"] = answer if isinstance(answer, str) else json.dumps(answer)
    response: dict[str, Any] = {
        "status": status,
        "headers": [{"name": k, "value": v} for k, v in (headers or {}).items()],
        "content": content,
    }
    if error:
        response["_error"] = error
    pairs = {"Authorization": authorization, **(sent or {})} if authorization else dict(sent or {})
    return {
        "startedDateTime": f"2026-06-01T09:00:{at:0{2 if at == int(at) else 4}g}Z",
        "time": 100.0,
        "request": {
            "method": "POST",
            "url": url,
            "headers": [{"name": k, "value": v} for k, v in pairs.items()],
            "postData": {"mimeType": "application/json", "text": json.dumps(request)},
        },
        "response": response,
    }


def har(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """A HAR file."""
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def read_har(data: bytes) -> list[RawAttempt]:
    """The attempts of a HAR file, in its order."""
    found = har_format.FORMAT.read(Piece(0, 0, data, last=True))
    return [one for one in found if isinstance(one, RawAttempt)]


def frozen(data: bytes, masker: Masker | None = None) -> tuple[Exchange, ...]:
    """A HAR file as sanitized, grouped exchanges."""
    return group(freeze(read_har(data), digest(data), masker or Masker()))


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """The bundled incident with its real client installed, outside the tests' own folders."""
    target = ROOT / "build" / "test-demo"
    demonstrate.prepare(target)
    return target
