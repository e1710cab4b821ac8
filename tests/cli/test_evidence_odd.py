"""Captures and uses that were found to go wrong: each stays mended."""

import codecs
import gzip
import json
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zstandard
from bench.traffic import write

from tallystick.engine.files import shown
from tallystick.host.leaks import Watch
from tallystick.record.case import CASE_FILE
from tests.cli.conftest import TOOL, Tallystick, ended_by, started
from tests.conftest import THOROUGH, entry, har

HEAD = 'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T09:00:00Z"\n'
MAPPING = 'at = ["ts"]\nstatus = ["status"]\nrequest_body = ["in"]\nresponse_body = ["out"]\nurl = ["url"]\n'
OK: dict[str, Any] = {"choices": [{"index": 0, "finish_reason": "stop",
                   "message": {"role": "assistant", "content": "x"}}]}  # fmt: skip


@pytest.fixture
def empty_case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / CASE_FILE).write_text(HEAD)
    return folder


def log(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def asked(text: str) -> str:
    return json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]})


def scanned(tallystick: Tallystick, *words: object) -> Any:
    done = tallystick("scan", *words, "--json")
    assert done.code == 0, done.err + done.out
    return done.json


def test_calls_of_one_second_in_two_logs_all_count(tallystick: Tallystick, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(MAPPING)
    pods = [log(tmp_path / f"pod-{pod}.jsonl",
                *({"ts": "2026-06-01T09:00:00Z", "status": 200, "in": asked(f"{pod}{n}"), "out": OK}
                  for n in range(20))) for pod in "ab"]  # fmt: skip
    assert scanned(tallystick, *pods, "--mapping", mapping)["profile"]["exchanges"] == 40


def test_the_same_bytes_under_two_names_count_once(
    tallystick: Tallystick, tmp_path: Path, empty_case: Path
) -> None:
    untimed = entry(200, OK)
    del untimed["startedDateTime"]
    one, two = tmp_path / "one.har", tmp_path / "two.har"
    for path in (one, two):
        path.write_bytes(har([untimed]))
    assert scanned(tallystick, one, two)["profile"]["exchanges"] == 1
    done = tallystick("intake", empty_case, one, two, one.parent / "." / "one.har", "--json")
    assert done.json["exchanges"] == 1
    assert tallystick("verify", empty_case).code == 0


def test_usage_and_models_are_alike_with_and_without_a_case(
    tallystick: Tallystick, tmp_path: Path, empty_case: Path
) -> None:
    usage: dict[str, Any] = {"prompt_tokens": 3, "total_tokens": 0}
    path = tmp_path / "a.har"
    models: list[Any] = ["gpt-4o", "acme/x", ["a"], [], {}, {"a": 1}, 5, None, "‹id:3›"]
    path.write_bytes(har([
        entry(200, {**OK, "usage": {**usage, "cost": 0.00123 + n / 1e7}}, at=n,
              request={"model": model, "messages": [{"role": "user", "content": str(n)}]})
        for n, model in enumerate(models)
    ]))  # fmt: skip
    profile = scanned(tallystick, path, "--start", "2026-06-01T09:00:00Z")["profile"]
    tallystick("intake", empty_case, path)
    assert json.loads((empty_case / "evidence/profile.json").read_bytes()) == profile
    assert {use["field"] for use in profile["usage"]} == {"prompt_tokens", "total_tokens", "cost"}
    assert "7000" not in json.dumps([cell["model"] for cell in profile["cells"]])


@pytest.mark.parametrize(
    "name", ["access-20260601-120000.har", "log-1780000000000.har", "2026-06-01-12-00-00.har"]
)
def test_file_names_and_statuses_are_no_secrets(
    tallystick: Tallystick, tmp_path: Path, empty_case: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(har([entry(429, {"error": {"message": "429 429 429 429 429"}})]))
    assert tallystick("intake", empty_case, path).code == 0


def test_keys_in_a_captures_address_are_told_nowhere(
    tallystick: Tallystick, tmp_path: Path, empty_case: Path
) -> None:
    (tmp_path / "a.har?sig=hunter2").write_bytes(har([entry(200, OK)]))
    done = tallystick("intake", empty_case, f"file://{tmp_path}/a.har?sig=hunter2", "--json")
    failed = tallystick("scan", "nosuch://u:hunter2@h/x?sig=hunter2", "--json")
    assert (done.code, failed.code) == (0, 2)
    written = (empty_case / "evidence/captures.json").read_text()
    assert "hunter2" not in done.out + done.err + failed.out + failed.err + written
    assert shown("s3://b/c#d") == "s3://b/c"
    assert shown("/a?b") == "/a?b"


def test_a_cassette_that_refers_to_itself_many_times_ends(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    anchors = "".join(f"    x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    text = (
        f"interactions:\n- request:\n    x0: &a0 [{', '.join('x' * 9)}]\n{anchors}    body: null\n"
        "    headers: {}\n    method: POST\n    uri: https://h/v1/chat/completions\n"
        "  response:\n    body:\n      string: *a8\n    headers: {}\n"
        "    status: {code: 200, message: OK}\nversion: 1\n"
    )
    path = tmp_path / "bomb.yaml"
    path.write_text(text)
    assert tallystick("scan", path, "--json").code == 2


def test_one_odd_interaction_leaves_the_others(tallystick: Tallystick, tmp_path: Path) -> None:
    def interaction(method: object, uri: object) -> dict[str, Any]:
        return {"request": {"method": method, "uri": uri, "body": asked("x"), "headers": {}},
                "response": {"status": {"code": 200}, "headers": {}, "body": {"string": json.dumps(OK)}}}  # fmt: skip

    good = interaction("POST", "https://h/v1/chat/completions")
    odd = [interaction(5, "x"), interaction("POST", None), interaction("POST", ["x"])]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"version": 1, "interactions": [good, *odd]}))
    (read,) = scanned(tallystick, path)["captures"]
    assert (read["exchanges"], read["damaged"]) == (1, 3)


def test_a_packed_capture_with_a_long_entry_is_read_as_quickly(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    text = random.Random(1).randbytes(6_000_000).hex()
    path = tmp_path / "a.har.gz"
    path.write_bytes(gzip.compress(har([entry(200, {**OK, "x": text})] * 2), 1) + b"\0" * 512)
    (read,) = scanned(tallystick, path)["captures"]  # it took minutes once
    assert (read["exchanges"], read["damaged"]) == (2, 0)


def test_laid_out_exports_are_read_whole(tallystick: Tallystick, tmp_path: Path) -> None:
    one = {"id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-06-01T09:00:00Z",
           "model": "gpt-4o", "input": [{"role": "user", "content": "x" * 900}], "level": "DEFAULT"}  # fmt: skip
    for number, (data, indent) in enumerate([({"data": [one] * 5500}, 2), ([one] * 5500, 8)]):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(data, indent=indent))
        (read,) = scanned(tallystick, path)["captures"]
        assert (read["exchanges"], read["damaged"]) == (5500, 0)


def test_pages_before_the_entries_and_events_within_them_do_no_harm(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    pages = [{"startedDateTime": "2026-06-01T09:00:00Z", "title": "x" * 1000}] * 5000
    events = [{"time": 1, "data": "x" * 900}] * 2000
    entries = [{**entry(200, OK, at=n), "_events": events} for n in range(4)]
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "pages": pages, "entries": entries}}))
    (read,) = scanned(tallystick, path)["captures"]
    assert (read["exchanges"], read["damaged"]) == (4, 0)


def test_a_mapping_that_finds_nothing_is_told(tallystick: Tallystick, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    line = {"ts": "2026-06-01T09:00:00Z", "status": 429, "in": asked("x"), "out": {}}
    path = log(tmp_path / "a.jsonl", line, line)
    mapping.write_text(MAPPING.replace('"status"', '"http.nope"'))
    done = tallystick("scan", path, "--mapping", mapping, "--json")
    assert done.code == 2
    assert "neither a status" in done.json["error"]["got"]
    mapping.write_text(MAPPING.replace('"status"', '"ts"'))
    assert tallystick("scan", path, "--mapping", mapping).code == 2
    mapping.write_text(MAPPING.replace('"ts"', '"nope"'))
    untimed = tallystick("scan", path, "--mapping", mapping, "--start", "2026-06-01T09:00:00Z")
    assert "no attempt has a time" in untimed.err


def test_a_log_read_as_another_is_refused(tallystick: Tallystick) -> None:
    kong = Path(__file__).parents[1] / "intake/formats/samples/kong-file-log.jsonl"
    assert tallystick("classify", kong, "--format", "envoy").code == 2


def test_what_a_log_cannot_show_is_not_claimed(tallystick: Tallystick, tmp_path: Path) -> None:
    samples = Path(__file__).parents[1] / "intake/formats/samples"
    for name in ("langfuse-api-v1.jsonl", "litellm.jsonl", "otlp-openllmetry-0.62.jsonl"):
        done = tallystick("classify", samples / name, "--json")
        assert {group["attempts"] for group in done.json["groups"]} == {1}
        assert "not retried at all" not in done.out


def test_wrong_times_are_refused(tallystick: Tallystick, tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(har([entry(200, OK)]))
    for words in (("--start", "2026-06-01T09:00:00"), ("--end", "2026-06-01T09:00:00Z"),
                  ("--start", "2026-06-01T10:00:00Z", "--end", "2026-06-01T09:00:00Z")):  # fmt: skip
        assert tallystick("scan", path, *words).code == 2


def test_nothing_seen_is_no_answer(
    tallystick: Tallystick, tmp_path: Path, empty_case: Path
) -> None:
    path = tmp_path / "none.har"
    path.write_bytes(har([]))
    assert tallystick("classify", path).code == 3
    assert tallystick("intake", empty_case).code == 3


def test_many_calls_are_told_in_few_lines(tallystick: Tallystick, tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(har([entry(200 if n % 3 else 500, OK if n % 3 else {"error": {"message": "x"}}, at=n % 60,
                                request=json.loads(asked(str(n)))) for n in range(200)]))  # fmt: skip
    done = tallystick("classify", path)
    assert len(done.out.splitlines()) < 15
    assert "and 66 alike" in done.out
    assert "133 calls that went well" in done.out


def test_calls_that_failed_in_many_ways_are_told_up_to_a_bound(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(har([entry(400 + n, {"error": {"message": "x"}}, at=n % 60,
                                request=json.loads(asked(str(n)))) for n in range(30)]))  # fmt: skip
    done = tallystick("classify", path)
    assert "alike" not in done.out
    assert "and 10 more failing calls" in done.out


def test_a_full_disk_behind_stdout_is_no_mismatch(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(har([entry(200, OK)]))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([TOOL, "scan", path, "--json"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_long_number_is_told_from_dates() -> None:
    watch = Watch()
    watch.require_clean('{"a":"2026-06-01 12 00 00","b":"429 429 429 429 429"}', "x")


@pytest.fixture(scope="module")
def middling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("middling") / "t.har"
    write(path, 12_000_000)
    return path


@pytest.mark.parametrize("seed", range(8 if THOROUGH else 2))
def test_killing_intake_at_any_moment_leaves_a_case_that_verifies(
    tmp_path: Path, empty_case: Path, middling: Path, seed: int
) -> None:
    first = tmp_path / "first.har"
    first.write_bytes(har([entry(500, {"error": {"message": "x"}})]))
    subprocess.run([TOOL, "intake", empty_case, first], capture_output=True, check=True)
    command = [str(TOOL), "intake", str(empty_case), str(middling), "--workers", "2"]
    chance = random.Random(seed)
    ended_by(command, chance.uniform(0.3, 2.0), chance.choice([signal.SIGKILL, signal.SIGINT]))
    done = subprocess.run([TOOL, "verify", empty_case], capture_output=True, text=True)
    unfinished = "an unfinished commit" in done.stdout
    assert done.returncode == 0 or unfinished, done.stdout + done.stderr
    again = subprocess.run([TOOL, "intake", empty_case, middling], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert subprocess.run([TOOL, "verify", empty_case], capture_output=True).returncode == 0


def test_an_interrupt_while_the_command_loads_ends_it_without_a_traceback(middling: Path) -> None:
    with started(TOOL, "scan", middling) as process:
        loaded = Path(f"/proc/{process.pid}/maps")
        while "msgspec" not in loaded.read_text():
            pass  # until it is among its imports
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert err == b""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_text_with_a_byte_order_mark_is_read_as_what_it_says(
    tallystick: Tallystick, tmp_path: Path, encoding: str
) -> None:
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    plain, marked = tmp_path / "plain.har", tmp_path / "marked.har"
    plain.write_bytes(har([entry(401, {"error": {"code": "invalid_api_key"}})]))
    marked.write_bytes(mark + plain.read_text().encode(encoding))
    found = tallystick("classify", marked, "--json").json
    assert found["failure_class"] == "authentication"
    assert found["location"] == tallystick("classify", plain, "--json").json["location"]


def test_zstandard_may_begin_with_a_frame_to_be_skipped(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    skipped = bytes([0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0]) + b"abcd"
    packed = tmp_path / "a.har.zst"
    packed.write_bytes(skipped + zstandard.compress(har([entry(401, {"error": {"code": "x"}})])))
    assert tallystick("classify", packed, "--json").json["failure_class"] == "authentication"


def test_what_unpacks_to_far_more_than_logs_do_is_damage(
    tallystick: Tallystick, case: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "bomb.har.zst"
    packed.write_bytes(zstandard.compress(har([entry(500, {})])[:-2] + b" " * (40 << 20) + b"]}}"))
    assert packed.stat().st_size < 20_000
    done = tallystick("classify", packed)
    assert done.code == 2
    assert "unpacks to more than 500 times its size" in done.err


def test_a_stream_that_was_saved_without_its_status(tallystick: Tallystick, tmp_path: Path) -> None:
    path = tmp_path / "saved.txt"

    def chunk(finish: str | None, **more: object) -> str:
        choice = {"index": 0, "delta": {"content": "x"}, "finish_reason": finish}
        return f"data: {json.dumps({'choices': [choice], **more})}\n\n"

    path.write_text(f": wait\n\n{chunk(None)}{chunk(None, error={'code': 502, 'message': 'lost'})}")
    found = tallystick("classify", path, "--json").json
    assert (found["failure_class"], found["location"]) == ("error_contract", "stream.error")
    path.write_text(f"{chunk(None)}{chunk('stop')}data: [DONE]\n\n")
    assert tallystick("classify", path, "--json").json["failure_class"] == "none"


CLIENT_WORDS = (
    ("Error: 400 An assistant message with 'tool_calls' must be followed by tool messages", "request_contract"),
    ("XError: Remote sent 400 response: {\"error\": {\"message\": \"bad value\", \"param\": \"stop\"}}", "request_contract"),
    ("Field 'id' is required for type with serial name 'C', but it was missing at path: $\n  at JsonConvertException", "response_contract"),
    ("ERROR [agent] data did not match any variant of untagged enum R\n\nCaused by:\n x", "response_contract"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLIENT_WORDS)
def test_what_clients_print_in_other_languages(
    tallystick: Tallystick, tmp_path: Path, text: str, expected: str
) -> None:
    path = tmp_path / "pasted.txt"
    path.write_text(text)
    assert tallystick("classify", path, "--json").json["failure_class"] == expected


def test_intake_says_how_each_file_was_read(
    tallystick: Tallystick, tmp_path: Path, empty_case: Path
) -> None:
    calls, pictures = tmp_path / "calls.har", tmp_path / "pictures.har"
    calls.write_bytes(har([entry(500, {})]))
    pictures.write_bytes(har([entry(200, {}, url="https://h.example/a.png", request={})]))
    told = tallystick("intake", empty_case, calls, pictures, "--allow-empty").err
    assert "intake: calls.har: read as har: 1 attempt" in told
    assert "intake: pictures.har: read as har: 1 entry passed over" in told
