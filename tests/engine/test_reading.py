"""Archives as they are read: frames in a row, and what pads them."""

import gzip
import struct
from pathlib import Path

import pytest
import zstandard

from tallystick.engine.reading import Reading


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_what_pads_an_archive_is_not_taken_from_the_next_frame(tmp_path: Path, kind: str) -> None:
    """Frames in a row, each of whose blocks may end in zeros, with padding between them."""
    lines = [b'{"n": %d, "pad": "%s"}\n' % (n, b"\0" * (n % 61)) for n in range(400)]
    pack = zstandard.ZstdCompressor(level=-1).compress if kind == "zstd" else gzip.compress
    skip = struct.pack("<II", 0x184D2A50, 300) + b"\0" * 300 if kind == "zstd" else b""
    path = tmp_path / "packed"
    path.write_bytes(skip + b"".join(pack(line) + b"\0" * (n % 7) for n, line in enumerate(lines)))
    reading, packed = Reading(str(path)), iter([path.read_bytes()])
    assert b"".join(reading._unpacked(packed)) == b"".join(lines)
    assert not reading.broken
