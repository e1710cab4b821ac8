"""One shape for everything that goes wrong: what, where, expected and got, and what to do."""

import msgspec


class CannotRunError(Exception):
    """The command cannot run: bad input or bad usage. Exit code 2."""

    def __init__(
        self, what: str, *, where: str = "", expected: str = "", got: str = "", do: str = ""
    ) -> None:
        super().__init__(what)
        self.problem = Problem(what, where, expected, got, do)


class Problem(msgspec.Struct, frozen=True):
    """The members of `{"error": …}` under `--json`."""

    what: str
    where: str = ""
    expected: str = ""
    got: str = ""
    do: str = ""

    def paragraph(self) -> str:
        """The problem in one paragraph."""
        parts = [f"{self.where}: {self.what}." if self.where else f"{self.what}."]
        if self.expected or self.got:
            parts.append(f"Expected {self.expected or 'something else'}, got {self.got or 'this'}.")
        if self.do:
            parts.append(f"{self.do[:1].upper()}{self.do[1:]}.")
        return " ".join(parts)
