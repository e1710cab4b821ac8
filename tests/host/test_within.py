"""The parts of a folder: what stands behind a link is neither read nor changed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tallystick.host.errors import CannotRunError
from tallystick.host.within import Within

OPERATIONS: dict[str, Callable[[Within], object]] = {
    "read": lambda parts: parts.read("a/b/file"),
    "digest": lambda parts: parts.digest("a/b/file"),
    "write": lambda parts: parts.write("a/b/file", b"new"),
    "move from": lambda parts: parts.move("a/b/file", "elsewhere"),
    "move to": lambda parts: parts.move("own", "a/b/file"),
    "remove": lambda parts: parts.remove("a/b/file"),
    "exists": lambda parts: parts.exists("a/b/file"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "case" / "a" / "b").mkdir(parents=True)
    (tmp_path / "case" / "a" / "b" / "file").write_bytes(b"inside")
    (tmp_path / "case" / "own").write_bytes(b"own")
    outside = tmp_path / "outside"
    (outside / "b").mkdir(parents=True)
    (outside / "file").write_bytes(b"outside")
    (outside / "b" / "file").write_bytes(b"outside")
    return tmp_path / "case"


@pytest.mark.parametrize("swapped", ["a", "a/b"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_folder_on_the_way_is_followed_out(folder: Path, operation: str, swapped: str) -> None:
    parts = Within(folder)
    (folder / swapped).rename(folder / "gone")
    (folder / swapped).symlink_to(folder.parent / "outside")
    with pytest.raises(CannotRunError, match="is not what a case holds"):
        OPERATIONS[operation](parts)
    assert {path.read_bytes() for path in folder.parent.rglob("outside/**/file")} == {b"outside"}


@pytest.mark.parametrize("operation", ["read", "digest", "write"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_file_that_is_none_is_refused(folder: Path, operation: str, kind: str) -> None:
    file = folder / "a" / "b" / "file"
    file.unlink()
    if kind == "link":
        file.symlink_to(folder.parent / "outside" / "file")
    else:
        os.mkfifo(file)
    with pytest.raises((CannotRunError, OSError)):
        OPERATIONS[operation](Within(folder))
    assert (folder.parent / "outside" / "file").read_bytes() == b"outside"


def test_a_link_that_is_moved_or_removed_leaves_what_it_led_to(folder: Path) -> None:
    (folder / "a" / "link").symlink_to(folder.parent / "outside")
    parts = Within(folder)
    assert parts.exists("a/link")
    assert sorted(parts.files("a")) == ["a/b/file"]
    parts.remove_tree("a")
    assert not parts.exists("a")
    assert (folder.parent / "outside" / "file").read_bytes() == b"outside"


def test_what_is_not_there_is_told_as_such(folder: Path) -> None:
    parts = Within(folder)
    assert parts.read("x/y") is None
    assert not parts.exists("x/y")
    assert list(parts.files("x/y")) == []
    parts.remove("x/y")
    parts.remove_tree("x/y")


def test_files_are_written_moved_and_taken_in(folder: Path, tmp_path: Path) -> None:
    parts = Within(folder)
    parts.write("x/y/z", b"1")
    parts.move("x/y/z", "p/q")
    assert (parts.read("p/q"), parts.read("x/y/z")) == (b"1", None)
    (tmp_path / "elsewhere").write_bytes(b"2")
    parts.take(tmp_path / "elsewhere", "p/q")
    assert (folder / "p" / "q").read_bytes() == b"2"


@pytest.mark.parametrize("name", ["../outside/file", "a/../../outside/file", "{outside}", ".", ""])
@pytest.mark.parametrize("operation", ["read", "digest", "write", "exists", "remove"])
def test_no_name_leads_out(folder: Path, operation: str, name: str) -> None:
    """A record that somebody sent may name a file elsewhere: it is no part of the folder."""
    outside = folder.parent / "outside" / "file"
    parts, told = Within(folder), name.format(outside=outside)
    given = (told, b"new") if operation == "write" else (told,)
    with pytest.raises(CannotRunError, match="is not what a case holds"):
        getattr(parts, operation)(*given)
    assert outside.read_bytes() == b"outside"
