"""A file outside a case is written whole, or what stood there stands."""

import os
import threading
from pathlib import Path

import pytest

from tallystick.host import scratch
from tallystick.host.errors import CannotRunError
from tallystick.host.writing import write_out, write_whole


def test_a_file_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.xml"
    write_whole(path, b"one")
    path.chmod(0o600)
    link = tmp_path / "link.xml"
    link.symlink_to(path)
    write_out(link, b"two")
    assert path.read_bytes() == b"two"
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600, "who may read it stays"

    def full(self: Path, data: bytes) -> int:
        os.close(os.open(self, os.O_CREAT | os.O_WRONLY))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotRunError) as refused:
        write_whole(path, b"three")
    assert "No space left" in refused.value.problem.what
    assert path.read_bytes() == b"two"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.xml", "report.xml"]


def test_a_pipe_takes_what_is_written(tmp_path: Path) -> None:
    path, got = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    write_whole(path, b"a report")
    reader.join()
    assert got == [b"a report"]
    assert path.is_fifo()


def test_no_place_for_temporary_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none)
    with pytest.raises(CannotRunError) as refused, scratch.scratch():
        pass
    assert "TMPDIR" in refused.value.problem.where
