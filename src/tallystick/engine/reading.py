"""Capture files as pieces: opened, unpacked, told by their first bytes, and digested on the way."""

import codecs
import hashlib
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, Any, Protocol

import msgspec
import zstandard

from tallystick.engine.files import STANDARD_INPUT, opened, shown
from tallystick.engine.seeking import Extent, extent, member_of
from tallystick.host.errors import CannotRunError
from tallystick.intake.formats import FORMATS, detect, looks_like, named
from tallystick.intake.formats.base import Broken, Format, Piece, is_usable
from tallystick.intake.period import ALWAYS, Period
from tallystick.record.canonical import DIGEST_PREFIX

_HEAD = 1 << 16
MAPPED = "mapped"
# Formats of one JSON object a line: a mapping may say more of them than they do themselves.
NDJSON = frozenset(("litellm", "otel", "kong", "envoy", "langfuse", "own"))
_BLOCK = 1 << 22
# Packed bytes are fed in small blocks: one of them may stand for many thousand times its size.
_PACKED = 1 << 11
_GATHER = 1 << 20
# Zstandard's skippable frames (RFC 8878, section 3.1.2) may come before the first of data.
_SKIPPABLE = {bytes([0x50 + n, 0x2A, 0x4D, 0x18]): "zstd" for n in range(16)}
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    **_SKIPPABLE,
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Logs unpack to some tens of times their size; what unpacks to far more is made to.
MAX_RATIO = 500
_FREE_BYTES = 16 << 20


class _Unpacker(Protocol):
    """What zlib and zstandard have in common."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes) -> bytes:
        """The bytes that `data` stands for."""


class _Text:
    """Text in another encoding as UTF-8, without its mark (PowerShell writes UTF-16)."""

    eof = False
    unused_data = b""

    def __init__(self, encoding: str) -> None:
        self._decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode

    def decompress(self, data: bytes) -> bytes:
        """The bytes that `data` stands for."""
        return self._decode(data).encode("utf-8", "surrogatepass")


_UNPACKERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
    "utf-8": lambda: _Text("utf-8-sig"),
    "utf-16": lambda: _Text("utf-16"),
}


class Plan(msgspec.Struct, frozen=True):
    """How a capture would be read: which of its bytes (None: all, as they come), whether it is in
    the order of time (None: nobody looked), and the member by which lines of other times are
    passed over ("" for none).
    """

    name: str
    format: str
    bytes: tuple[int, int] | None
    size: int | None
    is_sorted: bool | None
    member: str


class Reading:
    """One capture as it is read, for a period. After the last piece `digest`, `size` and `broken`
    are known; `extent` says what of a plain file is read, where not all of it is; `member` tells
    the time of a line, if one does.
    """

    def __init__(self, path: str, form: Format | None = None, period: Period = ALWAYS) -> None:
        self.path, self.name = path, shown(path).rstrip("/").rpartition("/")[2]
        self.form, self.period = form, period
        self.extent: Extent | None = None
        self.member: tuple[str, ...] = ()
        self.size = 0
        self.is_plain = False
        self.broken: list[Broken] = []
        self._sha = hashlib.sha256()

    @property
    def digest(self) -> str:
        """The digest of the file's own bytes, packed or not."""
        return f"{DIGEST_PREFIX}{self._sha.hexdigest()}"

    def pieces(self, advance: Callable[[int], None]) -> Iterator[Piece]:
        """The pieces of the capture; `advance` hears of every block of the file.

        Raises:
            CannotRunError: it cannot be read, or its format is not known.
        """
        with opened(self.path) as file:
            form, head, blocks = self._begun(file, advance)
            if self.extent is not None:
                yield from self._sought(file, form, self.extent, advance)
                return
            splitter = form.splitter()
            yield from splitter.feed(head)
            for block in blocks:
                yield from splitter.feed(block)
            yield from splitter.close()

    def plan(self) -> "Plan":
        """How the capture would be read.

        Raises:
            CannotRunError: it cannot be read, or its format is not known.
        """
        with opened(self.path) as file:
            form, _, _ = self._begun(file, lambda _: None)
        part = self.extent
        return Plan(
            self.name,
            form.name,
            bytes=(part.first, part.last) if part else None,
            size=part.size if part else None,
            is_sorted=part.is_sorted if part else None,
            member=".".join(self.member),
        )

    def head(self, size: int) -> bytes:
        """The first bytes of the capture, unpacked, of which at least `size` where it has them.

        Raises:
            CannotRunError: it cannot be read.
        """
        with opened(self.path) as file:
            return _first(self._unpacked(self._blocks(file, lambda _: None)), size)

    def _begun(
        self, file: IO[bytes], advance: Callable[[int], None]
    ) -> tuple[Format, bytes, Iterator[bytes]]:
        """The format, the first bytes and the blocks behind them."""
        blocks = _gathered(self._unpacked(self._blocks(file, advance)))
        head = _first(blocks, _HEAD)
        form = self.form = self._chosen(head)
        if self.period != ALWAYS:
            self.member = member_of(head, form)
            if self.is_plain and file.seekable():
                self.extent = extent(file, head, form, self.period)
        return form, head, blocks

    def _sought(
        self, file: IO[bytes], form: Format, part: Extent, advance: Callable[[int], None]
    ) -> Iterator[Piece]:
        """The pieces of a part of the file, at their places in the whole of it."""
        splitter = form.splitter()
        file.seek(part.first)
        left = part.last - part.first
        while left and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            advance(len(block))
            yield from (_moved(piece, part.first) for piece in splitter.feed(block))
        yield from (_moved(piece, part.first) for piece in splitter.close())
        file.seek(0)
        self._sha, self.size = hashlib.sha256(), part.size
        while block := file.read(_BLOCK):
            self._sha.update(block)

    def _chosen(self, head: bytes) -> Format:
        """The format that was asked for; a mapping is for lines of JSON, and a file that is told
        to be something else is read as what it is.
        """
        if self.form is None or self.form.name != MAPPED:
            return self.form or self._detected(head)
        told = detect(head)
        return self.form if told is None or told.name in NDJSON else usable(told, shown(self.path))

    def _detected(self, head: bytes) -> Format:
        form = detect(head)
        if not head.strip():
            told = self.broken[0].why if self.broken else "empty"
            raise CannotRunError(
                f"this capture is {told}",
                where=shown(self.path),
                do="export it again, and look whether the export had anything to write",
            )
        if form is None:
            what, step = looks_like(head)
            raise CannotRunError(
                "this capture is of no known format",
                where=shown(self.path),
                expected=f"one of {', '.join(one.name for one in FORMATS)}",
                got=what,
                do=step,
            )
        return usable(form, shown(self.path))

    def _blocks(self, file: IO[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
        while block := file.read(_BLOCK):
            self._sha.update(block)
            self.size += len(block)
            advance(len(block))
            yield block

    def _unpacked(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The bytes inside an archive, up to where it breaks off; other bytes as they are."""
        first = next(blocks, b"")
        kind = next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), "")
        if not kind:
            self.is_plain = self.path != STANDARD_INPUT  # which nobody can find a piece in again
            yield first
            yield from blocks
            return
        unpacker: _Unpacker = _UNPACKERS[kind]()
        read = made = 0
        for small in _small(first, blocks):
            # Tapes and tar pad archives with zeros; a frame begins with none, and may hold them.
            rest = small.lstrip(b"\0") if unpacker.eof else small
            read += len(small)
            while rest:
                if unpacker.eof:
                    unpacker = _UNPACKERS[kind]()
                try:
                    unpacked = unpacker.decompress(rest)
                except (zlib.error, zstandard.ZstdError):
                    self.broken.append(Broken(self.size, f"damaged {kind} data"))
                    return
                made += len(unpacked)
                if made > _FREE_BYTES and made > MAX_RATIO * read:
                    told = f"{kind} data that unpacks to more than {MAX_RATIO} times its size"
                    self.broken.append(Broken(self.size, told))
                    return
                yield unpacked
                rest = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else b""
        if kind in ("gzip", "zstd") and not unpacker.eof:
            self.broken.append(Broken(self.size, f"{kind} data that is cut off"))


def _moved(piece: Piece, offset: int) -> Piece:
    return msgspec.structs.replace(piece, offset=piece.offset + offset)


def _first(blocks: Iterator[bytes], size: int) -> bytes:
    """The blocks at the front that together have a size, or all; the others are left."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= size:
            break
    return head


def _gathered(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that are worth cutting."""
    held = bytearray()
    for block in blocks:
        if not held and len(block) >= _GATHER:
            yield block
            continue
        held += block
        if len(held) >= _GATHER:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _small(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    for block in chain([first], blocks):
        yield from (block[at : at + _PACKED] for at in range(0, len(block), _PACKED))


def usable(form: Format, where: str) -> Format:
    """The format, if what it needs is installed.

    Raises:
        CannotRunError: it is not.
    """
    if not is_usable(form):
        raise CannotRunError(
            f"{form.about} cannot be read here",
            where=where,
            expected=f"the package {form.needs}",
            got="an environment without it",
            do=f"install tallystick[{form.extra or form.needs}]",
        )
    return form


def known_format(name: str) -> Format:
    """The format of that name.

    Raises:
        CannotRunError: there is none.
    """
    form = named(name)
    if form is None:
        names = ", ".join(one.name for one in FORMATS)
        raise CannotRunError("there is no such format", where=name, expected=names, got=name)
    return usable(form, name)
