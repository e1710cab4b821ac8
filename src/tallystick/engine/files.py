"""Capture files opened: plain ones, standard input, and what stands in a store."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from tallystick.host.errors import CannotRunError
from tallystick.host.plain import require_ending

# As commands have it that read a file or what is piped into them (POSIX.1, utility conventions).
STANDARD_INPUT = "-"


def shown(path: str) -> str:
    """A path as it may be told: of a URL without user, password and query, which may be keys."""
    scheme, mark, rest = path.partition("://")
    if not mark:
        return path
    host, slash, tail = re.split(r"[?#]", rest)[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{tail}"


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """A file, standard input, or what fsspec can read at a URL (the extra `tallystick[cluster]`).

    Raises:
        CannotRunError: it cannot be opened or read.
    """
    try:
        if path == STANDARD_INPUT:
            yield sys.stdin.buffer
        elif "://" in path:
            with _remote(path) as file:
                yield file
        else:
            require_ending(Path(path))
            with Path(path).open("rb") as local:
                yield local
    except (OSError, ValueError, ImportError) as error:
        raise CannotRunError(
            f"the capture cannot be read: {_reason(path, error)}",
            where=shown(path) or ".",
            do=_step(path, error),
        ) from None


def _step(path: str, error: Exception) -> str:
    """What to do about a capture that cannot be read."""
    if "://" in path:
        return "check the address and who may read it; a URL needs fsspec's package for its kind"
    if isinstance(error, IsADirectoryError):
        return "give the captures in it, one by one"
    return "check the path and its permissions"


@contextmanager
def _remote(path: str) -> Iterator[IO[bytes]]:
    if importlib.util.find_spec("fsspec") is None:
        raise CannotRunError(
            "a capture at a URL needs the extra `cluster`",
            where=shown(path),
            do="install tallystick[cluster], and fsspec's package for this kind of URL",
        )
    import fsspec  # noqa: PLC0415 - an extra

    try:
        file = fsspec.open(path, "rb").open()
    except (OSError, ValueError, ImportError):
        raise
    except Exception as error:  # every kind of store has errors of its own
        raise OSError(type(error).__name__) from error
    with file:
        yield cast("IO[bytes]", _Store(file))


class _Store:
    """A file in a store, whose errors are its own: they become those of a file."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Some bytes."""
        try:
            return bytes(self._file.read(size))
        except (OSError, ValueError):
            raise
        except Exception as error:
            raise OSError(type(error).__name__) from error

    def seek(self, offset: int) -> int:
        """Go to a byte."""
        return int(self._file.seek(offset))


def _reason(path: str, error: Exception) -> str:
    """Why a capture cannot be read. What a store says of it may repeat its URL, keys and all."""
    if isinstance(error, ValueError | ImportError):
        return "nothing here can read such a path"
    if "://" not in path:
        return str(getattr(error, "strerror", "") or type(error).__name__)
    said: BaseException = error
    while said.__cause__ or said.__context__:
        said = said.__cause__ or said.__context__ or said
    return f"the store answered with {getattr(said, 'status', type(said).__name__)}"
