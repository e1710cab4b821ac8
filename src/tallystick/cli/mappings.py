"""Mappings: the file that says where a log of JSON lines has its parts."""

import tomllib
from pathlib import Path

from tallystick.case.statement import read_toml
from tallystick.engine.files import shown
from tallystick.engine.reading import NDJSON, Reading
from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file
from tallystick.host.talk import print_json, say
from tallystick.intake.formats import detect
from tallystick.intake.formats.lines import objects_in
from tallystick.intake.formats.mapping import Mapping
from tallystick.intake.formats.proposal import as_toml, proposed, tells

_SAMPLE = 1 << 22  # bytes at the front of the log that a proposal is made from


def stated(path: Path) -> Mapping:
    """The mapping that a file states.

    Raises:
        CannotRunError: the file cannot be read, or names nothing that an answer could be told by.
    """
    mapping = read_toml(read_file(path, "mapping"), str(path), Mapping)
    _require_paths(mapping, path)
    return mapping


def propose(captures: list[str], where: Path, as_json: bool) -> None:
    """Write the mapping that the first lines of a log propose; a file that is there stays.

    Raises:
        CannotRunError: the lines tell of no call, or are of a format that no mapping is for; or the
            file exists.
    """
    if len(captures) != 1:
        raise CannotRunError(
            "a mapping is proposed from one file",
            where=", ".join(map(shown, captures)),
            expected="one file of JSON lines",
            got=f"{len(captures)} captures",
            do="name one of them",
        )
    head = Reading(captures[0]).head(_SAMPLE)
    paths = proposed(objects_in(head.decode("utf-8", "replace")))
    form = detect(head)
    other = form.name if form is not None and form.name not in NDJSON else ""
    if other or not tells(paths):
        raise CannotRunError(
            "no mapping can be proposed",
            where=shown(captures[0]),
            expected="JSON lines with a status, an answer or an error of a call",
            got="another format" if other else "none in the first lines",
            do=f"give it without a mapping: it is read as {other}" if other else _BY_HAND,
        )
    text = as_toml(paths)
    try:
        with where.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CannotRunError(
            "this file exists", where=str(where), do="name another one, or remove it"
        ) from None
    except OSError as error:
        raise CannotRunError(
            f"the mapping cannot be written: {error.strerror}",
            where=str(where),
            do="name a file in a folder that may be written to",
        ) from None
    if as_json:
        print_json({"mapping": str(where), "parts": tomllib.loads(text)})
    say(f"{where}: {len(paths)} parts; read it, then: --mapping {where}")


_BY_HAND = "write the mapping by hand: docs/evidence.md has one"


def _require_paths(stated: Mapping, where: Path) -> None:
    """A mapping that finds neither a status nor a body nor an error tells nothing."""
    if not (stated.status or stated.response_body or stated.error or stated.choices):
        raise CannotRunError(
            "this mapping names nothing that an answer could be told by",
            where=str(where),
            expected="at least one of status, response_body, choices or error",
            got=", ".join(n for n in stated.__struct_fields__ if getattr(stated, n)) or "nothing",
            do="add the path of one of them",
        )
