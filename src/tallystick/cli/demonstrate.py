"""`demo`: the bundled incident, copied out and reviewed with its real client."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tallystick.case.trusting import remember
from tallystick.host.bundled import copy_out
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import say
from tallystick.record.canonical import digest
from tallystick.record.case import CASE_FILE

NAME = "retry-storm"
CASE = "case"
_CLIENT = ".venv"
_MARK = "installed.txt"
_OURS = ".tallystick-demo"


def prepare(target: Path) -> Path:
    """Copy the bundled incident to `target`, set its client up, and return its case folder.

    Only a folder that is empty, or that an earlier demo made and marked, is written to.

    Raises:
        CannotRunError: the target holds something else, or the client cannot be installed.
    """
    made = target / _OURS
    if target.exists() and not made.is_file() and (not target.is_dir() or any(target.iterdir())):
        raise CannotRunError(
            "this folder holds something else", where=str(target), do="choose another folder"
        )
    target.mkdir(parents=True, exist_ok=True)
    made.write_text("made by `tallystick demo`; its case is made anew each time\n")
    shutil.rmtree(target / CASE, ignore_errors=True)
    copy_out(f"examples/{NAME}", target)
    install_client(target)
    remember(target / CASE, (target / CASE / CASE_FILE).read_bytes())
    return target / CASE


def install_client(folder: Path) -> None:
    """Install the pinned requirements of the example's client, once."""
    requirements = folder / "requirements.txt"
    mark = folder / _CLIENT / _MARK
    wanted = digest(requirements.read_bytes())
    if mark.is_file() and mark.read_text() == wanted:
        return
    say("demo: installing the incident's own client (the pinned openai SDK) …")
    venv.create(folder / _CLIENT, with_pip=True, clear=True)
    python = folder / _CLIENT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own lock file
        [*command, str(requirements)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotRunError(
            "the example's client cannot be installed",
            where=str(requirements),
            got=(done.stderr.strip().splitlines() or ["no message"])[-1],
            do="check that the package registry can be reached, and run this again",
        )
    mark.write_text(wanted)
