"""Check a sealed review without Tallystick: Python 3.9 or newer, the standard library only.

    python verify.py [CASE]     without CASE: in the folder `seal/` of one

Every file must have the digest that manifest.json gives, no file of the record may be missing or
more, and the statement must be about this manifest. A signature is named, not checked: that needs
a library (`tallystick verify CASE --key KEY`, or any tool that knows DSSE and Ed25519).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

FOLDERS = ("evidence", "contract", "lab", "replay", "handoff")
FILES = ("case.toml", "journal.jsonl", "review.json", "reviewed.json")


def problems(case: Path) -> list[str]:
    """Everything that does not hold, one line each."""
    manifest = (case / "manifest.json").read_bytes()
    stated = json.loads(manifest)["files"]
    found = [name for name in FILES if (case / name).is_file()]
    for folder in FOLDERS:
        held = (path for path in (case / folder).rglob("*") if path.is_file())
        found += [path.relative_to(case).as_posix() for path in held]
    wrong = [f"{name}: is missing" for name in sorted(set(stated) - set(found))]
    wrong += [f"{name}: is not in the manifest" for name in sorted(set(found) - set(stated))]
    for name in sorted(set(found) & set(stated)):
        if "sha256:" + hashlib.sha256((case / name).read_bytes()).hexdigest() != stated[name]:
            wrong.append(f"{name}: has changed")
    statement = json.loads((case / "seal" / "statement.json").read_bytes())
    about = statement["subject"][0]["digest"]["sha256"]
    if about != hashlib.sha256(manifest).hexdigest():
        wrong.append("seal/statement.json: is about another manifest")
    return wrong


def main(words: list[str]) -> int:
    """Print what was found; 0 when everything holds."""
    case = Path(words[0]) if words else Path(__file__).resolve().parent.parent
    try:
        wrong = problems(case)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        print(f"{case}: this is no sealed review ({type(error).__name__})")
        return 2
    for line in wrong:
        print(line)
    if not wrong:
        result = json.loads((case / "seal" / "statement.json").read_bytes())["predicate"]["result"]
        print(f"every file is as the manifest says; the review's result is {result}")
        if (case / "seal" / "envelope.json").is_file():
            print("there is a signature, which this script does not check")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
