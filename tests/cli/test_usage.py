"""Recorded usage from a file to the handoff; and cases that an earlier version wrote."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tallystick.cli import steps
from tallystick.record.case import FORMAT_VERSION, MANIFEST
from tallystick.record.manifest import build
from tests.cli.conftest import Tallystick
from tests.conftest import EXAMPLE, ROOT, entry, har

SAMPLES = Path(__file__).with_name("samples")
HEAD = 'version = 2\n[incident]\ntitle = "t"\nstart = "2026-06-01T09:00:00Z"\n'
USAGE = (
    '[usage]\nfile = "../ledger.csv"\nat = "ts"\nmodel = "m"\n[usage.fields]\n'
    'tokens = "total_tokens"\nlatency = "latency_checkpoint"\ncost = "internal-estimate"\n'
)
LEDGER = ("ts,m,tokens,latency,cost,who\n"
          "2026-06-01T09:00:00Z,gpt-4o,13,7,0.01,johanna@example.org\n"
          "2026-06-01T09:00:20Z,gpt-4o,{},7,0.01,johanna@example.org\n")  # fmt: skip


def answered(tokens: int, at: int) -> dict[str, Any]:
    body = {
        "id": "i", "object": "chat.completion", "created": 1, "model": "gpt-4o",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"},
                     "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": tokens},
    }  # fmt: skip
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": str(at)}]}
    return entry(200, body, at=at, request=asked)


@pytest.fixture
def case(tmp_path: Path, tallystick: Tallystick) -> Path:
    folder = tmp_path / "case"
    folder.mkdir()
    (tmp_path / "a.har").write_bytes(har([answered(13, 0), answered(30, 20)]))
    (tmp_path / "ledger.csv").write_text(LEDGER.format(30))
    (folder / "case.toml").write_text(f'{HEAD}[evidence]\ncaptures = ["../a.har"]\n{USAGE}')
    added = tallystick(
        "contract", "add", folder, EXAMPLE / "docs" / "chat.md",
        "--url", "https://apidoc.cometapi.com/api/text/chat.md", "--at", "2026-06-02T00:00:00Z",
    )  # fmt: skip
    assert added.code == 0, added.err
    return folder


def test_recorded_usage_is_laid_beside_what_was_answered(
    tallystick: Tallystick, case: Path
) -> None:
    done = tallystick("run", case, "--json")
    found = {f["location"]: f["outcome"] for f in done.json["findings"]}
    assert found["billing.recorded.total_tokens"] == "sound"
    assert found["billing.recorded.latency_checkpoint"] == "unsupported-assumption"
    assert found["billing.internal_estimate"] == "sound"
    states = {a["field"]: a["state"] for a in done.json["accounts"]}
    assert states == {"total_tokens": "agrees", "latency_checkpoint": "internal-estimate"}
    text = (case / "handoff/handoff.md").read_text()
    assert "| during | gpt-4o | `usage.total_tokens` | 2 | 43 | 2 | 43 | agrees |" in text
    assert "| Internal estimate | cost, usage.latency_checkpoint |" in text
    assert "johanna" not in "".join(p.read_text() for p in case.rglob("*.*") if p.is_file())
    assert tallystick("verify", case).code == 0


def test_what_is_printed_is_as_the_published_schema_says(
    tallystick: Tallystick, case: Path
) -> None:
    schema = json.loads((ROOT / "docs/reference/handoff.schema.json").read_bytes())
    for command in ("run", "review", "handoff"):
        jsonschema.validate(tallystick(command, case, "--json").json, schema)


def test_a_difference_is_a_mismatch_of_the_application(tallystick: Tallystick, case: Path) -> None:
    case.with_name("ledger.csv").write_text(LEDGER.format(60))
    done = tallystick("run", case, "--json")
    (found,) = (
        f for f in done.json["findings"] if f["location"] == "billing.recorded.total_tokens"
    )
    assert found["outcome"] == "client-mismatch"
    assert found["reason"] == "what the application recorded is not what the answers state"
    assert not found["settle"]
    assert "43 stated in 2 answers, 73 recorded in 2 rows" in found["observed"]
    assert found["citations"]


@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        ("ts,m,tokens,latency\n1,gpt-4o,2,3\n", "no such column"),
        ("ts,m,tokens,latency,cost\n", "no row"),
        ("ts,m,tokens,latency,cost\n1,gpt-4o,many,3,1\n", "no row"),
        ("ts,m,tokens,latency,cost\n2026-06-01 09:00:00,gpt-4o,2,3,1\n", "no offset"),
        (None, "cannot be read"),
    ],
)
def test_a_ledger_that_tells_nothing_is_refused(
    tallystick: Tallystick, case: Path, ledger: str | None, told: str
) -> None:
    path = case.with_name("ledger.csv")
    path.write_text(ledger) if ledger is not None else path.unlink()
    done = tallystick("intake", case, "--json")
    assert done.code == 2
    assert told in done.json["error"]["what"]


def test_a_ledger_is_frozen_once(tallystick: Tallystick, case: Path) -> None:
    path = case.with_name("ledger.csv")
    path.write_text(f"{path.read_text()},,,,,\n")
    first = tallystick("intake", case)
    assert first.code == 0
    assert "1 rows of ledger.csv" in first.err
    assert tallystick("intake", case).code == 0
    path.write_bytes(b"\xff")
    assert "has changed since" in tallystick("intake", case).err


def test_a_ledger_that_is_no_text_is_refused(tallystick: Tallystick, case: Path) -> None:
    case.with_name("ledger.csv").write_bytes(b"ts\xff")
    assert "byte 2" in tallystick("intake", case).err


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION))
def test_a_case_of_an_earlier_version_is_brought_up(
    tallystick: Tallystick, tmp_path: Path, version: int
) -> None:
    case = tmp_path / "case"
    shutil.copytree(SAMPLES / f"case-v{version}", case)
    before = tallystick("verify", case, "--json")
    assert before.code == 3, before.out
    assert not before.json["problems"]
    assert f"format version {version}" in before.json["unchecked"]
    assert "digests of their raw bytes that are not keyed" in " ".join(before.json["not_checked"])
    stated = (case / "case.toml").read_bytes()
    frozen = (case / "evidence/exchanges.ndjson").read_bytes()
    assert tallystick("review", case, "--json").json["verdict"] == "mismatch"
    assert tallystick("verify", case).code == 0
    assert json.loads((case / MANIFEST).read_bytes())["version"] == FORMAT_VERSION
    assert (case / "case.toml").read_bytes() == stated
    assert (case / "evidence/exchanges.ndjson").read_bytes() == frozen


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION))
def test_a_case_of_an_earlier_version_that_was_changed_is_told(
    tallystick: Tallystick, tmp_path: Path, version: int
) -> None:
    case = tmp_path / "case"
    shutil.copytree(SAMPLES / f"case-v{version}", case)
    path = case / "review.json"
    path.write_text(path.read_text().replace("mismatch", "no-mismatch"))
    assert tallystick("verify", case).code == 1
    assert tallystick("review", case).code == 2


def test_a_case_of_a_later_version_is_refused_and_left_alone(
    tallystick: Tallystick, case: Path
) -> None:
    tallystick("run", case)
    files = json.loads((case / MANIFEST).read_bytes())["files"]
    later = build(files, FORMAT_VERSION + 1)
    (case / MANIFEST).write_bytes(later)
    for command in ("verify", "review", "run"):
        done = tallystick(command, case, "--json")
        assert done.code == 2
        assert done.json["error"]["got"] == str(FORMAT_VERSION + 1)
    assert (case / MANIFEST).read_bytes() == later


def test_figures_that_are_all_estimates_are_named_and_nothing_is_frozen(
    tallystick: Tallystick, case: Path
) -> None:
    usage = '[usage]\nfile = "../ledger.csv"\n[usage.fields]\ncost = "internal-estimate"\n'
    (case / "case.toml").write_text(f'{HEAD}[evidence]\ncaptures = ["../a.har"]\n{usage}')
    done = tallystick("run", case, "--json")
    found = {f["location"]: f["outcome"] for f in done.json["findings"]}
    assert found["billing.internal_estimate"] == "sound"
    assert not (case / "evidence/recorded.json").exists()


def test_a_ledger_that_is_no_table_is_refused_by_its_line(
    tallystick: Tallystick, case: Path
) -> None:
    case.with_name("ledger.csv").write_text(LEDGER + "x" * 200_000)
    done = tallystick("intake", case, "--json")
    assert done.json["error"]["what"] == "the recorded usage is no CSV"
    assert done.json["error"]["where"].endswith("line 4")


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION))
def test_a_step_that_judges_nothing_leaves_no_earlier_judgement(
    tallystick: Tallystick, tmp_path: Path, version: int
) -> None:
    case = tmp_path / "case"
    shutil.copytree(SAMPLES / f"case-v{version}", case)
    with steps.opened(case) as folder:
        steps.take_sources(folder)
    assert not (case / "review.json").exists()
    assert tallystick("verify", case).code == 0
    assert tallystick("review", case).code == 1


def test_a_manifest_of_a_later_form_is_one_of_a_later_version(
    tallystick: Tallystick, case: Path
) -> None:
    tallystick("run", case)
    (case / MANIFEST).write_text(f'{{"version": {FORMAT_VERSION + 1}, "more": {{}}}}')
    done = tallystick("verify", case, "--json")
    assert done.code == 2
    assert "later version" in done.json["error"]["what"]


def test_the_settings_of_environments_are_judged_as_they_are_now(
    tallystick: Tallystick, case: Path
) -> None:
    stated = (case / "case.toml").read_text()
    env = case.with_name("eu.env")
    for header, outcome in (("Api-Key", "client-mismatch"), ("Authorization", "sound"), ("", None)):
        env.write_text(f"LLM_AUTH_HEADER={header}\n")
        more = '[environments.eu]\nsettings = ["../eu.env"]\n' if header else ""
        (case / "case.toml").write_text(stated + more)
        listed = tallystick("run", case, "--json").json["findings"]
        found = [f["outcome"] for f in listed
                 if (f["rule"], f["location"]) == ("environments", "auth.header")]  # fmt: skip
        assert found == ([outcome] if outcome else [])


@pytest.mark.parametrize(
    ("trigger", "start", "verdict"),
    [
        ("usage-mismatch", "2026-06-01T09:00:00Z", "mismatch"),
        ("unexpected-errors", "2026-06-01T09:00:00Z", "undecided"),
        (
            "usage-mismatch",
            "2026-06-01T11:00:00Z",
            "undecided",
        ),  # it differed before, and not in it
    ],
)
def test_what_was_recorded_wrongly_decides_an_incident_of_usage(
    tallystick: Tallystick, case: Path, trigger: str, start: str, verdict: str
) -> None:
    text = (case / "case.toml").read_text()
    head = f'trigger = "{trigger}"\nstart = "{start}"'
    (case / "case.toml").write_text(text.replace('start = "2026-06-01T09:00:00Z"', head))
    case.with_name("ledger.csv").write_text(LEDGER.format(60))
    done = tallystick("run", case, "--json")
    assert done.json["verdict"] == verdict
    if verdict == "mismatch":
        assert "no call failed" in done.json["reason"]


def test_columns_that_were_named_wrongly_are_read_again(tallystick: Tallystick, case: Path) -> None:
    text = (case / "case.toml").read_text()
    (case / "case.toml").write_text(text.replace('"total_tokens"', '"prompt_tokens"'))
    tallystick("run", case)
    (case / "case.toml").write_text(text)
    before = tallystick("review", case, "--json").json["accounts"]
    assert {a["note"] for a in before} == {"not read yet: `tallystick intake` freezes it"}
    after = tallystick("run", case, "--json").json["accounts"]
    assert {a["field"]: a["state"] for a in after}["total_tokens"] == "agrees"
    (case / "case.toml").write_text(text.replace('"total_tokens"', '"usage.total_tokens"'))
    assert tallystick("intake", case).code == 2
    (case / "case.toml").write_text(text[: text.index("[usage]")])
    assert tallystick("review", case, "--json").json["accounts"] == []
