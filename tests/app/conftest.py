"""The command line run in this process: arguments in, exit code and output out."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tallystick.app.main import main


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Tallystick = Callable[..., Done]


@pytest.fixture
def tallystick(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tallystick:
    def run(*args: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["tallystick", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run
