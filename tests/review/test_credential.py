"""Credentials that were refused, by how they were sent."""

import pytest

from tallystick.intake import Facts, classify
from tallystick.record.clause import Candidate
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import entry, frozen, har
from tests.review.test_causes import DOCS, says, shows
from tests.twins import without_request_headers


@pytest.mark.parametrize(
    ("sent", "documented", "place"),
    [
        ("Bearer Bearer sk-one", "stated", "auth.scheme"),
        ("Bearer Bearer sk-one", "shown", "auth.scheme"),
        ("Bearer undefined", "", "auth.token"),
        ("Bearer null", "stated", "auth.token"),
    ],
)
def test_a_malformed_credential_is_the_applications(sent: str, documented: str, place: str) -> None:
    scheme = {"stated": [says("auth.scheme", "Bearer")], "shown": [shows("auth.scheme", "Bearer")]}
    clauses = scheme.get(documented, [])
    refused = {"error": {"message": "Invalid token", "code": ""}}
    exchanges = frozen(har([entry(401, refused, authorization=sent)]))
    (found,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert (found.side, found.location) == ("application", place)


@pytest.mark.parametrize("sent", ["Bearer sk-one", "Bearer Bearer sk-one"])
def test_without_a_source_no_form_is_wrong(sent: str) -> None:
    refused = {"error": {"message": "Invalid token", "code": ""}}
    exchanges = frozen(har([entry(401, refused, authorization=sent)]))
    (found,) = causes(Material((), [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert found.side == "account"


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("Incorrect API key provided: sk-x", "account"),
        ("Invalid token (request id: 1)", "unknown"),
        ("token expired", "account"),
    ],
)
def test_of_a_request_without_headers_only_a_key_that_is_named_tells(said: str, side: str) -> None:
    exchanges = frozen(har([entry(401, {"error": {"message": said, "code": ""}})]))
    exchanges = tuple(map(without_request_headers, exchanges))
    (found,) = causes(Material((), [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert found.side == side


@pytest.mark.parametrize(
    ("said", "side"),
    [
        (["Authorization"], "application"),
        ([], "unknown"),
        (["Authorization", "X-Api-Key"], "unknown"),
    ],
)
def test_a_header_that_a_sentence_and_the_examples_have_otherwise(
    said: list[str], side: str
) -> None:
    refusal = {"error": {"message": "Invalid token", "code": ""}}
    exchanges = frozen(har([entry(401, refusal, authorization="", sent={"x-api-key": "sk-one"})]))
    seeming = [
        Candidate(says("auth.header", value, words="w", standing="to-verify"), "w")
        for value in said
    ]
    clauses = [shows("auth.header", "Authorization")]
    material = Material(
        clauses, [DOCS], (), exchanges, classify(exchanges, Facts()), candidates=seeming
    )
    assert causes(material)[0].side == side
