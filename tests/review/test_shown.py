"""What captured requests are observed to do stands in the left column, and says so."""

from tallystick.record.case import Comparison
from tallystick.record.trial import Assumption
from tallystick.review import review
from tallystick.review.comparison import compare
from tallystick.review.rules.example import call, case, stated
from tallystick.review.shown import observed
from tests.twins import without_request_headers, without_request_line


def test_what_requests_do_is_counted_and_what_is_hidden_is_not() -> None:
    one, other = call(), call(body={"model": "gpt-4o", "messages": [], "top_p": 1})
    seen = {a.location: (a.value, a.detail) for a in observed([one, other])}
    assert seen["endpoint.path"] == ("/v1/chat/completions", "in 2 of 2 captured requests")
    assert seen["auth.header"][0] == "Authorization"
    assert seen["request.top_p"] == ("sent", "in 1 of 2 request bodies")
    hidden = [without_request_line(without_request_headers(one))]
    assert {"endpoint.path", "auth.header", "auth.scheme"}.isdisjoint(
        a.location for a in observed(hidden)
    )


def test_what_is_observed_stands_only_where_nothing_is_measured_or_declared() -> None:
    held = case([stated("endpoint.path", "/v1/chat/completions")], wire=[[call()]])
    seen = observed(held.exchanges)
    told = (Assumption("auth.header", "X-Api-Key", "declared"), *seen)
    lines = {
        line.location: line for line in compare(review(held), held.clauses, told, (), Comparison())
    }
    assert (
        lines["endpoint.path"].assumed
        == "/v1/chat/completions (observed in 1 of 1 captured requests)"
    )
    assert lines["endpoint.path"].state == "agrees"
    assert lines["auth.header"].assumed == "X-Api-Key"
