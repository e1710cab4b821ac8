"""What is shipped beside the package: the example, and the drivers."""

import shutil
from importlib.resources import files
from pathlib import Path

from tallystick.host.errors import CannotRunError

_LEFT_OUT = (".venv", "__pycache__", "node_modules")


def bundled_bytes(name: str) -> bytes | None:
    """The bytes of a shipped file, such as `packs/cometapi.toml`; None when there is none."""
    path = _place(name)
    return path.read_bytes() if path.is_file() else None


def _place(name: str) -> Path:
    """Inside the installed package, or beside the sources of a checkout."""
    packaged = Path(str(files("tallystick"))) / "shipped" / name
    return packaged if packaged.exists() else Path(__file__).parents[3] / name


def copy_out(name: str, target: Path) -> None:
    """Copy `examples/…` or `drivers` to a folder; links become the files they lead to."""
    ignored = shutil.ignore_patterns(*_LEFT_OUT)
    try:
        shutil.copytree(_place(name), target, dirs_exist_ok=True, ignore=ignored)
    except (OSError, shutil.Error) as error:
        reason = getattr(error, "strerror", None) or "not everything could be copied"
        raise CannotRunError(f"cannot be written: {reason}", where=str(target)) from None
