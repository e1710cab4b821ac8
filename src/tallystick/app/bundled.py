"""What is shipped beside the package: the example, and the drivers."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from tallystick.app.errors import CannotRunError

_LEFT_OUT = (".venv", "__pycache__", "node_modules")


def copy_out(name: str, target: Path) -> None:
    """Copy `examples/…` or `drivers` to a folder; links become the files they lead to."""
    packaged = Path(str(files("tallystick"))) / "app" / name
    found = packaged if packaged.is_dir() else Path(__file__).parents[3] / name
    with as_file(found) as source:
        ignored = shutil.ignore_patterns(*_LEFT_OUT)
        try:
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
        except (OSError, shutil.Error) as error:
            reason = getattr(error, "strerror", None) or "not everything could be copied"
            raise CannotRunError(f"cannot be written: {reason}", where=str(target)) from None
