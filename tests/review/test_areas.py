"""Every outcome in every area, in small: what makes an area's answer what it is."""

from itertools import product
from typing import Any, get_args

import pytest

from tallystick.record.finding import Outcome
from tallystick.record.location import AREAS
from tallystick.review import review
from tallystick.review.rules.example import (
    ANSWER,
    ASKED,
    REFUSED,
    accounted,
    call,
    case,
    configured,
    declared,
    measured,
    stated,
)

# What no capture and no lab can show, because of whose act it is.
IMPOSSIBLE = {
    ("endpoint", "provider-breach"): "where a request goes is the client's alone",
    ("authentication", "provider-breach"): "which credential is sent is the client's alone",
    ("request", "provider-breach"): "what a request holds is the client's alone",
    ("rate limits", "provider-breach"): "nothing is concluded of limits from traffic",
    ("billing", "provider-breach"): "what is billed is on no wire",
}

PATH = stated("endpoint.path", "/v1/chat/completions")
BASE = stated("endpoint.base_url", "https://api.cometapi.com/v1")
HEADER = stated("auth.header", "Authorization")
SCHEME = stated("auth.scheme", "Bearer")
FIELDS = [
    stated("request.messages", "yes", "required"),
    stated("request.messages", "array", "kind"),
    stated("request.messages", "1", "min-items"),
    stated("request.model", "string", "kind"),
    stated("request.messages[].role", "yes", "required"),
]
CHOICES = stated("response.choices", "array", "kind")
RETRY = stated("retry.status.503", "yes", "retry")
LIMITS = [stated("limit.requests", "60", standing="support-confirmed"),
          stated("limit.headers", "yes", standing="support-confirmed")]  # fmt: skip
BILLED = stated("billing.usage", "yes", standing="support-confirmed")
TOKENS = stated("response.usage.total_tokens", "integer", "kind")
COUNTED = {**ANSWER, "usage": {"total_tokens": 3}}
OVERLOADED: dict[str, Any] = {"error": {"code": "overloaded"}}


def torn(location: str, aspect: Any = "value", *values: str) -> list[Any]:
    return [
        stated(location, value, aspect, page=page, standing="conflicting")
        for page, value in zip("AB", values or ("a", "b"), strict=True)
    ]


CASES = {
    ("endpoint", "sound"): case([PATH, BASE], wire=[[call()]]),
    ("endpoint", "client-mismatch"): case(
        [PATH, BASE], wire=[[call(404, None, url="https://api.cometapi.com/v1/v1/chat/completions")]]
    ),
    ("endpoint", "unsupported-assumption"): case(client=[measured("endpoint.path", "/v1/chat")]),
    ("endpoint", "documents-disagree"): case([PATH, *torn("endpoint.base_url")], wire=[[call()]]),
    ("endpoint", "to-verify"): case(wire=[[call()]]),
    ("endpoint", "could-not-check"): case([PATH, BASE]),
    ("authentication", "sound"): case([HEADER, SCHEME], wire=[[call()]]),
    ("authentication", "client-mismatch"): case(
        [HEADER, SCHEME], settings=[configured("eu", header="Api-Key")]
    ),
    ("authentication", "unsupported-assumption"): case(
        client=[measured("auth.header", "Authorization")]
    ),
    ("authentication", "documents-disagree"): case(torn("auth.scheme"), wire=[[call()]]),
    ("authentication", "to-verify"): case(wire=[[call()]]),
    ("authentication", "could-not-check"): case([HEADER, SCHEME]),
    ("request", "sound"): case(FIELDS, wire=[[call()]]),
    ("request", "client-mismatch"): case(FIELDS, wire=[[call(body={**ASKED, "messages": []})]]),
    ("request", "unsupported-assumption"): case(FIELDS, wire=[[call(body={**ASKED, "top_p": 1})]]),
    ("request", "documents-disagree"): case(
        [*FIELDS, *torn("request.model", "kind", "string", "object")], wire=[[call()]]
    ),
    ("request", "to-verify"): case(
        [*FIELDS, stated("request.top_p", "number", "kind", standing="stale")],
        wire=[[call(body={**ASKED, "top_p": 1})]],
    ),
    ("request", "could-not-check"): case(FIELDS),
    ("response", "sound"): case([CHOICES], wire=[[call()]]),
    ("response", "client-mismatch"): case(
        [stated("stream.done", "[DONE]")], [measured("stream.done", "accepts-cut")]
    ),
    ("response", "provider-breach"): case([CHOICES], wire=[[call(answer={**ANSWER, "choices": []})]]),
    ("response", "unsupported-assumption"): case(
        [CHOICES], [measured("response.usage", "required")], [[call()]]
    ),
    ("response", "documents-disagree"): case(
        torn("response.choices", "kind", "array", "object"), wire=[[call()]]
    ),
    ("response", "to-verify"): case(wire=[[call(answer={**ANSWER, "choices": []})]]),
    ("response", "could-not-check"): case(),
    ("errors", "sound"): case([RETRY], [measured("retry.status.503", "retries")]),
    ("errors", "client-mismatch"): case(
        [stated("retry.status.503", "no", "retry")], [measured("retry.status.503", "retries")]
    ),
    ("errors", "provider-breach"): case(
        [RETRY, stated("error.code", "string", "kind")],
        wire=[[call(503, {"error": {"code": 503}})]],
    ),
    ("errors", "unsupported-assumption"): case(client=[measured("retry.status.429", "retries")]),
    ("errors", "documents-disagree"): case(
        torn("retry.status.500", "retry", "yes", "no"), wire=[[call(500, REFUSED)]]
    ),
    ("errors", "to-verify"): case([RETRY], wire=[[call(503, OVERLOADED)]]),
    ("errors", "could-not-check"): case([stated("retry.retry_after", "yes", "exists")]),
    ("rate limits", "sound"): case(
        LIMITS, [declared("limit.requests", "60"), declared("limit.headers", "yes")]
    ),
    ("rate limits", "client-mismatch"): case(LIMITS, [declared("limit.requests", "100")]),
    ("rate limits", "unsupported-assumption"): case(
        client=[declared("limit.requests", "60")], wire=[[call(429, {})]]
    ),
    ("rate limits", "documents-disagree"): case(torn("limit.requests", "value", "60", "100")),
    ("rate limits", "to-verify"): case(wire=[[call(429, {})]]),
    ("rate limits", "could-not-check"): case(LIMITS),
    ("billing", "sound"): case(
        [BILLED, TOKENS], [declared("billing.usage", "yes")], accounts=[accounted("agrees", 3, 3)]
    ),
    ("billing", "client-mismatch"): case([BILLED, TOKENS], accounts=[accounted("differs", 3, 6)]),
    ("billing", "unsupported-assumption"): case(client=[declared("billing.usage", "yes")]),
    ("billing", "documents-disagree"): case(torn("billing.usage", "value", "yes", "no")),
    ("billing", "to-verify"): case(wire=[[call(answer=COUNTED)]]),
    ("billing", "could-not-check"): case([BILLED]),
}  # fmt: skip


def test_every_outcome_of_every_area_is_shown_or_told_to_be_impossible() -> None:
    every = set(product(AREAS, get_args(Outcome)))
    assert set(CASES) | set(IMPOSSIBLE) == every
    assert not set(CASES) & set(IMPOSSIBLE)
    assert len(CASES) >= 40


@pytest.mark.parametrize(("area", "outcome"), CASES)
def test_an_areas_answer_is_the_weakest_of_its_findings(area: str, outcome: str) -> None:
    found = review(CASES[area, outcome])
    answer = next(one for one in found.areas if one.area == area)
    told = [(f.location, f.outcome, f.reason) for f in found.findings if f.area == area]
    assert answer.state == outcome, told


@pytest.mark.parametrize(("area", "outcome"), CASES)
def test_no_verdict_says_more_than_the_findings(area: str, outcome: str) -> None:
    found = review(CASES[area, outcome])
    mismatches = ("client-mismatch", "unsupported-assumption")
    guilty = [f for f in found.findings if f.explains and f.outcome in mismatches]
    assert (found.verdict.name == "mismatch") == bool(guilty)
    assert found.verdict.name != "no-mismatch" or not any(
        f.outcome in (*mismatches, "documents-disagree") for f in found.findings if f.explains
    )


def test_a_provider_that_breaks_its_own_contract_is_no_mismatch_and_is_named() -> None:
    found = review(CASES["errors", "provider-breach"])
    assert found.verdict.name == "no-mismatch"
    assert found.cause is not None
    assert found.cause.side == "provider"
