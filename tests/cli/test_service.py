"""`tallystick lab` on a service that runs already."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallystick.record.case import CASE_FILE
from tests.cli.conftest import Tallystick
from tests.conftest import ROOT, free_port

SECRET = "0123456789abcdef"


@pytest.fixture
def running() -> Iterator[tuple[int, int]]:
    """The ports of a service, and of the base URL that it is configured with."""
    own, lab = free_port(), free_port()
    base = {"OPENAI_BASE_URL": f"http://127.0.0.1:{lab}/{SECRET}/v1"}
    words = [sys.executable, "-m", "tests.lab.services", str(own)]
    with subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, **base}, stdout=subprocess.PIPE
    ) as service:
        assert service.stdout
        service.stdout.readline()
        yield own, lab
        service.terminate()


@pytest.mark.parametrize(
    ("path", "said"), [("", "has no secret path"), (f"/{SECRET}", "2 trials (http")]
)
def test_a_service_is_reached_by_a_secret_path_and_by_none_other(
    tallystick: Tallystick, tmp_path: Path, running: tuple[int, int], path: str, said: str
) -> None:
    own, lab = running
    trigger = {"url": f"http://127.0.0.1:{own}/ask", "listen": f"127.0.0.1:{lab}{path}"}
    words = ", ".join(f"{name} = {json.dumps(value)}" for name, value in trigger.items())
    (tmp_path / CASE_FILE).write_text(
        'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T08:00:00Z"\n'
        f'[client]\nmode = "http"\ntrigger = {{{words}}}\n'
    )
    done = tallystick("lab", tmp_path, "--only", "status-500")
    assert said in done.out + done.err
