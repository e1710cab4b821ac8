"""Captures of every shape through the commands: what is counted, and that nothing planted stays."""

import json
from pathlib import Path

from tests.cli.conftest import Tallystick
from tests.cli.test_evidence import HEAD
from tests.intake.formats.test_exports import CAPTURES, PLANTED, TEXTS


def test_an_invocation_of_bedrock_is_a_call_of_another_api(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    path = tmp_path / "bedrock.jsonl"
    path.write_text(json.dumps({"schemaType": "ModelInvocationLog", "modelId": "m", "input": {}}))
    assert "1 of bedrock" in tallystick("classify", path, "--json").json["reason"]


def test_nothing_that_was_planted_is_kept_or_printed(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / "case.toml").write_text(HEAD)
    for name, value in CAPTURES.items():
        (tmp_path / name).write_text(json.dumps(value))
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    files = [tmp_path / name for name in (*CAPTURES, *TEXTS)]
    done = tallystick("intake", case, *files, "--json")
    assert done.code == 0, done.err
    assert sum(one["exchanges"] for one in done.json["captures"]) == len(files)
    handed = tallystick("run", case)
    kept = b"".join(path.read_bytes() for path in case.rglob("*") if path.is_file())
    assert PLANTED.encode() not in kept
    assert PLANTED not in done.out + done.err + handed.out + handed.err
