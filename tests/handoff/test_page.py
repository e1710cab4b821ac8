"""The interactive page: what it holds, what it lets run, and how large it may get."""

import base64
import hashlib
import html
import json
import re

import msgspec

from tallystick.handoff import render_html
from tallystick.handoff.dossier import Dossier
from tallystick.handoff.page import MOST_BYTES, MOST_CALLS, page_of
from tallystick.record.profile import Mark
from tests.handoff.test_render import dossier, lab_run

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def data_of(text: str) -> dict[str, object]:
    """What the page's script reads."""
    (found,) = DATA.findall(text)
    held: dict[str, object] = json.loads(found)
    return held


def test_the_policy_lets_the_pages_own_style_and_script_run_and_nothing_else() -> None:
    page = render_html(dossier(lab_run())).decode()
    (found,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    policy = html.unescape(found)
    allowed = set(re.findall(r"sha256-[\w+/=]+", policy))
    parts = re.findall(r"<style>(.*?)</style>|<script>(.*?)</script>", page, re.DOTALL)
    inlined = {
        f"sha256-{base64.b64encode(hashlib.sha256((a or b).encode()).digest()).decode()}"
        for a, b in parts
    }
    assert inlined == allowed
    assert len(inlined) == 2
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"\sstyle=|\son\w+=|src=\"http|@import|url\(", page)


def test_what_the_script_reads_is_what_was_recorded() -> None:
    made = dossier(lab_run())
    page = page_of(made)
    data = data_of(render_html(made).decode())
    assert data == json.loads(msgspec.json.encode({name: getattr(page, name) for name in data}))
    assert set(page.exchanges) == {exchange.id for exchange in made.shown}
    cause = made.review.cause
    assert cause is not None
    explained = [call for call in page.calls if call.explained]
    assert {name for call in explained for name in call.exchanges} == set(cause.evidence)
    assert all(cause.location in page.exchanges[name].places for name in cause.evidence
               if name in page.exchanges)  # fmt: skip


def test_text_that_would_end_an_element_is_data() -> None:
    made = dossier()
    hostile = "</script><script>alert(1)</script><!--"
    incident = msgspec.structs.replace(made.case.incident, title=hostile)
    answer = msgspec.structs.replace(made.review.answer, mechanism=hostile)
    made = msgspec.structs.replace(
        made, case=msgspec.structs.replace(made.case, incident=incident),
        review=msgspec.structs.replace(made.review, answer=answer),
    )  # fmt: skip
    page = render_html(made).decode()
    assert hostile not in page
    assert "<script>alert" not in page
    assert data_of(page)["calls"]


def _many(made: Dossier, calls: int) -> Dossier:
    (group, *_) = made.review.classification.groups
    groups = tuple(
        msgspec.structs.replace(group, group=f"g{n}", exchanges=(f"x{n}",)) for n in range(calls)
    )
    classed = msgspec.structs.replace(made.review.classification, groups=groups)
    marks = tuple(Mark("2026-06-01T09:00:00+00:00", 100.0, 500, False, f"g{n}", 1)
                  for n in range(calls))  # fmt: skip
    shown = tuple(msgspec.structs.replace(made.shown[0], id=f"x{n}") for n in range(1000))
    review = msgspec.structs.replace(made.review, classification=classed)
    return msgspec.structs.replace(made, review=review, marks=marks, shown=shown)


def test_a_page_of_thousands_of_calls_stays_small_and_says_what_it_leaves_out() -> None:
    made = _many(dossier(lab_run()), MOST_CALLS + 50)
    page = page_of(made)
    assert len(page.calls) == MOST_CALLS
    assert page.left_out["calls"] == 50
    assert len(render_html(made)) < 2_000_000
    held = sum(len(msgspec.json.encode(one)) for one in page.exchanges.values())
    assert held <= MOST_BYTES
    assert len(page.exchanges) + page.left_out["exchanges"] == 1000


def test_what_is_only_seen_is_called_no_root_cause() -> None:
    made = dossier(lab_run())
    cause = made.review.cause
    assert cause is not None
    seen = msgspec.structs.replace(cause, side="documents")
    opened = msgspec.structs.replace(made, review=msgspec.structs.replace(made.review, cause=seen))
    for one, explained in ((made, True), (opened, False)):
        text = render_html(one).decode()
        assert ("Root cause:" in text) == explained
        assert data_of(text)["is_explained"] == explained
        assert any(call.explained for call in page_of(one).calls) == explained
