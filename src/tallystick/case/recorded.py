"""What the application recorded of usage, frozen from its own file into a case."""

from pathlib import Path

import msgspec

from tallystick.case.records import decoded
from tallystick.case.store import Folder
from tallystick.host.errors import CannotRunError
from tallystick.host.leaks import Watch
from tallystick.host.plain import read_file
from tallystick.host.talk import say
from tallystick.host.userstate import is_same, keyed
from tallystick.intake.recorded import NoColumnError, NoOffsetError, NoTableError, read_recorded
from tallystick.record import Case
from tallystick.record.canonical import digest, pretty
from tallystick.record.case import RECORDED, RecordedUsage
from tallystick.record.usage import Recorded


def take_recorded(folder: Folder, case: Case) -> None:
    """Freeze the file that `usage.file` names. One that was frozen stays as it is, unless
    `case.toml` says another thing of its columns.

    Raises:
        CannotRunError: it cannot be read, holds no such columns, or has changed since.
    """
    if case.usage is None or not case.usage.counted:
        return
    path = (folder.root / case.usage.file).resolve()
    data = read_file(path, "file of recorded usage")
    stored = folder.read(RECORDED)
    if stored is not None:
        known = decoded(stored, Recorded, RECORDED)
        _require_same(known, data, path)
        if known.read_as == read_as(case.usage):
            return
    frozen = _frozen(data, case.usage, path)
    if frozen.skipped:
        say(f"usage: {frozen.skipped} rows of {path.name} tell no count and were left out")
    text = pretty(frozen)
    Watch().require_clean(pretty(frozen.rows).decode(), RECORDED)
    folder.commit({RECORDED: text})


def read_as(plan: RecordedUsage) -> str:
    """What is said of the columns, as a digest."""
    return digest(msgspec.json.encode(plan, order="sorted"))


def _require_same(known: Recorded, data: bytes, path: Path) -> None:
    same = is_same(known.digest, digest(data))
    if same is None:
        say(f"usage: {path.name} was frozen by another user: whether it has changed is not known")
    if same is False:
        raise CannotRunError(
            "the recorded usage has changed since it was frozen",
            where=str(path),
            expected="the bytes that were frozen",
            got="other bytes",
            do="restore it, or start a new case",
        )


def _frozen(data: bytes, plan: RecordedUsage, path: Path) -> Recorded:
    try:
        rows, skipped = read_recorded(data.decode("utf-8"), plan)
    except UnicodeDecodeError as error:
        raise CannotRunError(
            "the recorded usage is not UTF-8 text", where=f"{path}: byte {error.start}"
        ) from None
    except NoColumnError as error:
        raise CannotRunError(
            "the recorded usage has no such column",
            where=str(path),
            expected=f"a column `{error}`, as `usage` in case.toml names it",
            got="a header without it",
            do="correct `usage.at`, `usage.model` or `usage.fields`",
        ) from None
    except NoOffsetError:
        raise CannotRunError(
            "times of the recorded usage state no offset from UTC",
            where=f"{path}: column {plan.at}",
            expected="RFC 3339 with an offset, seconds since 1970, or `usage.utc_offset`",
            got="times of no stated zone",
            do='state it in case.toml, such as utc_offset = "+01:00" (or "Z")',
        ) from None
    except NoTableError as error:
        raise CannotRunError(
            "the recorded usage is no CSV",
            where=f"{path}: line {error}",
            expected="CSV (RFC 4180) with a header, cells of at most 131072 characters",
            got="a quotation that does not end, or a longer cell",
            do="export the columns that `usage` names, and no others",
        ) from None
    if not rows:
        raise CannotRunError(
            "the recorded usage holds no row that tells a count",
            where=str(path),
            expected="CSV with a header, or JSON lines, a row a call",
            got=f"{skipped} rows that tell none",
        )
    return Recorded(path.name, keyed(digest(data)), read_as(plan), rows, skipped)
