"""What a shard hands on: its parts in one file, and all shards' files as one run."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from tallystick.app.errors import CannotRunError
from tallystick.app.merging import MOST_TOLD, FrozenCapture, How, Run, counts, others, require_whole
from tallystick.app.userstate import keyed
from tallystick.intake.merge import PartHead
from tallystick.intake.part import Part, added
from tallystick.record.canonical import canonical
from tallystick.record.exchange import LedgerEntry

_MAGIC = "tallystick-parts-1"


class PartsFile(msgspec.Struct, frozen=True, array_like=True):
    """What a shard wrote: its place among the shards, its captures, and the sizes of its parts,
    which follow. `run` is the same for shards that were made with the same key, format and mapping.
    """

    magic: str
    shard: int
    shards: int
    captures: tuple[FrozenCapture, ...]
    heads: tuple[PartHead, ...]
    sizes: tuple[int, ...]
    run: str
    ledger: tuple[LedgerEntry, ...]


def write_parts(run: Run, how: How, path: Path) -> None:
    """What a shard has to hand on, in one file."""
    encode = msgspec.msgpack.encode
    parts = [encode(run.load(head)) for head in run.heads]
    about = PartsFile(
        _MAGIC,
        how.shard,
        how.shards,
        run.captures,
        run.heads,
        tuple(map(len, parts)),
        _run(how),
        run.ledger,
    )
    head = encode(about)
    if path.exists():
        raise CannotRunError(
            "there is such a file already", where=str(path), do="give another name, or remove it"
        )
    temporary = path.with_name(f".{path.name}.unfinished")
    try:
        with temporary.open("wb") as file:
            file.write(len(head).to_bytes(8, "big") + head)
            file.writelines(parts)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CannotRunError(
            f"the part cannot be written: {error.strerror}", where=str(path)
        ) from None


def _run(how: How) -> str:
    """What all shards of one run share, as a keyed digest."""
    form = how.format.name if how.format else ""
    said = canonical([form, how.mapping])
    return blake2b(said, key=how.key, digest_size=16, person=b"run").hexdigest()


def read_parts(paths: Sequence[Path]) -> Run:
    """The parts of all shards, as one run.

    Raises:
        CannotRunError: a file holds no parts, or they are not all the shards of one run.
    """
    files = [_parts_file(path) for path in paths]
    _require_one_run(paths, [about for about, _ in files])
    places: dict[tuple[int, int], tuple[Path, int, int]] = {}
    heads: list[PartHead] = []
    for path, (about, start) in zip(paths, files, strict=True):
        at = start
        for head, size in zip(about.heads, about.sizes, strict=True):
            places[head.capture, head.number] = path, at, size
            at += size
        heads += about.heads

    def load(head: PartHead) -> Part:
        path, at, size = places[head.capture, head.number]
        with path.open("rb") as file:
            file.seek(at)
            return msgspec.msgpack.decode(file.read(size), type=Part)

    ordered = tuple(sorted(heads, key=lambda head: (head.capture, head.number)))
    ledger = added(entry for about, _ in files for entry in about.ledger)
    captures = _joined([about for about, _ in files], ordered)
    require_whole(captures, [one.name for one in captures], How())
    return Run(captures, ledger, ordered, load, own=False)


def _parts_file(path: Path) -> tuple[PartsFile, int]:
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "big")
            about = msgspec.msgpack.decode(file.read(min(size, 1 << 30)), type=PartsFile)
    except OSError as error:
        raise CannotRunError(
            f"the part cannot be read: {error.strerror}", where=str(path)
        ) from None
    except (msgspec.DecodeError, OverflowError):
        about = None
    if about is None or about.magic != _MAGIC or path.stat().st_size != 8 + size + sum(about.sizes):
        raise CannotRunError(
            "this is no whole part",
            where=str(path),
            expected="what `tallystick scan --shard` wrote with this version",
            got="something else, or a file that is cut off",
            do="make this shard again",
        )
    return about, 8 + size


def _require_one_run(paths: Sequence[Path], files: Sequence[PartsFile]) -> None:
    shards = files[0].shards
    named = {tuple((c.name, c.digest) for c in one.captures) for one in files}
    numbers = sorted(one.shard for one in files)
    whole = numbers == list(range(1, shards + 1))
    got = (
        "different captures"
        if len(named) > 1
        else "another key, format or mapping"
        if len({one.run for one in files}) > 1
        else ""
        if whole
        else f"shards {', '.join(map(str, numbers))}"
    )
    if got:
        raise CannotRunError(
            "these parts are not all the shards of one run",
            where=", ".join(str(path) for path in paths),
            expected=f"shards 1 to {shards} of the same captures",
            got=got,
            do="make the missing ones with the same --run-key, or merge what belongs together",
        )


def _joined(files: Sequence[PartsFile], heads: Sequence[PartHead]) -> tuple[FrozenCapture, ...]:
    """The captures, with what each shard counted of them added up."""
    out = []
    for number, several in enumerate(zip(*(one.captures for one in files), strict=True)):
        exchanges, skipped = counts(heads, number)
        places = sorted({place for one in several for place in one.places})
        out.append(
            msgspec.structs.replace(
                several[0],
                digest=several[0].digest if files[0].shards == 1 else keyed(several[0].digest),
                exchanges=exchanges,
                skipped=skipped,
                damaged=sum(one.damaged for one in several),
                places=tuple(places[:MOST_TOLD]),
                others=others(heads, number),
            )
        )
    return tuple(out)
