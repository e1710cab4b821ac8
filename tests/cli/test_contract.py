"""`tallystick contract`: pages added, answered, refreshed, compared and locked."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallystick.case.statement import stated
from tallystick.cli import steps
from tallystick.net import fetch, refreshing
from tallystick.net.addresses import addresses, is_public
from tallystick.net.fetch import Fetched, Follow
from tallystick.record.case import CASE_FILE
from tests.cli.conftest import Done, Tallystick
from tests.cli.pages import Page, moved, page, site
from tests.conftest import EXAMPLE

CHAT = (EXAMPLE / "docs" / "chat.md").read_text()
ERRORS = (EXAMPLE / "docs" / "errors.md").read_text()
OLDER = (EXAMPLE / "docs" / "older-errors.md").read_text()
QUICK = (EXAMPLE / "docs" / "quickstart.md").read_text()
HEAD = 'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T08:00:00Z"\n'
LOGIN = "<!doctype html><title>Log in</title><form><input type='password'></form>"
OTHER = "# Images\n\n````yaml a.json POST /v1/images\nopenapi: 3.1.0\n````\n"


@pytest.fixture
def pages() -> dict[str, Page]:
    return {"/chat.md": page(CHAT), "/errors.md": page(ERRORS)}


@pytest.fixture
def docs(pages: dict[str, Page]) -> Iterator[str]:
    with site(pages) as address:
        yield address


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / CASE_FILE).write_text(HEAD)
    return folder


def test_pages_are_fetched_stored_and_documented(
    tallystick: Tallystick, case: Path, docs: str
) -> None:
    done = tallystick("contract", "add", case, f"{docs}/chat.md", f"{docs}/errors.md",
                      "--purpose", "chat API docs", "--json")  # fmt: skip
    assert done.code == 0, done
    first = done.json["sources"][0]
    assert (first["id"], first["title"], first["content_type"]) == (
        "A1", "Create a chat completion", "text/markdown",
    )  # fmt: skip
    assert (case / first["stored"]).read_bytes() == CHAT.encode()
    standing = {c["standing"] for c in tallystick("contract", case, "--json").json["clauses"]}
    assert standing == {"documented"}
    assert "chat API docs" in tallystick("handoff", case).out
    assert tallystick("verify", case).code == 0


def test_a_saved_page_needs_its_address_and_time(
    tallystick: Tallystick, case: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "chat.md"
    saved.write_text(CHAT)
    assert "needs the address it came from" in tallystick("contract", "add", case, saved).err
    stated = (
        "--url",
        "https://apidoc.cometapi.com/api/text/chat.md",
        "--at",
        "2026-11-21T08:00:00Z",
    )
    assert "A1" in tallystick("contract", "add", case, saved, *stated).out
    assert "Nothing new" in tallystick("contract", "add", case, saved, *stated).out


def test_what_others_generated_documents_nothing(
    tallystick: Tallystick, case: Path, docs: str
) -> None:
    tallystick("contract", "add", case, f"{docs}/errors.md", "--grade", "generated")
    standing = {c["standing"] for c in tallystick("contract", case, "--json").json["clauses"]}
    assert standing == {"to-verify"}


@pytest.mark.parametrize(
    "given",
    [
        (page(""), "the page is empty"),
        (page(LOGIN, "text/html"), "this is a login page"),
        (page("x", status=401), "the page wants a login"),
        (page("x", status=500), "the page was not served"),
        (page("<!doctype html><p>hello", "text/html"), "this is HTML where Markdown"),
        (moved("/chat.md"), "the page is elsewhere"),
        (page(OTHER), "the page of another operation"),
        (page("````yaml a POST /v1/chat/completions\nopenapi: [\n````\n"), "does not parse"),
        (page(b"\xff\xfe"), "not UTF-8"),
    ],
)
def test_pages_that_are_none_are_refused(
    tallystick: Tallystick, case: Path, pages: dict[str, Page], docs: str, given: tuple[Page, str]
) -> None:
    served, said = given
    pages["/page.md"] = served
    done = tallystick("contract", "add", case, f"{docs}/chat.md", f"{docs}/page.md")
    assert done.code == 2
    assert said in done.err
    assert not (case / "contract/sources").exists(), "nothing is recorded, also not of the others"


def test_redirects_are_followed_only_when_told_and_never_to_private_addresses(
    tallystick: Tallystick, case: Path, pages: dict[str, Page], docs: str
) -> None:
    pages["/old.md"] = moved("/chat.md")
    pages["/ftp.md"] = moved("ftp://h/x")
    pages["/loop.md"] = moved("/loop.md")
    assert (
        "private address" in tallystick("contract", "add", case, f"{docs}/old.md", "--follow").err
    )
    told = ("--follow", "--allow-private", "--json")
    found = tallystick("contract", "add", case, f"{docs}/old.md", *told).json["sources"][0]
    assert found["final_url"] == f"{docs}/chat.md"
    assert "no web address" in tallystick("contract", "add", case, f"{docs}/ftp.md", *told).out
    assert "from one address" in tallystick("contract", "add", case, f"{docs}/loop.md", *told).out


def test_what_is_too_large_too_slow_or_away_is_refused(
    tallystick: Tallystick, case: Path, docs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "could not be fetched: ConnectError" in tallystick(
        "contract", "add", case, "http://127.0.0.1:9/x.md").err  # fmt: skip
    monkeypatch.setattr(fetch, "MAX_BYTES", 10)
    assert "too large" in tallystick("contract", "add", case, f"{docs}/chat.md").err
    monkeypatch.undo()
    monkeypatch.setattr(fetch, "TOTAL_S", -1.0)
    assert "takes too long" in tallystick("contract", "add", case, f"{docs}/chat.md").err


def test_what_is_not_public() -> None:
    private = ("127.0.0.1", "10.0.0.1", "::1", "169.254.1.1", "224.0.0.1", "::ffff:10.0.0.1",
               "64:ff9b::a00:1", "2002:a00:1::", "64:ff9b:1::1", "100.64.0.1", "100:0:0:1::1",
               "2620:4f:8000::1", "4000::1", "168.63.129.16", "192.175.48.1")  # fmt: skip
    assert [is_public(one) for one in private] == [False] * len(private)
    assert [is_public(one) for one in ("8.8.8.8", "64:ff9b::808:808")] == [True, True]
    assert addresses("no-such-host.invalid") == ()


def test_a_name_that_leads_elsewhere_at_the_connection_is_not_followed(
    tallystick: Tallystick, case: Path, docs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback stands in for a name that resolves publicly first and privately afterwards."""
    port, asked = docs.rpartition(":")[2], []

    def resolve(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        first = asked.count("docs.example") == 1
        place = ("127.0.0.1" if first else "127.0.0.9") if host == "docs.example" else host
        return [(2, 1, 6, "", (place, int(port)))]

    monkeypatch.setattr("tallystick.net.addresses.socket.getaddrinfo", resolve)
    url = f"http://docs.example:{port}/chat.md"
    assert tallystick("contract", "add", case, url).code == 0
    assert asked[0] == "docs.example"
    assert "docs.example" not in asked[1:], "the name is asked for once"


def test_a_refresh_tells_drift_clause_by_clause(
    tallystick: Tallystick, case: Path, pages: dict[str, Page], docs: str
) -> None:
    tallystick("contract", "add", case, f"{docs}/chat.md", f"{docs}/errors.md")
    same = tallystick("contract", "refresh", case, "--allow-private")
    assert same.code == 0
    assert same.out.count("same") == 2
    pages["/errors.md"] = page(OLDER)
    drifted = tallystick("contract", "refresh", case, "--allow-private", "--json")
    assert drifted.code == 1
    changes = [c for s in drifted.json["sources"] for c in s["changes"] if c["kind"] != "same"]
    assert {c["kind"] for c in changes} >= {"removed"}
    assert any(c["location"] == "retry.status.500" for c in changes)
    old = tallystick("contract", case, "--json").json["clauses"]
    assert {c["standing"] for c in old if c["citation"]["source"] == "A2"} == {"stale"}
    pages["/errors.md"] = page("gone", status=404)
    away = tallystick("contract", "refresh", case, "--allow-private")
    assert away.code == 3
    assert "could-not-check" in away.out
    assert tallystick("verify", case).code == 0
    assert "the last refresh saw 1 of 2 pages" in tallystick("handoff", case).out


def test_watching_needs_no_case(
    tallystick: Tallystick, pages: dict[str, Page], docs: str, tmp_path: Path
) -> None:
    listed, state = tmp_path / "watch.toml", tmp_path / "state"
    listed.write_text(f'[[sources]]\nurl = "{docs}/errors.md"\npurpose = "errors"\n')
    words = ("contract", "watch", listed, "--state", state, "--allow-private")
    assert tallystick(*words).code == 0
    assert tallystick(*words).code == 0
    pages["/errors.md"] = page(ERRORS.replace("| `429`  ", "| `418`  "))
    drifted = tallystick(*words)
    assert drifted.code == 1
    assert "retry.status.429" in drifted.out
    pages["/errors.md"] = page("", status=503)
    assert tallystick(*words).code == 3
    (state / "watched.json").write_text("{")
    assert "last captures cannot be read" in tallystick(*words).err
    listed.write_text("sources = []\n")
    assert "names no page" in tallystick(*words).err


def test_a_support_answer_makes_several_statements_and_one_against_a_page_is_a_conflict(
    tallystick: Tallystick, case: Path, docs: str
) -> None:
    tallystick("contract", "add", case, f"{docs}/errors.md")
    words = ("contract", "support", case, "--who", "on-call", "--says", "It will not pass.",
             "--settles", "retry.status.500:retry=no@error.code=invalid_request",
             "--settles", "retry.status.503:retry=yes")  # fmt: skip
    done = tallystick(*words, "--date", "2026-11-21", "--ticket", "T-1", "--json")
    assert done.code == 0, done
    assert [e["when"] for e in done.json["entries"]] == ["error.code=invalid_request", ""]
    clauses = tallystick("contract", case, "--json").json["clauses"]
    assert [c["location"] for c in clauses if c["citation"]["source"][0] == "T"] == [
        "retry.status.500", "retry.status.503",
    ]  # fmt: skip
    torn = {c["location"] for c in clauses if c["standing"] == "conflicting"}
    found = tallystick("review", case, "--json").json["findings"]
    assert {f["location"] for f in found if f["rule"] == "documents-disagree"} == torn
    assert "ticket and its date" in tallystick(*words, "--date", "2026-11-21", "--ticket", " ").err
    assert "ticket and its date" in tallystick(*words, "--date", "soon", "--ticket", "T").err
    bad = tallystick(*words, "--settles", "nonsense", "--date", "2026-11-21", "--ticket", "T-2")
    assert "names no statement" in bad.err
    assert b"T-2" not in (case / "journal.jsonl").read_bytes()


def said(tallystick: Tallystick, case: Path, settles: str, ticket: str, date: str) -> Done:
    return tallystick("contract", "support", case, "--who", "on-call", "--says", "It is so.",
                      "--settles", settles, "--ticket", ticket, "--date", date)  # fmt: skip


def torn(tallystick: Tallystick, case: Path) -> set[str]:
    clauses = tallystick("contract", case, "--json").json["clauses"]
    return {c["location"] for c in clauses if c["standing"] == "conflicting"}


CODED = "# Errors\n\n| Status | Code | Retry |\n|---|---|---|\n| 503 | `invalid_request` | No |\n| 503 | other | Yes |\n"


def test_what_is_said_after_a_decision_was_not_decided_on(
    tallystick: Tallystick, case: Path, tmp_path: Path
) -> None:
    """A later answer, and a later page, against a decision are a conflict until it is made anew."""
    page = tmp_path / "e.md"
    page.write_text("# Errors\n\n| Status | Retry |\n|---|---|\n| 503 | Yes |\n")
    at = ("--url", "https://h.example/e.md", "--at", "2026-11-26T00:00:00Z")
    tallystick("contract", "add", case, page, *at)
    said(tallystick, case, "retry.status.503:retry=no", "T-1", "2026-11-26")
    assert torn(tallystick, case) == {"retry.status.503"}
    decision = ("decide", case, "retry.status.503", "--aspect", "retry", "--who", "lead", "--why",
                "they said so")  # fmt: skip
    first = tallystick(*decision, "--value", "no", "--ticket", "T-1", "--answered", "2026-11-26")
    assert first.code in (0, 1, 3), first
    assert torn(tallystick, case) == set()
    again = ("--url", "https://h.example/e.md", "--at", "2026-11-27T00:00:00Z")
    tallystick("contract", "add", case, page, *again)  # it says what it said
    assert torn(tallystick, case) == set()
    said(tallystick, case, "retry.status.503:retry=yes", "T-2", "2026-11-28")
    assert torn(tallystick, case) == {"retry.status.503"}
    assert "documents-disagree" in tallystick("review", case, "--json").out
    tallystick(*decision, "--value", "yes", "--ticket", "T-3", "--answered", "2026-11-28")
    assert torn(tallystick, case) == {"retry.status.503"}  # two decisions, each against the other


@pytest.mark.parametrize(
    ("settles", "clashes"),
    [("retry=yes@model=gpt-4.1", True), ("retry=no@error.code=upstream_error", True),
     ("retry=yes@error.code=upstream_error", False), ("retry=no@error.code=invalid_request", False)],
)  # fmt: skip
def test_a_support_answer_is_against_all_that_it_touches(
    tallystick: Tallystick, case: Path, tmp_path: Path, settles: str, clashes: bool
) -> None:
    """A condition of another kind may hold at once; `otherwise` holds of what a page does not name."""
    page = tmp_path / "e.md"
    page.write_text(CODED)
    at = ("--url", "https://h.example/e.md", "--at", "2026-11-26T00:00:00Z")
    tallystick("contract", "add", case, page, *at)
    said(tallystick, case, f"retry.status.503:{settles}", "T-1", "2026-11-26")
    assert torn(tallystick, case) == ({"retry.status.503"} if clashes else set())


ENVIRONMENTS = """
[environments.production]
settings = ["../prod.env"]
[environments.staging]
production = false
settings = ["../staging.yaml"]
[[comparison.rewrites]]
prefix = "/llm"
becomes = "/v1"
"""


def test_the_two_columns_with_each_environments_settings(
    tallystick: Tallystick, case: Path, docs: str, pages: dict[str, Page], tmp_path: Path
) -> None:
    secret = "sk-Zq7Xv2Kp9Lw4"
    pages["/quick.md"] = page(QUICK)
    (case / CASE_FILE).write_text(HEAD + ENVIRONMENTS)
    (tmp_path / "prod.env").write_text(
        f"COMETAPI_BASE_URL=https://api.cometapi.com/v1\nCOMETAPI_KEY={secret}\nAUTH_HEADER=Authorization\n"
    )
    (tmp_path / "staging.yaml").write_text(
        "llm:\n  base_url: https://gw.internal.example/llm\n  auth-header: X-Anna\n"
    )
    tallystick("contract", "add", case, f"{docs}/chat.md", f"{docs}/quick.md", f"{docs}/errors.md")
    done = tallystick("contract", "diff", case, "--json")
    assert done.code == 1
    lines = {line["location"]: line for line in done.json["lines"]}
    base = lines["endpoint.base_url"]
    assert base["state"] == "differs"
    assert base["environments_differ"] is True
    assert base["environments"][0] == ["production", "https://api.cometapi.com/v1"]
    assert "gw.internal" not in done.out
    assert lines["auth.header"]["environments"][1] == ["staging", "‹value›"]
    assert [t["kept"] for t in done.json["targets"]] == [True, True]
    shown = tallystick("contract", "diff", case)
    assert "arrives as /v1/chat/completions: is the documented path" in shown.out
    for path in case.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes()
    assert tallystick("verify", case).code == 0


def test_a_rewrite_that_loses_the_path_is_found(
    tallystick: Tallystick, case: Path, tmp_path: Path
) -> None:
    (case / CASE_FILE).write_text(HEAD + ENVIRONMENTS.replace('becomes = "/v1"', 'becomes = "/v2"'))
    (tmp_path / "prod.env").write_text("A_BASE_URL=https://api.cometapi.com/v1\n")
    (tmp_path / "staging.yaml").write_text("base_url: https://api.cometapi.com/llm\n")
    done = tallystick("contract", "diff", case)
    assert done.code == 1
    assert "/v2/chat/completions: is not the documented path" in done.out


@pytest.mark.parametrize(
    ("name", "text"), [("a.toml", "= 1"), ("a.json", "{"), ("a.yaml", "a: [1"), ("a.env", b"\xff")]
)
def test_settings_that_do_not_parse_are_named_without_their_text(
    tallystick: Tallystick, tmp_path: Path, name: str, text: str | bytes
) -> None:
    lock = tmp_path / "l.toml"
    lock.write_text("version = 1\n")
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = tallystick("contract", "check", lock, path)
    assert done.code == 2
    assert "settings file cannot be read" in done.err


def test_the_lockfile_is_written_loaded_and_checked(
    tallystick: Tallystick, case: Path, docs: str, pages: dict[str, Page], tmp_path: Path
) -> None:
    out, settings = tmp_path / "contract.lock.toml", tmp_path / "app.json"
    pages["/quick.md"] = page(QUICK)
    assert "no statement stands" in tallystick("contract", "lock", case, "--out", out).err
    tallystick("contract", "add", case, f"{docs}/chat.md", f"{docs}/quick.md", f"{docs}/errors.md")
    assert tallystick("contract", "lock", case, "--out", out).code == 0
    locked = tomllib.loads(out.read_text())
    assert locked["endpoint"]["base_url"]["value"] == "https://api.cometapi.com/v1"
    assert locked["auth"]["scheme"]["value"] == "Bearer"
    assert locked["request"]["required"] == ["messages", "messages[].role", "model"]
    rule = {"status": "429", "when": "", "retry": "yes", "source": "A3"}
    assert rule in locked["errors"]["retry"]
    assert tallystick("contract", "lock", case, "--out", out, "--json").json["contract"] == locked
    settings.write_text(json.dumps({"base_url": "https://api.cometapi.com/v1/"}))
    assert tallystick("contract", "check", out, settings).code == 0
    settings.write_text(json.dumps({"base_url": "https://api.cometapi.com"}))
    wrong = tallystick("contract", "check", out, settings)
    assert wrong.code == 1
    assert "endpoint.base_url: expected https://api.cometapi.com/v1" in wrong.out
    settings.write_text("{}")
    assert tallystick("contract", "check", out, settings, "--json").json["mismatches"]
    other = tmp_path / "mine.toml"
    other.write_text("a = 1\n")
    assert "no lockfile of ours" in tallystick("contract", "lock", case, "--out", other).err
    assert "no lockfile of this version" in tallystick("contract", "check", other, settings).err
    assert "cannot be written" in tallystick("contract", "lock", case, "--out", "/no/such/x").err


def test_a_pack_is_stale_until_pages_are_fetched(tallystick: Tallystick, case: Path) -> None:
    shown = tallystick("contract", "pack", case)
    assert "Pack cometapi" in shown.out
    clauses = tallystick("contract", case, "--json").json["clauses"]
    assert {c["standing"] for c in clauses} == {"stale"}
    assert len(clauses) >= 15
    stored = case / tallystick("contract", "pack", case, "--json").json["sources"][0]["stored"]
    data = stored.read_bytes()
    for clause in clauses:
        cited = clause["citation"]
        assert data[cited["start"] : cited["end"]].decode() == cited["quotation"]
        assert clause["value"] in cited["quotation"]
    assert tallystick("contract", "lock", case, "--out", case.parent / "l.toml").code == 2
    assert "no such pack" in tallystick("contract", "pack", case, "--name", "../x").err
    assert tallystick("verify", case).code == 0


def test_an_index_names_the_pages_that_concern_the_operation(
    tallystick: Tallystick, tmp_path: Path, pages: dict[str, Page], docs: str
) -> None:
    index = (
        "# Docs\n\n- [Create a chat completion](https://h/api/text/chat.md): answers\n"
        "- [Handle error codes](https://h/errors.md)\n- [Make a video](https://h/video.md)\n- broken\n"
    )
    pages["/llms.txt"] = page(index, "text/plain")
    found = tallystick("contract", "index", f"{docs}/llms.txt", "--json").json["pages"]
    assert [entry["url"] for entry in found] == [
        "https://h/api/text/chat.md",
        "https://h/errors.md",
    ]
    saved = tmp_path / "llms.txt"
    saved.write_text("# Nothing\n")
    assert tallystick("contract", "index", saved).code == 3


def test_pages_of_another_kind_could_not_be_checked(
    tallystick: Tallystick, case: Path, pages: dict[str, Page], docs: str
) -> None:
    pages["/errors"] = page(ERRORS)
    pages["/page.html"] = page("<!doctype html><p>old", "text/html")
    tallystick("contract", "add", case, f"{docs}/errors", f"{docs}/page.html")
    pages["/errors"] = page("<!doctype html><p>app", "text/html")
    pages["/page.html"] = page("<!doctype html><p>new", "text/html")
    done = tallystick("contract", "refresh", case, "--allow-private")
    assert done.code == 1
    assert "the page is of another kind now" in done.out
    assert "a person must look" in done.out


def test_a_watched_page_that_changes_its_kind_goes_on(
    tallystick: Tallystick, pages: dict[str, Page], docs: str, tmp_path: Path
) -> None:
    listed, state = tmp_path / "watch.toml", tmp_path / "state"
    listed.write_text(f'[[sources]]\nurl = "{docs}/page"\n')
    words = ("contract", "watch", listed, "--state", state, "--allow-private")
    pages["/page"] = page("````yaml a POST /v1/chat/completions\nopenapi: 3.1.0\npaths:\n"
                          "  /v1/chat/completions:\n    post: {}\n````\n")  # fmt: skip
    assert tallystick(*words).code == 0
    pages["/page"] = page(ERRORS)
    assert tallystick(*words).code in (1, 3)
    assert tallystick(*words).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "https://h/x", "--at", "soon"), "no time at which a page"),
        (("--url", "https://h/x", "--at", "2026-11-21T08:00:00"), "no time at which a page"),
        (("--url", "https://h/x", "--at", "2099-01-01T00:00:00Z"), "no time at which a page"),
        (("--url", "not a url", "--at", "2026-11-21T08:00:00Z"), "no web address"),
        (("--url", "https://u:p@h/x", "--at", "2026-11-21T08:00:00Z"), "may be a credential"),
    ],
)
def test_what_is_said_of_a_saved_page_is_checked_first(
    tallystick: Tallystick, case: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    saved = tmp_path / "errors.md"
    saved.write_text(ERRORS)
    done = tallystick("contract", "add", case, saved, *words)
    assert done.code == 2
    assert said in done.err
    assert not (case / "contract/sources").exists()


def test_an_address_with_a_key_is_refused_and_not_printed(
    tallystick: Tallystick, case: Path, docs: str
) -> None:
    done = tallystick("contract", "add", case, f"{docs}/chat.md?token=sk-hunter2secret")
    assert done.code == 2
    assert "hunter2" not in done.err


def test_a_support_answer_that_names_one_unknown_place_records_nothing(
    tallystick: Tallystick, case: Path, docs: str
) -> None:
    tallystick("contract", "add", case, f"{docs}/errors.md")
    done = tallystick("contract", "support", case, "--who", "x", "--says", "y", "--date", "2026-11-21",
                      "--ticket", "T", "--settles", "retry.status.500:retry=no",
                      "--settles", "request.foo_bar:exists=yes")  # fmt: skip
    assert done.code == 2
    assert "--settles request.foo_bar" in done.err
    assert not (case / "journal.jsonl").exists()


def test_without_a_locked_base_url_its_host_counts_and_nothing_is_no_agreement(
    tallystick: Tallystick, case: Path, docs: str, tmp_path: Path
) -> None:
    out, settings = tmp_path / "l.toml", tmp_path / "a.env"
    tallystick("contract", "add", case, f"{docs}/chat.md")
    tallystick("contract", "lock", case, "--out", out)
    settings.write_text(
        "LLM_BASE_URL=https://api.cometapi.com/v1\nAPP_BASE_URL=https://w.example\n"
    )
    assert tallystick("contract", "check", out, settings).code == 0
    settings.write_text("LLM_BASE_URL=https://evil.example/v9\n")
    assert tallystick("contract", "check", out, settings).code == 1
    settings.write_text("LLM_BASE_URL=https://a.example\nOPENAI_BASE_URL=https://b.example\n")
    assert "state different values" in tallystick("contract", "check", out, settings).err
    settings.write_text("LLM_BASE_URL=https://api.cometapi.com/v1\nAUTH_SCHEME=Digest\n")
    assert "auth.scheme: expected Bearer" in tallystick("contract", "check", out, settings).out
    settings.write_text("what is this\n")
    assert "cannot be read" in tallystick("contract", "check", out, settings).err
    out.write_text("version = 1\nendpoint = 3\n")
    assert "no lockfile of this version" in tallystick("contract", "check", out, settings).err


def test_an_interrupted_refresh_keeps_what_came_and_says_how_many(
    tallystick: Tallystick,
    case: Path,
    docs: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tallystick("contract", "add", case, f"{docs}/chat.md", f"{docs}/errors.md")
    real, asked = fetch.fetch, list[str]()

    def interrupted(url: str, follow: Follow) -> Fetched:
        asked.append(url)
        if len(asked) > 1:
            raise KeyboardInterrupt
        return real(url, follow)

    monkeypatch.setattr(refreshing, "fetch", interrupted)
    with steps.opened(case) as folder, pytest.raises(KeyboardInterrupt):
        refreshing.refresh(folder, stated(folder), Follow(private=True))
    assert "1 of 2 pages were looked at" in capsys.readouterr().err
    kept = json.loads((case / "contract" / "sources.json").read_bytes())
    assert [one["url"].rpartition("/")[2] for one in kept] == ["chat.md", "errors.md", "chat.md"]
    assert tallystick("verify", case).code == 0
    assert "the last refresh saw 1 of 2 pages" in tallystick("handoff", case).out
    monkeypatch.setattr(refreshing, "fetch", real)
    tallystick("contract", "refresh", case, "--allow-private")
    assert "the last refresh saw" not in tallystick("handoff", case).out


INDEX = """# CometAPI

- [Create a chat completion](/api/chat): answers
- [Errors](/errors)
- [Make a video](/video)
- [Chat in secret](/secret/chat)
- [Chat elsewhere](https://elsewhere.example/chat)
- [Streaming shell](/streaming)
"""
SHELL = "<!doctype html><title>Docs</title><div id='root'></div><script src='/app.js'></script>"


@pytest.fixture
def a_site(pages: dict[str, Page]) -> Iterator[str]:
    pages.clear()
    pages.update({
        "/robots.txt": page("User-agent: *\nDisallow: /secret\nCrawl-delay: 0.01\n", "text/plain"),
        "/llms.txt": page(INDEX, "text/plain"),
        "/api/chat.md": page(CHAT),
        "/errors": page(f"<html><body><main>{'<p>x</p>' * 30}</main></body></html>", "text/html"),
        "/errors.md": page(ERRORS),
        "/streaming": page(SHELL, "text/html"),
        "/secret/chat": page(CHAT),
    })  # fmt: skip
    with site(pages) as address:
        yield address


def test_the_pages_of_a_site_are_found_and_what_is_left_out_is_told(
    tallystick: Tallystick, case: Path, a_site: str
) -> None:
    done = tallystick("contract", "add", case, "--site", a_site, "--json")
    urls = [source["url"].removeprefix(a_site) for source in done.json["sources"]]
    assert urls == ["/api/chat.md", "/errors.md"]  # the twins, the page of the operation first
    assert f"left alone, as robots.txt asks: {a_site}/secret/chat" in done.err
    assert f"not stored: {a_site}/streaming: this page builds its text with a script" in done.err
    assert "elsewhere.example" not in done.err
    assert tallystick("verify", case).code == 0


def test_a_site_is_bounded_and_says_what_it_left(
    tallystick: Tallystick, case: Path, a_site: str
) -> None:
    done = tallystick("contract", "add", case, "--site", a_site, "--most", 1, "--json")
    assert len(done.json["sources"]) == 1
    assert f"left out, for --most: {a_site}/errors" in done.err


@pytest.mark.parametrize("listing", ["/sitemap.xml", "/"])
def test_without_an_index_the_map_or_the_links_of_a_page_tell(
    tallystick: Tallystick, case: Path, a_site: str, pages: dict[str, Page], listing: str
) -> None:
    del pages["/llms.txt"]
    pages[listing] = {
        "/sitemap.xml": page(f"<urlset><url><loc>{a_site}/errors</loc></url></urlset>", "text/xml"),
        "/": page('<html><body><nav><a href="/errors#x"><b>Errors</b></a></nav></body></html>',
                  "text/html"),
    }[listing]  # fmt: skip
    done = tallystick("contract", "add", case, "--site", a_site, "--json")
    assert [source["url"] for source in done.json["sources"]] == [f"{a_site}/errors.md"]


def test_a_map_of_maps_is_followed_on_the_site_itself(
    tallystick: Tallystick, case: Path, a_site: str, pages: dict[str, Page]
) -> None:
    del pages["/llms.txt"]
    maps = "".join(f"<sitemap><loc>{url}/pages.xml</loc></sitemap>"
                   for url in (a_site, "https://elsewhere.example"))  # fmt: skip
    pages["/sitemap.xml"] = page(f"<sitemapindex>{maps}</sitemapindex>", "text/xml")
    one = f"<urlset><url><loc>{a_site}/errors</loc></url></urlset>"
    pages["/pages.xml"] = page(one, "application/xml")
    done = tallystick("contract", "add", case, "--site", a_site, "--json")
    assert [source["url"] for source in done.json["sources"]] == [f"{a_site}/errors.md"]


def test_a_server_that_fails_over_robots_is_left_alone(
    tallystick: Tallystick, case: Path, a_site: str, pages: dict[str, Page]
) -> None:
    pages["/robots.txt"] = page("x", status=503)
    done = tallystick("contract", "add", case, "--site", a_site)
    assert done.code == 2
    assert "cannot say what robots may read" in done.err
    assert "status 503" in done.err
    assert not (case / "contract/sources").exists()


def test_a_site_that_lists_nothing_is_refused_with_what_to_do(
    tallystick: Tallystick, case: Path, a_site: str, pages: dict[str, Page]
) -> None:
    pages.clear()
    done = tallystick("contract", "add", case, "--site", a_site)
    assert (done.code, "nothing of this site lists pages" in done.err) == (2, True)
    assert tallystick("contract", "add", case).code == 2
    assert tallystick("contract", "add", case, "--site", "ftp://x").code == 2


SECRET = "sk-live-abcdefghijklmnop1234"


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (f"https://d.example/{SECRET}/x.md", "the path"),
        ("https://d.example/u/jane.doe%40example.com", "the path"),
        ("https://d.example/AKIAIOSFODNN7EXAMPLE", "the path"),
        ("https://d.example/4111-1111-1111-1111", "the path"),
        (f"https://d.example/x;tok={SECRET}", "a parameter of the path"),
        (f"https://{SECRET}.d.example/x.md", "the host"),
        (f"https://d.example/x?q={SECRET}", "the query"),
        (f"https://d.example/x#{SECRET}", "the fragment"),
    ],
)
def test_no_part_of_an_address_that_is_kept_holds_a_secret(
    tallystick: Tallystick, case: Path, tmp_path: Path, address: str, part: str
) -> None:
    page = tmp_path / "e.md"
    page.write_text(CODED)
    at = ("--url", address, "--at", "2026-11-26T00:00:00Z")
    done = tallystick("contract", "add", case, page, *at)
    assert done.code == 2
    assert f"{part} of the address" in done.err
    assert SECRET not in done.err + done.out
    assert not (case / "contract").exists()


@pytest.mark.parametrize(
    "path", ["articles/10234567890123", "o/r/f3a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3/docs/x.md"]
)
def test_what_sites_name_pages_by_is_no_secret(
    tallystick: Tallystick, case: Path, tmp_path: Path, path: str
) -> None:
    page = tmp_path / "e.md"
    page.write_text(CODED)
    at = ("--url", f"https://d.example/{path}", "--at", "2026-11-26T00:00:00Z")
    assert tallystick("contract", "add", case, page, *at).code in (0, 1, 3)


@pytest.mark.parametrize("hyphen", ["-", "%2D", "%252D", "%25252D"])
def test_a_key_is_seen_in_an_address_however_it_is_encoded(
    tallystick: Tallystick, case: Path, tmp_path: Path, hyphen: str
) -> None:
    saved = tmp_path / "errors.md"
    saved.write_text(ERRORS)
    at = ("--at", "2026-11-21T08:00:00Z")
    key = hyphen.join(("sk", "proj", "Zq7Xv2Kp9Lw4Rt8Mn3Bc5"))
    done = tallystick("contract", "add", case, saved, "--url", f"https://h.example/{key}/x", *at)
    assert done.code == 2
    assert "looks like a secret" in done.err
    assert not (case / "contract/sources").exists()


def test_a_key_in_what_a_page_is_read_for_is_left_out(
    tallystick: Tallystick, case: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "errors.md"
    saved.write_text(ERRORS)
    words = ("--url", "https://h.example/x", "--at", "2026-11-21T08:00:00Z")
    tallystick("contract", "add", case, saved, *words, "--purpose", "errors sk-Zq7Xv2Kp9Lw4Rt8M")
    (source,) = json.loads((case / "contract/sources.json").read_bytes())
    assert source["purpose"] == "errors ‹string:19›"
