"""The first screen of whole cases, as it was: one for each side, and for what is left undecided.

`TALLYSTICK_GOLDEN=write pytest tests/cli/test_answers.py` writes them anew; read the difference.
"""

import os
from pathlib import Path

import pytest
from bench.cases import score

from tallystick.cli import steps
from tests.cli.conftest import Tallystick

GOLDEN = Path(__file__).parent / "golden"
CASES = (
    "top-logprobs-alone", "temperature-within-range-refused", "usage-required-but-absent",
    "content-null-on-tool-call", "silent-body-size", "conflict-max-tokens-limit",
    "retry-storm-on-400", "tls-issuer-unknown", "edge-524-html", "balance-used-up-403",
    "base-url-left-at-other-vendor", "sound-despite-500-rumour", "stream-cut-before-done",
    "contrast-verbosity",
)  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_first_screen_is_as_it_was(name: str, tallystick: Tallystick, tmp_path: Path) -> None:
    case = tmp_path / "case"
    with score.begun(score.CORPUS / name, case) as held:
        steps.judge(held)
    shown = tallystick("review", case).out.replace(str(tmp_path), "")
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("TALLYSTICK_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown)
    assert shown == path.read_text()
    assert len(shown.splitlines()) <= 25
