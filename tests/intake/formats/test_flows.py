"""mitmproxy flow files, read by the real mitmproxy in an environment of its own."""

import json
import subprocess
import venv
from pathlib import Path

import pytest

from tallystick.engine.reading import known_format
from tallystick.host.errors import CannotRunError
from tallystick.intake.formats import Piece, flows
from tallystick.record import digest
from tests.conftest import ROOT

SAMPLES = Path(__file__).parent / "samples"
FLOWS = (SAMPLES / "mitmproxy.flow").read_bytes()
BUILD, LOCK = ROOT / "build" / "mitmproxy", ROOT / "requirements" / "mitmproxy.txt"


@pytest.fixture(scope="module")
def tool() -> Path:
    """This package with its extra, installed from the lock file."""
    mark = BUILD / "ready"
    if not mark.is_file() or mark.read_text() != digest(LOCK.read_bytes()):
        venv.create(BUILD, with_pip=True, clear=True)
        pip = [str(BUILD / "bin/python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True, capture_output=True)
        subprocess.run([*pip, "hatchling", "editables"], check=True, capture_output=True)
        bare = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
        subprocess.run([*pip, *bare], check=True, capture_output=True)
        mark.write_text(digest(LOCK.read_bytes()))
    return BUILD / "bin" / "tallystick"


def test_flows_are_what_their_har_export_shows(tool: Path) -> None:
    def statuses(name: str) -> list[int]:
        done = subprocess.run(
            [tool, "scan", SAMPLES / name, "--json"], capture_output=True, check=True
        )
        cells = json.loads(done.stdout)["profile"]["cells"]
        assert b"johanna" not in done.stdout
        return sorted(cell["status"] for cell in cells for _ in range(cell["exchanges"]))

    assert statuses("mitmproxy.flow") == statuses("mitmproxy.har")


def test_a_flow_file_that_is_cut_off_is_read_up_to_there(tool: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.flow").write_bytes(FLOWS[:-500])
    done = subprocess.run(
        [tool, "scan", tmp_path / "cut.flow", "--json"], capture_output=True, check=True
    )
    (read,) = json.loads(done.stdout)["captures"]
    assert (read["exchanges"] > 5, read["damaged"]) == (True, 1)


def test_without_the_extra_it_says_what_to_install() -> None:
    with pytest.raises(CannotRunError) as refused:
        known_format("mitmproxy")
    assert "tallystick[mitmproxy]" in refused.value.problem.do


@pytest.mark.parametrize("block", [50, 5000])
def test_flows_are_cut_at_their_lengths(block: int) -> None:
    splitter = flows.FORMAT.splitter()
    splitter._size = 3000  # type: ignore[attr-defined]  # a few flows
    pieces: list[Piece] = []
    for at in range(0, len(FLOWS), block):
        pieces += splitter.feed(FLOWS[at : at + block])
    pieces += splitter.close()
    assert len(pieces) > 3
    assert b"".join(piece.data for piece in pieces) == FLOWS
    for piece in pieces[:-1]:
        size, _, rest = piece.data.partition(b":")
        assert len(rest) >= int(size) + 1


def test_what_is_no_flow_is_not_taken_for_one() -> None:
    for data in (b"", b"12", b"12:abc", b"http: x"):
        assert not flows.FORMAT.sniff(data)
    assert flows.FORMAT.sniff(FLOWS[:65536])
