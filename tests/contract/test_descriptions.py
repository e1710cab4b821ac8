"""What descriptions of a specification say, and where that stands in it."""

import json
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tallystick.contract.descriptions import Stored
from tallystick.contract.spanned import parse_spanned
from tallystick.record.clause import Candidate
from tests.contract.test_reading import read


def _specified(description: str) -> str:
    return dedent(f"""\
        openapi: 3.1.0
        info: {{title: Chat, version: '1'}}
        paths:
          /v1/chat/completions:
            post:
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      properties:
                        logprobs: {{type: boolean}}
                        top_logprobs:
                          type: integer
                          description: {description}
              responses:
                '200': {{description: fine}}
        """)


def _told(description: str) -> list[Candidate]:
    return [
        one
        for one in read(_specified(description), "chat.yaml").candidates
        if "top_" in one.clause.location
    ]


@pytest.mark.parametrize(
    ("description", "aspect", "value", "when"),
    [
        ("Needs `logprobs`.", "requires", "logprobs", ""),
        ("Claude models refuse it with 400.", "refused", "*", "model=claude"),
        ("'Ignored by older ones, never refused.'", "meaning",
         "Ignored by older ones, never refused.", ""),
    ],
)  # fmt: skip
def test_a_description_is_read_as_a_candidate(
    description: str, aspect: str, value: str, when: str
) -> None:
    found = [(c.aspect, c.value, c.when) for one in _told(description) if (c := one.clause)]
    assert (aspect, value, when) in found


def test_a_plain_description_says_nothing_more() -> None:
    assert _told("How many alternatives to return.") == []


def test_it_is_quoted_where_it_stands() -> None:
    folded = ">-\n  How many.\n  Claude models refuse\n  it with 400.".replace(
        "\n", "\n" + " " * 28
    )
    (one,) = [one for one in _told(folded) if one.clause.aspect == "refused"]
    assert " ".join(one.clause.citation.quotation.split()) == "Claude models refuse it with 400."


@given(st.text(max_size=60))
def test_any_words_stand_within_their_scalar(words: str) -> None:
    for written in (json.dumps({"a": words}), yaml.safe_dump({"a": words}, allow_unicode=True)):
        node = parse_spanned(written, 0).get("a")
        assert node is not None
        text = Stored(written.encode(), 0).text_of(node)
        assert len(text.plain) == len(text.starts) == len(text.ends)
        bounds = list(zip(text.starts, text.ends, strict=True))
        assert all(node.start <= start <= end <= node.end for start, end in bounds)


def test_an_operation_tells_its_method_its_errors_members_and_what_to_do() -> None:
    answers = """\
'503':
                  description: The vendor is busy. Retry with backoff.
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          error:
                            type: object
                            properties: {message: {type: string}, code: {type: string}}"""
    page = _specified("plain").replace("'200': {description: fine}", answers)
    found = read(page, "chat.yaml")
    told = {(c.location, c.value) for c in found.clauses}
    assert ("endpoint.method", "POST") in told
    assert ("error.body", "code|message") in told
    assert ("retry.status.503", "yes") in {
        (one.clause.location, one.clause.value) for one in found.candidates
    }
