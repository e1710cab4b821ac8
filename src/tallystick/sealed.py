"""Check a sealed review without Tallystick: Python 3.9 or newer, the standard library only.

    python verify.py [CASE]     without CASE: in the folder `seal/` of one

Every file must have the digest that manifest.json gives, no file of the record may be missing or
more, none may be anything but a regular file, and the statement must be about these files. A
signature is named, not checked: that needs a library (`tallystick verify CASE --key KEY`, or any
tool that knows DSSE and Ed25519).

A script that lies in the folder that it checks shows little: whoever changed the folder could have
changed the script. Take it from the package of Tallystick (`tallystick/sealed.py`), or compare its
digest with the one that you were given another way.
"""

from __future__ import annotations

import sys

# No module is taken from the folder that this script lies in: anybody may have put one there.
if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]

import hashlib
import json
import os
import stat
from pathlib import Path

FOLDERS = ("evidence", "contract", "lab", "replay", "handoff")
# The results of a review (in-toto, Test Result predicate: PASSED, WARNED or FAILED).
RESULTS = ("PASSED", "WARNED", "FAILED")
FILES = ("case.toml", "journal.jsonl", "review.json", "reviewed.json")


def files(case: Path) -> list[Path]:
    """Every file of the record; raises ValueError where there is a link, a pipe or a device."""
    found = [case / name for name in FILES if os.path.lexists(case / name)]
    for folder in FOLDERS:
        if os.path.lexists(case / folder) and not stat.S_ISDIR((case / folder).lstat().st_mode):
            raise ValueError("a link")
        for top, inner, names in os.walk(case / folder):
            found += [Path(top) / name for name in names]
            if any((Path(top) / name).is_symlink() for name in inner):
                raise ValueError("a link")
    if any(not stat.S_ISREG(path.lstat().st_mode) for path in found):
        raise ValueError("no regular file")
    return found


def problems(case: Path) -> list[str]:
    """Everything that does not hold, one line each."""
    if not stat.S_ISDIR((case / "seal").lstat().st_mode):
        raise ValueError("a link")
    manifest = plain(case / "manifest.json")
    stated = json.loads(manifest)["files"]
    found = {path.relative_to(case).as_posix(): path for path in files(case)}
    wrong = [f"{name}: is missing" for name in sorted(set(stated) - set(found))]
    wrong += [f"{name}: is not in the manifest" for name in sorted(set(found) - set(stated))]
    for name in sorted(set(found) & set(stated)):
        if digest(found[name].read_bytes()) != stated[name]:
            wrong.append(f"{name}: has changed")
    statement = json.loads(plain(case / "seal" / "statement.json"))
    about = {one["name"]: "sha256:" + one["digest"]["sha256"] for one in statement["subject"]}
    if about.pop("manifest.json", "") != digest(manifest):
        wrong.append("seal/statement.json: is about another manifest")
    elif {name: told for name, told in about.items() if name != "seal/verify.py"} != stated:
        wrong.append("seal/statement.json: is about other files")
    return wrong


def plain(path: Path) -> bytes:
    """The bytes of a regular file; raises ValueError for a link, a pipe or a device."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ValueError("no regular file")
    return path.read_bytes()


def digest(data: bytes) -> str:
    """The digest of some bytes, as the manifest writes it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def one_line(text: str) -> str:
    """A text that the folder gives, as one line: what is not printable shows as its escape."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def main(words: list[str]) -> int:
    """Print what was found; 0 when everything holds, 2 when it could not look."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        print("usage: verify.py [CASE]; it checks no signature, and so takes no key")
        return 2
    case = Path(words[0]) if words else Path(__file__).resolve().parent.parent
    try:
        wrong = problems(case)
    except (OSError, ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        print(f"{case}: this is no sealed review ({type(error).__name__})")
        return 2
    for line in wrong:
        print(one_line(line))
    if not wrong:
        told = json.loads(plain(case / "seal" / "statement.json"))["predicate"]["result"]
        result = told if told in RESULTS else "none that is known"
        print(f"every file is as the manifest says; the review's result is {result}")
        if (case / "seal" / "envelope.json").is_file():
            print("there is a signature, which this script does not check")
        print("not checked: this script itself, and whether the case was rolled back")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
