"""The shipped drivers with the real packages: what is known of these clients checks the lab."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tallystick.host.bundled import copy_out
from tallystick.lab import Contract, assumptions
from tallystick.record import digest
from tallystick.record.case import Client
from tallystick.record.trial import LabRun
from tallystick.trials.measure import Plan, measure, target_of
from tests.conftest import ROOT

BUILD = ROOT / "build" / "drivers"
PYTHONS = {
    "openai": "openai_driver.py",
    "openai2": "openai_driver.py",
    "cometapi": "cometapi_driver.py",
    "httpx": "httpx_driver.py",
}
NODES = ("openai", "cometapi", "ai_sdk")
OPENAI_LIKE = ("openai", "openai2", "cometapi", "node-openai", "node-cometapi")
EVERY = (*PYTHONS, *(f"node-{name}" for name in NODES))


def fresh(mark: Path, wanted: bytes) -> bool:
    """Whether an environment has to be set up (anew)."""
    return not mark.is_file() or mark.read_text() != digest(wanted)


def python_command(name: str) -> tuple[str, ...]:
    folder, lock = BUILD / f"venv-{name}", BUILD / "python" / f"{name}.txt"
    mark = folder / "ready"
    if fresh(mark, lock.read_bytes()):
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "-r", str(lock)], check=True, capture_output=True)
        mark.write_text(digest(lock.read_bytes()))
    return str(folder / "bin/python"), str(BUILD / "python" / PYTHONS[name])


def node_command(name: str) -> tuple[str, ...]:
    folder = BUILD / "node"
    mark, lock = folder / "node_modules" / "ready", folder / "package-lock.json"
    if fresh(mark, lock.read_bytes()):
        subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True, capture_output=True)
        mark.write_text(digest(lock.read_bytes()))
    return "node", str(folder / f"{name}_driver.mjs")


@pytest.fixture(scope="session")
def copied() -> None:
    for kind in ("python", "node"):
        for old in (BUILD / kind).glob("*.*"):
            if old.is_file():
                old.unlink()
    copy_out("drivers", BUILD)


@pytest.fixture(scope="session", params=EVERY)
def run(request: pytest.FixtureRequest, copied: None) -> tuple[str, LabRun]:
    name = request.param
    node = name.removeprefix("node-")
    command = node_command(node) if node != name else python_command(name)
    target = target_of(Client(command=command, mode="driver"), ROOT)
    return name, measure(target, Contract(), Plan())


def attempts(run: LabRun, name: str) -> int:
    return len(next(o for o in run.observations if o.id == name).attempts)


def outcome(run: LabRun, name: str) -> str:
    return next(o.outcome for o in run.observations if o.id == name)


def test_everything_could_be_looked_at(run: tuple[str, LabRun]) -> None:
    _, seen = run
    assert [o.id for o in seen.observations if o.outcome == "could-not-check"] == []
    assert len(seen.observations) > 250
    assert seen.warnings == ()
    if sys.platform == "linux":
        assert (
            seen.isolated or Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").exists()
        )


def test_nobody_sends_an_idempotency_key(run: tuple[str, LabRun]) -> None:
    _, seen = run
    assert not [o.id for o in seen.observations for a in o.attempts if a.idempotency_key]


def test_the_sdks_send_three_attempts_with_growing_gaps(run: tuple[str, LabRun]) -> None:
    name, seen = run
    expected = 1 if name == "httpx" else 3
    for status in (429, 500, 503):
        assert attempts(seen, f"status-{status}") == expected
    assert attempts(seen, "reset") == expected
    # Retried although the documents say that it must not be, and although the quota is spent.
    assert attempts(seen, "status-500-invalid-request") == expected
    assert attempts(seen, "status-429-insufficient-quota") == expected
    told = {a.location: a.value for a in assumptions(seen.observations)}
    assert told.get("retry.backoff", "growing") == "growing"
    assert told["retry.retry_after"] == ("fails-fast" if name == "httpx" else "honoured")


def test_after_a_reset_in_a_plain_body_python_sends_three_and_node_one(
    run: tuple[str, LabRun],
) -> None:
    name, seen = run
    expected = {"httpx": 1, "node-openai": 1, "node-cometapi": 1}.get(name, 3)
    assert attempts(seen, "reset-in-body") == expected


def test_most_take_a_cut_stream_for_whole_and_an_error_for_an_empty_success(
    run: tuple[str, LabRun],
) -> None:
    name, seen = run
    if name in OPENAI_LIKE:
        assert outcome(seen, "stream-cut") == "truncated"
        swallowed = next(o for o in seen.observations if o.id == "stream-ok-with-error")
        assert (swallowed.outcome, swallowed.empty) == ("wrong", True)
    if name == "node-ai_sdk":
        assert outcome(seen, "stream-cut") == "raised"


def test_a_redirect_to_html_is_followed_as_get_and_ends_in_the_callers_code(
    run: tuple[str, LabRun],
) -> None:
    name, seen = run
    if name in ("openai", "openai2", "cometapi"):
        redirect = next(o for o in seen.observations if o.id == "redirect-301")
        assert [a.method for a in redirect.attempts] == ["POST", "GET"]
        assert redirect.error == "AttributeError"


def test_content_null_is_an_empty_success(run: tuple[str, LabRun]) -> None:
    _, seen = run
    null = next(o for o in seen.observations if o.id == "null-response.choices.message.content")
    assert (null.outcome, null.empty) == ("wrong", True)


def test_only_hand_written_loops_crash_on_the_final_usage_chunk(run: tuple[str, LabRun]) -> None:
    name, seen = run
    expected = "raised" if name == "httpx" else "right"
    assert outcome(seen, "usage-empty-choices") == expected


def test_the_drivers_module_is_short_and_free_of_packages() -> None:
    for name in ("driver.py", "driver.mjs"):
        assert len((ROOT / "src/tallystick" / name).read_text().splitlines()) < 60
    assert shutil.which("node")
