"""`intake`, `scan` and `new` with real files, archives, pools and a cluster."""

import gzip
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import zstandard
from bench.traffic import write
from pytest_httpserver import HTTPServer

from tallystick.cli import new
from tallystick.engine.folding import Keys, Pool, Task
from tallystick.host.errors import CannotRunError
from tallystick.host.leaks import Watch
from tallystick.host.plain import read_file
from tallystick.intake import Merger
from tallystick.intake.formats import Piece
from tallystick.record.case import CASE_FILE, EXCHANGES
from tests.cli.conftest import TOOL, Tallystick, started
from tests.conftest import entry, har

HEAD = 'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T09:00:00Z"\n'
OK = {"choices": [{"index": 0, "finish_reason": "stop",
                   "message": {"role": "assistant", "content": "x"}}]}  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "a.har"
    path.write_bytes(har([entry(200, OK), entry(429, {"error": {"message": "slow"}}, at=5)]))
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.har"
    write(path, 40_000_000)
    return path


@pytest.fixture(scope="module")
def profiled(large: Path) -> Any:
    """What one process says of the large capture."""
    return said("scan", large, "--workers", "1")


def said(*words: object) -> Any:
    done = subprocess.run([TOOL, *map(str, words), "--json"], capture_output=True, check=True)
    return json.loads(done.stdout)


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(word) for word in text.split()]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: data])
def test_archives_give_what_the_plain_file_gives(
    tallystick: Tallystick, small: Path, pack: Any
) -> None:
    packed = small.with_name("packed")
    packed.write_bytes(pack(small.read_bytes()))
    done = tallystick("scan", packed, "--json")
    assert done.code == 0
    plain = tallystick("scan", small, "--json").json["profile"]
    assert done.json["profile"]["cells"] == plain["cells"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_an_archive_that_is_cut_off_is_read_up_to_there(
    tallystick: Tallystick, tmp_path: Path, pack: Any
) -> None:
    data = b"\n".join(json.dumps({"id": os.urandom(900).hex(), "litellm_call_id": "a", "call_type": "completion",
                                  "status": "success", "model": "gpt-4o"}).encode() for _ in range(300))  # fmt: skip
    packed = pack(data)
    path = tmp_path / "cut"
    path.write_bytes(packed[: len(packed) // 2])
    done = tallystick("scan", path, "--json")
    (read,) = done.json["captures"]
    assert 50 < read["exchanges"] < 250
    assert "cut off" in json.dumps(read["places"])
    assert "cut off" in done.err or "not JSON" in done.err
    assert tallystick("scan", path, "--strict").code == 2
    path.write_bytes(packed[:40] + b"\0" * 40 + packed[80:])
    assert tallystick("scan", path, "--strict").code == 2


def test_damage_is_counted_named_skipped_and_never_quoted(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    good = json.dumps(
        {"litellm_call_id": "a", "call_type": "completion", "status": "success", "model": "m"}
    )
    bad = '{"litellm_call_id": "secret-in-a-broken-line", '
    path = tmp_path / "log.jsonl"
    path.write_text(f"{good}\n{bad}\n[1]\n{good}\n")
    done = tallystick("scan", path, "--json")
    assert done.code == 0
    (read,) = done.json["captures"]
    assert (read["exchanges"], read["damaged"]) == (2, 2)
    assert read["places"][0] == {"offset": len(good) + 1, "why": "a line that is not JSON"}
    assert "secret" not in done.out + done.err
    strict = tallystick("scan", path, "--strict", "--json")
    assert strict.code == 2
    assert f"byte {len(good) + 1}" in strict.json["error"]["where"]


def test_captures_without_a_chat_are_no_answer(tallystick: Tallystick, tmp_path: Path) -> None:
    path = tmp_path / "other.har"
    other = entry(200, {}, url="https://h.example/x", request={"a": 1})
    path.write_bytes(har([other]))
    done = tallystick("scan", path)
    assert done.code == 3
    assert "could not check" in done.err


def test_bad_usage_is_refused(tallystick: Tallystick, small: Path, tmp_path: Path) -> None:
    text = tmp_path / "x.txt"
    text.write_text("hello")
    broken, archive, binary = (tmp_path / name for name in ("x.json", "x.zip", "x.bin"))
    broken.write_text('{"a":')
    archive.write_bytes(b"PK\x03\x04" + bytes(40))
    binary.write_bytes(bytes(range(1, 9)) + bytes(40))
    mapping = tmp_path / "map.toml"
    mapping.write_text('at = ["t"]\n')
    hours = tmp_path / "hours.toml"
    hours.write_text(f'{mapping.read_text()}duration_unit = "h"\n')
    for words, told in (
        ((text,), "no known format"),
        ((text,), "text without a call"),
        ((broken,), "JSON that is not whole"),
        ((archive,), "an archive"),
        ((binary,), "no text"),
        ((tmp_path / "gone",), "cannot be read"),
        ((small, "--format", "nope"), "no such format"),
        ((small, "--start", "yesterday"), "no point in time"),
        ((small, "--mapping", mapping), "names nothing"),
        ((small, "--mapping", hours), "does not fit"),
        ((small, "--cluster", "tcp://127.0.0.1:1"), "no cluster"),
        (("https://127.0.0.1:1/a.har",), "cannot be read"),
    ):  # fmt: skip
        done = tallystick("scan", *words, "--json")
        assert done.code == 2, words
        assert told in done.json["error"]["what"] + done.json["error"]["got"]
    for path, step in ((archive, "unpack it first"), (text, "of an error paste its class"),
                       (tmp_path, "give the captures in it")):  # fmt: skip
        assert step in tallystick("scan", path, "--json").json["error"]["do"]


def test_a_capture_may_lie_behind_a_url(
    tallystick: Tallystick, small: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/a.har").respond_with_data(small.read_bytes())
    behind = tallystick("scan", httpserver.url_for("/a.har") + "?signature=x", "--json")
    assert behind.code == 0
    assert behind.json["profile"] == tallystick("scan", small, "--json").json["profile"]
    httpserver.expect_request("/held.har").respond_with_data("", status=403)
    httpserver.expect_request("/other.har").respond_with_data("", status=404)
    httpserver.expect_request("/cut.har", method="HEAD").respond_with_data(
        "", headers={"Content-Length": "9000000", "Accept-Ranges": "bytes"}
    )
    httpserver.expect_request("/cut.har", method="GET").respond_with_data("", status=403)
    told_of = {"/other.har": "with 404", "/held.har": "with 403", "/cut.har": "with 403"}
    for path, told in told_of.items():
        refused = tallystick("scan", httpserver.url_for(path) + "?key=secret-of-the-store")
        assert refused.code == 2
        assert told in refused.err
        assert "secret-of" not in refused.err


def test_a_declared_mapping_reads_any_log(tallystick: Tallystick, tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.jsonl", tmp_path / "map.toml"
    mapping.write_text(
        'at = ["ts"]\nduration = ["took"]\nstatus = ["http.status"]\nurl = ["http.url"]\n'
        'request_body = ["in"]\nresponse_body = ["out"]\nrequest_headers = ["headers"]\n'
        'where = { kind = "llm" }\n'
    )
    line = {"kind": "llm", "ts": 1_780_300_800_123, "took": 12, "http": {"status": "200", "url": "https://api.cometapi.com/v1/chat/completions"},
            "in": json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}), "out": OK,
            "headers": {"X-Api-Key": "secret", "Accept": ["a", "b"]}}  # fmt: skip
    log.write_text("\n".join(json.dumps(one) for one in (line, {"kind": "other"}, line)))
    done = tallystick("scan", log, "--mapping", mapping, "--format", "litellm", "--json")
    assert done.code == 0
    done = tallystick("scan", log, "--mapping", mapping, "--json")
    assert done.json["profile"]["exchanges"] == 2
    (cell,) = done.json["profile"]["cells"]
    assert (cell["model"], cell["status"]) == ("gpt-4o", 200)
    assert "secret" not in done.out


def test_a_mapping_is_written_from_a_log_and_reads_it(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    log, where = tmp_path / "app.jsonl.gz", tmp_path / "map.toml"
    line = {"when": "2026-06-01T08:00:00Z", "call": {"code": 429, "to": "https://api.cometapi.com/v1/chat/completions"},
            "sent": {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]},
            "got": {"error": {"message": "slow down", "type": "rate_limit_error", "code": "rate_limited"}}}  # fmt: skip
    log.write_bytes(gzip.compress("\n".join([json.dumps(line)] * 2).encode()))
    done = tallystick("scan", log, "--write-mapping", where, "--json")
    assert done.code == 0
    assert done.json["parts"]["response_body"] == ["got"]
    assert done.json["parts"] == tomllib.loads(where.read_text())
    assert "slow down" not in where.read_text()
    written = where.read_text()
    again = tallystick("scan", log, "--write-mapping", where)
    assert (again.code, where.read_text()) == (2, written)
    assert "this file exists" in again.err
    read = tallystick("scan", log, "--mapping", where, "--json")
    (cell,) = read.json["profile"]["cells"]
    assert (cell["model"], cell["status"]) == ("gpt-4o", 429)


def test_no_mapping_is_written_where_none_can_be(tallystick: Tallystick, tmp_path: Path) -> None:
    notes, where = tmp_path / "notes.md", tmp_path / "map.toml"
    notes.write_text("# nothing here\n")
    for captures, told in (
        ([notes], "no mapping can be proposed"),
        ([notes, notes], "from one file"),
        ([tmp_path / "none"], "cannot be read"),
    ):
        done = tallystick("scan", *captures, "--write-mapping", where)
        assert (done.code, where.exists()) == (2, False)
        assert told in done.err
    har = tmp_path / "one.har"
    har.write_text('{"log": {"version": "1.2", "entries": []}}')
    assert "read as har" in tallystick("scan", har, "--write-mapping", where).err
    log = tmp_path / "log.jsonl"
    log.write_text('{"status": 500, "url": "https://api.cometapi.com/v1/chat/completions"}\n')
    done = tallystick("scan", log, "--write-mapping", tmp_path / "no" / "map.toml")
    assert done.code == 2
    assert "cannot be written" in done.err


def test_intake_takes_files_and_keeps_what_was_frozen(
    tallystick: Tallystick, small: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    assert tallystick("intake", case, small, "--json").json["exchanges"] == 2
    before = (case / "evidence/exchanges.ndjson").read_bytes()
    assert tallystick("intake", case, small, "--json").json["exchanges"] == 2
    copy = small.with_name("copy.har")
    copy.write_bytes(small.read_bytes())
    assert tallystick("intake", case, copy, "--json").json["exchanges"] == 2
    other = small.with_name("b.har")
    other.write_bytes(har([entry(200, OK), entry(500, {}, at=50)]))
    done = tallystick("intake", case, other, "--json")
    assert done.json["exchanges"] == 3
    assert [one["name"] for one in done.json["captures"]] == ["a.har", "b.har"]
    assert (case / "evidence/exchanges.ndjson").read_bytes().startswith(before)
    small.write_bytes(b"changed")
    assert tallystick("intake", case, small).code == 2
    assert tallystick("verify", case).code == 0
    profile = json.loads((case / "evidence/profile.json").read_bytes())
    assert profile["exchanges"] == 3
    assert not (case / ".tallystick/scratch").exists() or not any(
        (case / ".tallystick/scratch").rglob("*")
    )


def test_a_capture_of_no_calls_is_refused_unless_it_may_be(
    tallystick: Tallystick, small: Path, tmp_path: Path
) -> None:
    case, page = tmp_path / "case", tmp_path / "page.har"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    page.write_bytes(har([entry(200, {}, url="https://shop.example/index.html", request={})]))
    refused = tallystick("intake", case, small, page)
    assert refused.code == 2
    assert "nothing in this capture is a call" in refused.err
    assert "page.har" in refused.err
    assert not (case / "evidence").exists()
    kept = tallystick("intake", case, small, page, "--allow-empty", "--json")
    assert [one["exchanges"] for one in kept.json["captures"]] == [2, 0]


def test_calls_that_stand_in_two_captures_are_kept_once_and_told(
    tallystick: Tallystick, small: Path, tmp_path: Path
) -> None:
    case, again = tmp_path / "case", tmp_path / "again.har"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    entries = json.loads(small.read_bytes())["log"]["entries"]
    again.write_bytes(har([*entries, entry(200, OK, at=9)]))
    done = tallystick("intake", case, small, again)
    assert "2 of these calls stand in the captures twice" in done.err
    assert len((case / EXCHANGES).read_text().splitlines()) == 3
    assert "twice" not in tallystick("intake", case, small, again).err


def test_a_capture_is_read_anew_when_its_reader_changes(
    tallystick: Tallystick, small: Path, tmp_path: Path
) -> None:
    case, log, mapping = tmp_path / "case", tmp_path / "log.jsonl", tmp_path / "map.toml"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    request = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}
    line = {"ts": "2026-06-01T09:05:00Z", "url": "https://api.cometapi.com/v1/chat/completions",
            "status": 200, "code_of_gateway": 429, "request": {"body": request},
            "response": {"body": OK}}  # fmt: skip
    log.write_text(json.dumps(line))
    mapping.write_text('at = ["ts"]\nurl = ["url"]\nstatus = ["code_of_gateway"]\n'
                       'request_body = ["request.body"]\nresponse_body = ["response.body"]\n')  # fmt: skip

    def statuses(*words: object) -> tuple[list[int], list[str]]:
        done = tallystick("intake", case, small, log, *words, "--json")
        assert done.code == 0, done
        kept = (case / EXCHANGES).read_text().splitlines()
        read = [json.loads(one)["response"]["status"] for one in kept]
        return sorted(read), sorted(one["format"] for one in done.json["captures"])

    assert statuses() == ([200, 200, 429], ["har", "own"])
    mapped = ([200, 429, 429], ["har", "mapped"])
    assert statuses("--mapping", mapping) == mapped
    assert statuses("--mapping", mapping) == mapped
    assert statuses() == mapped, "what was frozen stays as it was read"
    assert statuses("--format", "own", "--mapping", mapping) == mapped
    assert tallystick("verify", case).code == 0


def test_the_windows_of_a_case_follow_its_statement(
    tallystick: Tallystick, small: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    tallystick("intake", case, small)
    windows = []
    for start in ("2026-06-01T09:00:00Z", "2026-06-01T09:00:02Z"):
        (case / CASE_FILE).write_text(HEAD.replace("2026-06-01T09:00:00Z", start))
        tallystick("review", case)
        cells = json.loads((case / "evidence/profile.json").read_bytes())["cells"]
        windows.append([cell["window"] for cell in cells])
    assert windows == [["during", "during"], ["before", "during"]]


def test_two_processes_say_what_one_says(large: Path, profiled: Any) -> None:
    assert said("scan", large, "--workers", "2") == profiled


def test_a_worker_that_is_killed_changes_nothing(large: Path, profiled: Any) -> None:
    with started(TOOL, "scan", large, "--workers", "2", "--json") as process:
        found: list[int] = []
        while process.poll() is None and len(found) < 2:
            found = children(process.pid)
        os.kill(found[0], signal.SIGKILL)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out) == profiled


class Deadly(Task, frozen=True):
    """A piece that ends whoever reads it."""

    def piece(self) -> Piece:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().piece()


def test_a_piece_that_ends_every_worker_is_given_up() -> None:
    good = [Task(0, n, 0, last=True, format="har", data=har([])) for n in range(1, 6)]
    deadly = Deadly(0, 0, 0, last=True, format="har")
    with pytest.raises(CannotRunError) as refused:
        list(Pool(Keys(b"k"), 2)([deadly, *good]))
    assert "keep ending" in refused.value.problem.what


def test_a_cluster_that_loses_a_worker_says_the_same(large: Path, profiled: Any) -> None:
    with started(sys.executable, Path(__file__).with_name("cluster.py")) as cluster:
        assert cluster.stdout is not None
        about = json.loads(cluster.stdout.readline())
        with started(TOOL, "scan", large, "--cluster", about["address"], "--json") as process:
            victim = about["pids"][0]
            busy = Path(f"/proc/{victim}/stat")
            start = busy.read_text().split()[13]
            while process.poll() is None and busy.read_text().split()[13] == start:
                pass  # until it has worked for a clock tick
            os.kill(victim, signal.SIGKILL)
            out, err = process.communicate(timeout=180)
        cluster.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out) == profiled


def test_a_second_scanner_refuses_what_looks_like_a_secret(
    tallystick: Tallystick, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    real = Merger.attempts

    def leaking(self: Merger, *args: Any) -> Iterator[Any]:
        for attempt in real(self, *args):
            attempt.way.text = attempt.way.text.replace("sk-", "AKIAIOSFODNN7EXAMPLE")
            yield attempt

    monkeypatch.setattr(Merger, "attempts", leaking)
    done = tallystick("intake", case, small, "--json")
    assert done.code == 2
    assert done.json["error"]["got"] == "AWS Access Key"
    assert "AKIA" not in done.out
    assert not (case / "evidence").exists()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"user":"johanna@example.org"}', "an e-mail address"),
        ('{"a":"4111 1111 1111 1111"}', "a long number"),
        ('{"a":"sk-planted0123456789abcdef"}', "an API key"),
        ('{"a":"ghp_abcdefghijklmnopqrstuvwxyz0123456789"}', "Base64 High Entropy String"),
        ('{"body":{"token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk"}}', "JSON Web Token"),
    ],
)
def test_the_scanner_knows_secrets_by_their_forms(text: str, kind: str) -> None:
    with pytest.raises(CannotRunError) as refused:
        Watch().require_clean(text, "evidence/exchanges.ndjson")
    assert refused.value.problem.got == kind
    assert "evidence/exchanges.ndjson" in refused.value.problem.where


def test_nothing_planted_is_in_a_case_or_in_what_is_printed(tmp_path: Path) -> None:
    path, case = tmp_path / "t.har", tmp_path / "case"
    traffic = write(path, 8_000_000, seed=11)
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    done = subprocess.run([TOOL, "intake", case, path], capture_output=True, check=True)
    files = [file.read_bytes() for file in case.rglob("*") if file.is_file()]
    texts = [done.stdout, done.stderr, *files]
    assert sum(traffic.planted.count.values()) > 100
    for place, value in traffic.planted.values.items():
        assert not any(value.encode() in text for text in texts), place


def test_new_takes_the_facts_and_refuses_wrong_ones(tallystick: Tallystick, tmp_path: Path) -> None:
    case = tmp_path / "case"
    done = tallystick(
        "new", case, "--start", "2026-06-01T09:00:00Z", "--trigger", "usage-mismatch", "--retries", "3",
        "--backoff", "exponential", "--service", "chat", "--service", "search", "--request-id", "r1",
        "--json",
    )  # fmt: skip
    assert done.code == 0
    assert tallystick("review", case).code == 3
    handoff = (case / "handoff/handoff.md").read_text()
    for told in ("3; backoff exponential", "chat, search", "usage-mismatch", "| r1 |"):
        assert told in handoff
    assert "| Client library or wrapper | not recorded |" in handoff
    assert tallystick("new", tmp_path / "b", "--trigger", "boredom").code == 2
    assert tallystick("new", tmp_path / "c", "--start", "noon").code == 2
    assert not (tmp_path / "c").exists()


def test_new_asks_on_a_terminal_and_looks_at_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    given = ["noon", "2026-06-01T09:00:00Z", "", "team", "boredom", "", "", "", "2", "", "a, b",
             "", "", ""]  # fmt: skip
    answers = iter(given)
    refused: list[str] = []

    def prompt(_: str, *, value_proc: Callable[[str], object], **__: object) -> object:
        while True:
            try:
                return value_proc(next(answers))
            except typer.BadParameter as error:
                refused.append(str(error))

    monkeypatch.setattr("typer.prompt", prompt)
    facts = new._asked({"client_library": "OpenAI/Python 1.61.0"})
    assert (facts["owner"], facts["services"], facts["changes"]) == ("team", ["a", "b"], [])
    assert facts["start"] == "2026-06-01T09:00:00Z"
    assert ["no point in time" in refused[0], "does not fit" in refused[1]] == [True, True]


def test_a_new_case_takes_from_captures_what_they_show(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    path, root = tmp_path / "a.har", tmp_path / "case"
    failed = {"error": {"code": "invalid_api_key"}}
    agent = {"User-Agent": "OpenAI/Python 1.61.0"}
    path.write_bytes(har([
        entry(200, OK, at=1, sent=agent), *(entry(401, failed, at=n, sent=agent) for n in (5, 9)),
    ]))  # fmt: skip
    done = tallystick("new", root, "--from", path, "--title", "A key was refused", "--json")
    assert done.code == 0
    stated = tomllib.loads((root / CASE_FILE).read_text())["incident"]
    assert stated["title"] == "A key was refused"
    assert (stated["start"], stated["end"]) == (
        "2026-06-01T09:00:05+00:00", "2026-06-01T09:00:09+00:00",
    )  # fmt: skip
    assert stated["client_library"] == "OpenAI/Python 1.61.0"
    assert "2 captured calls" in tallystick("status", root).out
    path.write_bytes(har([entry(200, OK)]))
    tallystick("new", tmp_path / "sound", "--from", path)
    assert not tomllib.loads((tmp_path / "sound" / CASE_FILE).read_text())["incident"]["start"]
    assert tallystick("new", tmp_path / "none", "--from", tmp_path / "gone.har").code == 2
    assert not (tmp_path / "none").exists()


def test_classify_reads_every_format(tallystick: Tallystick) -> None:
    samples = Path(__file__).parents[1] / "intake" / "formats" / "samples"
    done = tallystick(
        "classify", samples / "v-429.merged.txt", samples / "openai-429-retried.yaml", "--json"
    )
    assert done.code == 0
    assert len(done.json["groups"]) == 2


ERROR = (
    b"openai.BadRequestError: Error code: 400 - {'error': {'message': \"Unknown parameter: 'top_k'\","
    b" 'param': 'top_k'}}\n"
)


@pytest.mark.parametrize("words", [("classify", "-"), ("scan", "-", "--workers", "2")])
def test_what_is_piped_in_is_read(words: tuple[str, ...]) -> None:
    for data in (ERROR, gzip.compress(ERROR)):
        done = subprocess.run(
            [TOOL, *words, "--json"], input=data, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert b"top_k" in done.stdout


def test_a_case_is_not_made_of_what_has_no_name(tallystick: Tallystick, tmp_path: Path) -> None:
    done = tallystick("classify", "-", "--case", tmp_path / "case", "--json")
    assert done.code == 2
    assert "standard input has none" in done.json["error"]["what"]
    assert not (tmp_path / "case").exists()


def test_read_file_names_what_is_wrong() -> None:
    with pytest.raises(CannotRunError):
        read_file(Path("\0"), "capture")
