"""The command line as a user meets it: real folders, real exit codes, bad input."""

import errno
import json
import os
import sys
import threading
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

from tallystick.case.opening import held
from tallystick.case.statement import read_case
from tallystick.case.store import Folder
from tallystick.cli import main
from tallystick.record.case import CASE_FILE, MANIFEST
from tests.cli.conftest import Done, Tallystick
from tests.conftest import EXAMPLE, REQUEST, ROOT, entry, har

STATEMENT = """
version = 1
[incident]
title = "t"
start = "2026-06-01T08:59:00Z"
[evidence]
captures = ["../capture.har"]
[[sources]]
file = "../chat.md"
url = "https://apidoc.cometapi.com/api/text/chat.md"
captured = "2026-11-21T08:00:00Z"
purpose = "chat API docs"
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case with a capture and a source, and no client."""
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / CASE_FILE).write_text(STATEMENT)
    empty = {"model": "gpt-4o", "messages": []}
    error = {"error": {"message": "m", "code": "invalid_request"}}
    (tmp_path / "capture.har").write_bytes(har([entry(500, error, request=empty)]))
    (tmp_path / "chat.md").write_bytes((EXAMPLE / "docs" / "chat.md").read_bytes())
    return folder


def test_the_demo_finds_everything_by_itself(tallystick: Tallystick, demo_folder: Path) -> None:
    done = tallystick("demo", demo_folder, "--json")
    assert done.code == 0
    found = done.json
    assert found["verdict"] == "mismatch"
    assert found["strength"] == "proved by intervention"
    assert found["isolation"]["causes"][0]["location"] == "error.status.500"
    assert (found["regression"]["result"], found["regression"]["failed_by"]) == (
        "proven",
        "request",
    )
    assert found["classification"]["failure_class"] == "error_contract"
    by_place: dict[str, list[Any]] = {}
    for finding in found["findings"]:
        by_place.setdefault(finding["location"], []).append(finding)
    (messages,) = by_place["request.messages"]
    assert (messages["outcome"], messages["standing"]) == ("client-mismatch", "documented")
    assert messages["explains"]
    retry = next(f for f in by_place["retry.status.500"] if "invalid_request" in f["assumed"])
    assert "retries" in retry["assumed"]
    assert "do not retry" in retry["documented"]
    assert retry["outcome"] == "documents-disagree"
    assert {c["source"] for c in retry["citations"]} == {"S2", "S3"}
    assert "3.0 requests for one failing call" in by_place["retry.amplification"][0]["observed"]
    assert by_place["limit.headers"][0]["outcome"] == "to-verify"
    assert by_place["retry.retry_after"][0]["assumed"].startswith("honoured")
    assert all(f["documented"] == "no source documents it" for f in by_place["billing.usage"])
    stored = {c["source"]: c for f in found["findings"] for c in f["citations"]}
    assert set(stored) <= {"S1", "S2", "S3", "S4"}

    again = tallystick("verify", demo_folder / "case")
    assert again.code == 0, again
    shown = tallystick("run", demo_folder / "case")
    assert shown.code == 1
    assert "kept the measurements" in shown.err
    assert "CONTRACT MISMATCH, caused by the application" in shown.out
    assert "Handoff: " in shown.out


def test_nothing_of_the_capture_reaches_the_demo_case(demo_folder: Path) -> None:
    planted = [b"invoice of October", b"dummy-key", b"fp_tallystick", b"two sentences"]
    for path in (demo_folder / "case").rglob("*"):
        if path.is_file():
            assert not [text for text in planted if text in path.read_bytes()], path


def test_a_new_case_is_made_edited_and_run(tallystick: Tallystick, tmp_path: Path) -> None:
    folder = tmp_path / "incident ü"
    assert tallystick("new", folder).code == 0
    assert tallystick("verify", folder).code == 0
    unfilled = tallystick("run", folder)
    assert unfilled.code == 3
    assert "no start of the incident is given" in unfilled.out
    statement = folder / CASE_FILE
    stated = statement.read_text().replace('start = ""', "start = 2026-11-20T09:00:00Z")
    statement.write_text(stated)
    done = tallystick("run", folder)
    assert done.code == 3
    assert "could not check" in done.err
    assert "no exchange of the incident was captured" in done.out
    assert tallystick("new", folder).code == 2
    assert tallystick("new", tmp_path / "other", "--json").json["case"].endswith("other")


def test_the_steps_one_by_one(tallystick: Tallystick, case: Path) -> None:
    assert tallystick("intake", case, "--json").json["exchanges"] == 1
    assert "request_contract" in tallystick("intake", case).out
    assert len(tallystick("contract", case, "--json").json["clauses"]) > 40
    assert "request.messages" in tallystick("contract", case).out
    assert tallystick("review", case).code == 1
    assert tallystick("review", case, "--json").json["verdict"] == "mismatch"
    assert tallystick("handoff", case).out.startswith("# Contract review: t")
    paths = tallystick("handoff", case, "--json").json["handoff"]
    assert all(Path(path).is_file() for path in paths.values())
    told = tallystick("verify", case, "--json").json
    assert len(told.pop("not_checked")) == 2
    assert told == {"ok": True, "files": 19, "problems": [], "unchecked": ""}


def test_the_lab_command_measures_and_shows(tallystick: Tallystick, case: Path) -> None:
    command = json.dumps([sys.executable, "clients:warm"])
    folder = json.dumps(str(ROOT / "tests" / "lab"))
    client = f'[client]\nmode = "fork"\ncommand = {command}\ndirectory = {folder}\n'
    (case / CASE_FILE).write_text(f"{STATEMENT}\n{client}")
    assert tallystick("contract", case).code == 0
    shown = tallystick("lab", case)
    assert shown.code == 0
    assert "trials (fork, base-url" in shown.out
    assert "required" in shown.out
    found = tallystick("run", case, "--again", "--json").json
    assert found["lab"]["trials"] > 20
    assert tallystick("lab", case, "--json").json["run"]["unavailable"] == ""


def test_any_flipped_byte_is_named(tallystick: Tallystick, case: Path) -> None:
    assert tallystick("run", case).code == 1
    whole = {p: p.read_bytes() for p in case.rglob("*") if p.is_file() and ".tally" not in str(p)}
    assert len(whole) > 10
    for path, data in whole.items():
        for place in {0, len(data) // 2, len(data) - 1} if data else set():
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            done = tallystick("verify", case)
            named = path.relative_to(case).as_posix()
            assert done.code == 1, (named, place)
            assert done.out.startswith(named), (named, place, done.out)
        path.write_bytes(data)
    assert tallystick("verify", case).code == 0


def test_a_derived_file_edited_with_its_digest_is_found(tallystick: Tallystick, case: Path) -> None:
    tallystick("run", case)
    Folder(case).commit({"review.json": b"{}\n"})
    done = tallystick("verify", case)
    assert (done.code, done.out) == (1, "review.json is not what the captured parts give\n")
    Folder(case).commit({"evidence/exchanges.ndjson": b"{}\n"})
    assert tallystick("verify", case).out.startswith("captured parts cannot be judged again")
    Folder(case).commit({"journal.jsonl": b"{}\n"})
    assert tallystick("verify", case).out.startswith("journal.jsonl is broken at line 1")
    assert "cannot be read back" in tallystick("run", case).err


def test_a_changed_record_is_refused_and_never_sealed_anew(
    tallystick: Tallystick, case: Path
) -> None:
    tallystick("run", case)
    path = case / "evidence/exchanges.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"status":500', b'"status":200'))
    for command in ("review", "run", "intake", "handoff"):
        done = tallystick(command, case)
        assert done.code == 2
        assert "exchanges.ndjson: a part of the record has changed" in done.err
    assert tallystick("verify", case).code == 1


@pytest.mark.parametrize(
    "plan", ["junk", '[["0", "../../pwned"]]', '[["../x", "lab/a"]]', '[["0", "/etc/x"]]']
)
def test_a_foreign_commit_plan_moves_nothing(tallystick: Tallystick, case: Path, plan: str) -> None:
    tallystick("run", case)
    staging = case / ".tallystick/next"
    staging.mkdir(parents=True, exist_ok=True)
    (staging / "0").write_text("pwn")
    (case / ".tallystick/commit.json").write_text(plan)
    done = tallystick("review", case)
    assert done.code == 2
    assert "unfinished commit that cannot be trusted" in done.err
    assert tallystick("verify", case).code == 1
    assert (staging / "0").exists()


def test_a_folder_that_cannot_be_written_to_can_be_verified(
    tallystick: Tallystick, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tallystick("run", case)
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert tallystick("verify", case).code == 0
    monkeypatch.setattr(os, "mkdir", refuse)
    assert "cannot be written to" in tallystick("review", case).err


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_what_nobody_foresaw_is_no_traceback(
    tallystick: Tallystick, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("tallystick.cli.steps.judge", fail)
    done = tallystick("review", case)
    assert (done.code, "secret" in done.err) == (2, False)
    assert "ZeroDivisionError" in done.err
    assert "test_cli.py, line" in done.err
    monkeypatch.setattr("tallystick.cli.steps.judge", lambda *_: os.kill(os.getpid(), SIGTERM))
    assert "interrupted" in tallystick("review", case).err


def test_repeats_other_traffic_and_the_order_of_entries(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    def classified(*entries: Any) -> Any:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.har"
        path.write_bytes(har(entries))
        return tallystick("classify", path, path, "--json").json

    good = {"id": "i", "created": 1, "model": "m", "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "x"}}]}  # fmt: skip
    refused = {"error": {"message": "Internal error", "type": "server_error"}}
    once = classified(entry(500, refused))
    assert [group["attempts"] for group in once["groups"]] == [1]
    turned = classified(entry(200, good, at=5), entry(500, refused, at=0))
    assert [group["statuses"] for group in turned["groups"]] == [[500, 200]]
    other = entry(401, None, url="https://corp.example/login", request={"user": "x"})
    assert classified(entry(200, good), other)["failure_class"] == "none"
    page = entry(200, "<html>")
    page["request"] |= {"method": "GET", "url": "https://example.com/"}
    assert "no chat-completions exchange" in classified(page)["reason"]
    stream = {**REQUEST, "stream": True}
    assert classified(entry(200, good, request=stream))["location"] == "stream.content_type"
    sse = entry(200, "data: {}\n\n", mime="text/event-stream")
    assert classified(sse)["location"] == "response.content_type"


def test_evidence_is_frozen_once_and_captures_are_added(tallystick: Tallystick, case: Path) -> None:
    assert tallystick("intake", case, "--json").json["exchanges"] == 1
    (case / CASE_FILE).write_text(
        STATEMENT.replace('"../capture.har"', '"../capture.har", "../b.har"')
    )
    (case.parent / "b.har").write_bytes(har([entry(200, {"choices": []}), entry(200, {}, at=5)]))
    assert tallystick("intake", case, "--json").json["exchanges"] == 3
    assert tallystick("intake", case, "--json").json["exchanges"] == 3
    (case.parent / "b.har").write_bytes(har([entry(200, {})]))
    changed = tallystick("intake", case)
    assert changed.code == 2
    assert "a capture of this name is frozen already" in changed.err
    assert tallystick("verify", case).code == 0


HEAD = '[incident]\ntitle = "t"\nstart = "2026-11-20T09:00:00Z"\n'
BAD: list[tuple[str, dict[str, str], str]] = [
    ("unknown key", {"owner_": '[incident]\ntitle = "t"\nstart = "2026-11-20T09:00:00Z"\nownr = ""'},
     "did you mean `owner`"),
    ("wrong type", {"t": '[incident]\ntitle = 3\nstart = "x"'}, "incident.title"),
    ("no offset", {"t": '[incident]\ntitle = "t"\nstart = "2026-11-20"'}, "RFC 3339"),
    ("no time", {"t": '[incident]\ntitle = "t"\nstart = "then"'}, "no point in time"),
    ("missing", {"t": '[client]\ncommand = []'}, "missing required field `incident`"),
    ("timeout", {"t": HEAD + "[client]\ntimeout_s = nan"}, "client.timeout_s"),
    ("parallel", {"t": HEAD + "[client]\nparallel = -1"}, "client.parallel"),
    ("path", {"t": HEAD + '[operation]\npath = "no slash"'}, "operation.path"),
    ("url", {"t": HEAD + '[[sources]]\nfile = "a"\nurl = "x://y"\ncaptured = "z"'}, "sources[0].url"),
    ("user in url", {"t": HEAD + '[[sources]]\nfile = "a"\nurl = "https://u:p@h"\ncaptured = "z"'},
     "sources[0].url"),
    ("heading", {"t": '[incident]\ntitle = "a\\n# b"\nstart = "2026-11-20T09:00:00Z"'}, "incident.title"),
    ("ends early", {"t": HEAD + 'end = "2026-11-19T09:00:00Z"'}, "ends before it starts"),
    ("empty value", {"t": HEAD + '[[assumptions]]\nlocation = "limit.requests"\nvalue = ""'},
     "assumptions[0].value"),
    ("week date", {"t": '[incident]\ntitle = "t"\nstart = "2026-W47-5T09:00:00Z"'}, "RFC 3339"),
    ("null byte", {"t": HEAD + '[evidence]\ncaptures = ["a\\u0000b"]'}, "evidence.captures[0]"),
    ("no toml", {"t": "["}, "does not parse as TOML"),
    ("no location", {"t": '[incident]\ntitle = "t"\nstart = "2026-11-20T09:00:00Z"\n[[assumptions]]\n'
      'location = "somewhere"\nvalue = "x"'}, "names no location"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [(next(iter(b[1].values())), b[2]) for b in BAD])
def test_a_statement_that_does_not_fit_is_refused(
    tallystick: Tallystick, case: Path, text: str, said: str
) -> None:
    tallystick("run", case)
    before = (case / MANIFEST).read_bytes()
    (case / CASE_FILE).write_text(f"version = 1\n{text}\n")
    done = tallystick("run", case)
    assert done.code == 2
    assert said.lower() in done.err.lower()
    assert CASE_FILE in done.err
    assert done.err.count("\n") == 1
    assert (case / MANIFEST).read_bytes() == before


def test_other_versions_and_bytes_are_refused(tallystick: Tallystick, case: Path) -> None:
    (case / CASE_FILE).write_text(STATEMENT.replace("version = 1", "version = 99"))
    assert "another version" in tallystick("run", case).err
    (case / CASE_FILE).write_bytes(b"\xff")
    assert "not UTF-8" in tallystick("run", case).err


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "cannot be read"),
        (b"{", "HAR 1.2"),
        (b'{"log": {"entries": [{"request": {}, "response": {}}]}}', "$.request of an entry"),
    ],
)
def test_captures_that_are_none_are_refused(
    tallystick: Tallystick, case: Path, data: bytes | None, said: str
) -> None:
    path = case.parent / "capture.har"
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    done = tallystick("run", case, "--json")
    assert done.code == 2
    assert said in json.dumps(done.json["error"])
    assert str(path) in done.json["error"]["where"]
    assert set(done.json["error"]) == {"what", "where", "expected", "got", "do"}


def test_a_specification_that_does_not_parse_keeps_the_evidence(
    tallystick: Tallystick, case: Path
) -> None:
    (case.parent / "chat.md").write_text("````yaml a POST /v1/chat/completions\nopenapi: [\n````\n")
    done = tallystick("run", case)
    assert done.code == 2
    assert "chat.md" in done.err
    assert (case / "evidence/exchanges.ndjson").read_bytes()
    assert tallystick("verify", case).code == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["/no/such/command"], "cannot be started"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "did not finish"),
        ([sys.executable, "-c", "print(1)"], "never reached the lab"),
    ],
)
def test_a_client_that_cannot_be_measured_keeps_the_rest(
    tallystick: Tallystick, case: Path, command: list[str], said: str
) -> None:
    statement = f"{STATEMENT}\n[client]\ncommand = {json.dumps(command)}\ntimeout_s = 1.0\n"
    (case / CASE_FILE).write_text(statement)
    done = tallystick("run", case)
    assert done.code == 2
    assert said in done.err
    assert tallystick("verify", case).code == 0
    assert tallystick("review", case).code == 1
    assert "Could not check" in tallystick("handoff", case).out


def test_a_lab_without_a_command_is_refused(tallystick: Tallystick, case: Path) -> None:
    assert "no client command is declared" in tallystick("lab", case).err


def test_classify_reads_no_case_and_writes_nothing(tallystick: Tallystick, tmp_path: Path) -> None:
    capture, facts = tmp_path / "a.har", tmp_path / "facts.toml"
    capture.write_bytes(har([entry(200, None)]))
    facts.write_text('client = "c"\nsymptom = "KeyError: choices"\n')
    found = tallystick("classify", capture, capture, "--facts", facts, "--json").json
    assert found["failure_class"] == "response_contract"
    assert found["contract_failure"] is True
    assert found["reason"]
    group = found["groups"][0]
    assert {"class", "location", "attempts", "statuses"} <= set(group)
    assert "none" in tallystick("classify", capture).out
    facts.write_text("symptoms = 1\n")
    assert "did you mean `symptom`" in tallystick("classify", capture, "--facts", facts).err.lower()
    assert tallystick("classify", capture, "--facts", tmp_path / "none").code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.har", "facts.toml"]


def test_a_browsers_other_traffic_is_left_out(tallystick: Tallystick, case: Path) -> None:
    page = entry(200, "<html></html>", url="https://app.example/index.html")
    page["request"]["method"] = "GET"
    (case.parent / "capture.har").write_bytes(har([page, entry(200, None)]))
    assert tallystick("intake", case, "--json").json["exchanges"] == 1


PAGES = {
    "errors.md": "| Status | Retry? |\n|---|---|\n| 500 with `error.code: invalid_request` | No |\n",
    "mirror.md": "| Status | Retry? |\n|---|---|\n| 500 | Yes |\n",
}


FULL = ["request.model", "--aspect", "required", "--value", "yes", "--who", "a",
        "--why", "b"]  # fmt: skip


def test_a_conflict_stays_until_one_interpretation_is_recorded(
    tallystick: Tallystick, case: Path
) -> None:
    more = ""
    for name, text in PAGES.items():
        (case.parent / name).write_text(text)
        more += (
            f'[[sources]]\nfile = "../{name}"\nurl = "https://h/{name}"\n'
            'captured = "2026-11-21T08:00:00Z"\n'
        )
    (case / CASE_FILE).write_text(STATEMENT + more)
    failed = {"error": {"message": "m", "code": "invalid_request"}}
    entries = [
        entry(500, failed, at=n, request={"model": "gpt-4o", "messages": []}) for n in (0, 1)
    ]
    (case.parent / "capture.har").write_bytes(har(entries))

    def retries(done: Done) -> Any:
        found = [f for f in done.json["findings"] if f["rule"] == "retry-status"]
        return next(f for f in found if f["location"] == "retry.status.500")

    assert retries(tallystick("run", case, "--json"))["outcome"] == "documents-disagree"
    decide = ("decide", case, "retry.status.500", "--aspect", "retry", "--value", "no", "--who", "on-call",
              "--when", "error.code=invalid_request", "--why", "A malformed request stays so.")  # fmt: skip
    settled = tallystick(*decide, "--json")
    assert retries(settled)["outcome"] == "client-mismatch"
    assert retries(settled)["standing"] == "documented"
    assert not [f for f in settled.json["findings"] if f["outcome"] == "documents-disagree"]
    support = (*decide, "--ticket", "T-1", "--answered", "2026-11-22")
    confirmed = tallystick(*support, "--json")
    assert retries(confirmed)["standing"] == "support-confirmed"
    assert [source["id"] for source in confirmed.json["sources"]] == ["S1", "S2", "S3", "T2"]
    assert len(confirmed.json["decisions"]) == 2
    text = tallystick("handoff", case).out
    assert "| Support ticket | T-1 |" in text
    assert "A malformed request stays so." in text
    assert tallystick("verify", case).code == 0
    against = [word if word != "no" else "yes" for word in decide]
    assert "needs a ticket and its date" in tallystick(*against).err
    ticket = ("--ticket", "T-2", "--answered", "2026-11-23", "--json")
    assert retries(tallystick(*against, *ticket))["outcome"] == "documents-disagree"
    back = (
        "decide",
        case,
        "--who",
        "on-call",
        "--why",
        "T-2 takes it back",
        "--json",
        "--withdraw",
    )
    tallystick(*back, "1")
    assert retries(tallystick(*back, "2"))["outcome"] == "sound"
    for number in "29":
        assert "no decision in force" in tallystick(*back, number).json["error"]["what"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["retry.status.500"], "needs --aspect and --value and --who and --why"),
        (["--value", "no"], "needs LOCATION"),
        (["nowhere", *FULL[1:], "--ticket", "T", "--answered", "2026-11-22"], "no such location"),
        ([*FULL, "--ticket", "T"], "its ticket and its date"),
        ([*FULL, "--ticket", " ", "--answered", "2026-11-22"], "its ticket and its date"),
        ([*FULL, "--ticket", "T", "--answered", "yesterday"], "its ticket and its date"),
        ([*FULL, "--ticket", "T", "--answered", "2999-01-01"], "its ticket and its date"),
        ([*FULL, "--aspect", "x"], "no aspect"),
        ([*FULL, "--value", "maybe"], "yes or no"),
        ([*FULL, "--when", "garbage when!!"], "no condition"),
        ([*FULL, "--why", "use sk-Zq7Xv2Kp9Lw4abcdef"], "looks like a credential"),
        ([*FULL, "--why", "ask maria@example.com"], "looks like a credential"),
        ([*FULL, "--why", "x" * 501], "too long"),
        ([*FULL, "--why", "a\x1b[31m"], "cannot be printed"),
        ([*FULL, "--value", "no"], "no source documents this"),
    ],
)  # fmt: skip
def test_a_decision_that_says_too_little_is_refused(
    tallystick: Tallystick, case: Path, options: list[str], said: str
) -> None:
    tallystick("run", case)
    done = tallystick("decide", case, *options)
    assert done.code == 2
    assert said in done.err
    assert not (case / "journal.jsonl").exists()


def test_usage_errors_help_and_version(tallystick: Tallystick, tmp_path: Path) -> None:
    assert tallystick("frobnicate").code == 2
    assert tallystick("run").code == 2
    assert tallystick("run", "--json").json["error"]["what"].startswith("Missing argument")
    assert "there is no case here" in tallystick("run", tmp_path).err
    assert "no folder" in tallystick("verify", tmp_path / "none").err
    assert tallystick("--version").out.startswith("tallystick ")
    assert "Exit codes" in tallystick("--help").out


def test_a_case_without_a_manifest_cannot_be_verified(tallystick: Tallystick, case: Path) -> None:
    assert "has no manifest" in tallystick("verify", case).err


def test_the_demo_does_not_write_into_a_folder_of_somebody_else(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "notes.txt").write_text("precious")
    assert "holds something else" in tallystick("demo", tmp_path).err
    assert (tmp_path / "case" / "notes.txt").read_text() == "precious"
    assert "holds something else" in tallystick("demo", tmp_path / "case" / "notes.txt").err


def test_two_commands_at_once_are_kept_apart(tallystick: Tallystick, case: Path) -> None:
    inside, release = threading.Event(), threading.Event()

    def hold() -> None:
        with held(case):
            inside.set()
            release.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(10)
    done = tallystick("run", case)
    release.set()
    thread.join()
    assert "another tallystick command" in done.err


def test_captures_become_a_case_whose_start_is_the_first_failing_call(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    path = tmp_path / "calls.har"
    refused = {"error": {"message": "Unsupported parameter", "param": "top_p"}}
    path.write_bytes(har([entry(200, {"choices": []}, at=1), entry(400, refused, at=5)]))
    case = tmp_path / "case"
    made = tallystick("classify", path, "--case", case)
    assert made.code == 0
    assert "began with the first failing call" in made.err
    assert read_case((case / "case.toml").read_bytes(), "").incident.start.startswith(
        "2026-06-01T09:00"
    )
    assert tallystick("status", case, "--json").json["calls"] == 2
    assert tallystick("classify", path, "--case", case).code == 2


def test_a_case_without_a_start_is_reviewed_and_says_what_that_leaves_open(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    path = tmp_path / "error.txt"
    path.write_text("openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit'}}")
    case = tmp_path / "case"
    assert "has no start yet" in tallystick("classify", path, "--case", case).err
    answer = tallystick("run", case, "--json").json["answer"]
    assert any("no start of the incident is given" in line for line in answer["partial"])


def test_a_full_disk_is_named_with_what_to_do() -> None:
    told = main._unforeseen(OSError(errno.ENOSPC, "No space left on device"))
    assert told.paragraph().startswith(
        "the case's folder, or the temporary folder: there is no room to write: No space left"
    )
    assert "run the same command again" in told.paragraph()
