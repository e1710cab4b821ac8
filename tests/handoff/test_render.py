"""Golden documents: rendered from one small case; `make golden` writes them anew."""

import os
import re
from pathlib import Path
from typing import get_args

import jsonschema
import msgspec
import pytest

from tallystick.handoff import (
    Dossier,
    render_html,
    render_json,
    render_junit,
    render_markdown,
    render_pdf,
    render_sarif,
    render_support,
    review_rows,
)
from tallystick.handoff.jsonform import schema
from tallystick.handoff.support import Reader
from tallystick.intake import Facts, Masker, classify
from tallystick.lab import assumptions
from tallystick.record import Case, Clause, Observation, Scenario, Source
from tallystick.record.case import Incident
from tallystick.record.clause import Aspect, Citation
from tallystick.record.profile import Mark
from tallystick.record.scenario import Remove
from tallystick.record.trial import Attempt, LabRun
from tallystick.review import Material, review
from tests.conftest import entry, frozen, har

GOLDEN = Path(__file__).parent / "golden"
STATED: tuple[tuple[Aspect, str], ...] = (("required", "yes"), ("min-items", "1"))
ERROR = {"error": {"message": "messages is required", "code": "invalid_request"}}


def dossier(lab: LabRun | None = None) -> Dossier:
    source = Source(
        "S1", "https://h/chat.md", "2026-11-21T08:00:00Z", "sha256:" + "ab" * 32, "Chat | page",
        "chat API docs", "markdown", "contract/sources/x.md",
    )  # fmt: skip
    clauses = tuple(
        Clause("request.messages", aspect, value, Citation("S1", 0, 9, "| `m` | y"), "documented")
        for aspect, value in STATED
    )
    masker = Masker()
    request = {"model": "gpt-4o", "messages": []}
    exchanges = frozen(har([entry(500, ERROR, at=n, request=request) for n in range(3)]), masker)
    assumed = assumptions(lab.observations) if lab else ()
    classed = classify(exchanges, Facts())
    return Dossier(
        case=Case(1, Incident("Empty <lists> | pipes", "2026-11-20T09:00:00Z")),
        review=review(Material(clauses, [source], assumed, exchanges, classed)),
        failing=exchanges,
        shown=exchanges,
        sources=(source,),
        clauses=clauses,
        assumptions=assumed,
        ledger=masker.ledger(),
        lab=lab,
        exchanges=len(exchanges),
        marks=tuple(
            Mark(e.at, e.duration_ms, e.response.status, False, e.group, e.attempt)
            for e in exchanges
        ),
    )


def lab_run() -> LabRun:
    attempt = Attempt("POST", "/v1/chat/completions", "authorization: Bearer", ("model:string",),
                      False, None, True, False, 200)  # fmt: skip
    without = Scenario("without-response.usage", "response.usage", (Remove("usage"),))
    return LabRun(
        ("python", "app.py"),
        (
            Observation(Scenario("baseline", "response"), "right", (attempt,), 0),
            Observation(without, "raised", (attempt,), 1, "KeyError"),
        ),
    )


CASES = {
    "no-lab.md": lambda: render_markdown(dossier()),
    "lab.md": lambda: render_markdown(dossier(lab_run())),
    "support.md": lambda: render_support(dossier()),
    "gateway.md": lambda: render_support(dossier(), "gateway"),
    "sdk.md": lambda: render_support(dossier(), "sdk"),
    "lab.json": lambda: render_json(dossier(lab_run())),
    "review.sarif": lambda: render_sarif(dossier()),
    "junit.xml": lambda: render_junit("tallystick review", review_rows(dossier())),
}


@pytest.mark.parametrize("name", CASES)
def test_documents_are_as_they_were(name: str) -> None:
    rendered = CASES[name]()
    path = GOLDEN / name
    if os.environ.get("TALLYSTICK_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(rendered)
    assert rendered == path.read_bytes()
    assert rendered == CASES[name]()


def test_a_run_that_could_not_look_says_so() -> None:
    text = render_markdown(dossier(LabRun(("x",), (), "the client did not start"))).decode()
    assert "Could not check: the client did not start." in text


def test_every_field_of_the_incident_record_is_there() -> None:
    text = render_markdown(dossier()).decode()
    fields = """Incident|Owner|Review date|Environment|Chat API docs|Docs home|Support / help center
    |Support ticket|Base URL source|Chat path source|Gateway rewrite involved|Header verified
    |Secret source|Rotation or expiry issue|Required fields used|Optional fields used|Fields removed
    |Fields parsed|Optional fields guarded|Streaming behaviour|Observed status or error class
    |Retry decision|Fallback decision|Documented|Support-confirmed|Unknown (to verify)|Code|Config
    |Runbook|Monitoring"""
    for field in fields.split("|"):
        assert f"| {field.strip()} |" in text
    assert "| Owner | not recorded |" in text


@pytest.mark.parametrize("name", [one for one in CASES if one.endswith(".md")])
def test_no_field_is_left_blank(name: str) -> None:
    assert re.findall(r"^\| [^|]+ \|\s*\|$", CASES[name]().decode(), re.MULTILINE) == []


def test_the_retry_decision_is_of_the_statuses_that_calls_ended_with() -> None:
    text = render_markdown(dossier()).decode()
    (row,) = [line for line in text.splitlines() if line.startswith("| Retry decision |")]
    assert "`retry.status.500`: client " in row
    assert "see the other findings" not in row


def test_cells_cannot_break_out_of_their_table() -> None:
    text = render_markdown(dossier()).decode()
    assert "| Incident | Empty &lt;lists> \\| pipes |" in text


def test_the_json_form_reads_back() -> None:
    found = msgspec.json.decode(render_json(dossier()))
    assert found["verdict"] == "mismatch"
    assert found["lab"]["could_not_check"]
    assert len(found["areas"]) == 7


def test_the_json_form_is_as_its_schema_says() -> None:
    for made in (dossier(), dossier(lab_run())):
        jsonschema.validate(msgspec.json.decode(render_json(made)), schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"verdict": "guilty"}, schema())


def test_what_a_person_wrote_runs_nothing_in_the_page() -> None:
    made = dossier(lab_run())
    hostile = msgspec.structs.replace(
        made, case=Case(1, Incident('<script>x</script> "><img src=x>', "2026-11-20T09:00:00Z"))
    )
    page = render_html(hostile).decode()
    assert "<script>x" not in page
    assert "<img" not in page
    assert not re.search(r'(?:src|href)="(?!#|https?://h/)', page)


def test_the_paper_is_the_same_for_the_same_dossier() -> None:
    made = dossier(lab_run())
    paper = render_pdf(made)
    assert paper.startswith(b"%PDF-")
    assert paper == render_pdf(made)
    assert len(re.findall(rb"/Type /Page\b", paper)) >= 3


def test_sarif_points_at_the_stored_bytes() -> None:
    (run,) = msgspec.json.decode(render_sarif(dossier()))["runs"]
    cited = [r for r in run["results"] if "physicalLocation" in r["locations"][0]]
    assert cited[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "contract/sources/x.md"},
        "region": {"byteLength": 9, "byteOffset": 0},
    }
    for result in run["results"]:
        assert (result["kind"] == "fail") == (result["level"] != "none")
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_every_source_stands_in_a_row() -> None:
    made = dossier()
    (source,) = made.sources
    page = msgspec.structs.replace(source, id="S2", url="https://h/errors.md", purpose="errors")
    both = msgspec.structs.replace(made, sources=(source, page))
    assert b"| Other pages | https://h/errors.md |" in render_markdown(both)
    assert b"Other pages" not in render_markdown(made)


@pytest.mark.parametrize("reader", get_args(Reader))
def test_what_is_to_be_pasted_elsewhere_has_no_key_that_people_wrote_down(reader: Reader) -> None:
    """The rest of it is sanitized; this is as a person wrote it."""
    key, mail = "sk-live-abcdefghijklmnop1234", "jane.doe@example.com"
    made, uuid = dossier(), "3f1c2a9b-8e7d-4c6b-9a5f-0d1e2f3a4b5c"
    told = msgspec.structs.replace(
        made.case.incident,
        title=f"x {key}", symptom=f"Bearer {key}", request_ids=(key, uuid), environments=(mail,),
    )  # fmt: skip
    case = msgspec.structs.replace(made.case, incident=told)
    text = render_support(msgspec.structs.replace(made, case=case), reader).decode()
    assert key not in text
    assert mail not in text
    assert uuid in text, "the id of a request is what it is for"
