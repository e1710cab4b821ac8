"""Trials as they finish, kept beside the record until the run is whole: `--resume` goes on."""

import os
from typing import IO, Self

import msgspec

from tallystick.host.userstate import authenticator, is_own
from tallystick.host.within import WRITE, Within
from tallystick.lab import Contract
from tallystick.lab.transport import Target
from tallystick.record import Observation, canonical
from tallystick.record.canonical import identity
from tallystick.record.exchange import UnheldError


def run_identity(target: Target, contract: Contract) -> str:
    """What must be the same for finished trials to count: the client, its ways, the contract."""
    how = msgspec.structs.asdict(target)
    return identity(
        {name: repr(value) for name, value in how.items() if name not in _OF_NO_MATTER},
        sorted(contract.stated),
        contract.plain,
        contract.chunk,
    )


_OF_NO_MATTER = ("parallel", "processes", "mark")


TRIALS = ".tallystick/trials.ndjson"


class TrialLog:
    """A file of one observation a line, under the identity of its run."""

    def __init__(self, parts: Within, run: str) -> None:
        self._parts, self._run = parts, run
        self._file: IO[bytes] | None = None
        self._kept = 0

    def known(self) -> tuple[Observation, ...]:
        """The trials that an earlier run of the same identity finished; a line that is torn, or
        that no command of this user wrote, ends them.
        """
        first, *rest = (self._parts.read(TRIALS) or b"").split(b"\n")
        if first != self._run.encode():
            return ()
        found: list[Observation] = []
        for number, line in enumerate(rest[:-1]):
            tag, _, told = line.partition(b" ")
            if not is_own(self._signed(number, told), tag.decode("ascii", "replace")):
                break
            try:
                found.append(msgspec.json.decode(told, type=Observation))
            except (msgspec.DecodeError, UnheldError):
                break
        return tuple(found)

    def begin(self, known: tuple[Observation, ...]) -> None:
        """Start the file anew with what is known."""
        if self._file is not None:
            self._file.close()
        with self._parts.opened(TRIALS, WRITE) as handle:
            self._file = os.fdopen(os.dup(handle), "wb")
        self._file.write(self._run.encode() + b"\n")
        self._kept = 0
        for observation in known:
            self.keep(observation)

    def keep(self, observation: Observation) -> None:
        """Add one observation; it is in the file when this returns."""
        if self._file is not None:
            told = canonical(observation)
            tag = authenticator(self._signed(self._kept, told)).encode()
            self._file.write(tag + b" " + told + b"\n")
            self._file.flush()
            self._kept += 1

    def _signed(self, number: int, told: bytes) -> bytes:
        """What is authenticated of a line: the run and the place that it belongs to, too. A folder
        that somebody sent can bring the file along, and not this user's key.
        """
        return b"%s %d %s" % (self._run.encode(), number, told)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def end(self) -> None:
        """The run is whole: the record holds it now."""
        self._parts.remove(TRIALS)
