"""Sentences of pages, written by a hand that did not know the forms: what a form reads may be less
than what they say, and never its opposite.
"""

import json
import re
from pathlib import Path

import pytest

from tallystick.protocol.response import FINISH_REASONS
from tallystick.review.wordings import (
    LEAVES_OPEN,
    LISTS_ALL,
    LISTS_OPENLY,
    OF_LISTS,
    PROMISES_JSON,
    RULES_OUT_ERROR,
    TELLS_OF_ERROR,
    WARNS_OF_NO_JSON,
    WARNS_OF_SCHEMA,
)

LINES = (Path(__file__).parent / "sentences.jsonl").read_text().splitlines()
SENTENCES = [json.loads(line) for line in LINES]
# What each form says of a topic's sentences.
FORMS = {
    "json": {"may-fail": WARNS_OF_NO_JSON, "holds": PROMISES_JSON},
    "arguments": {"may-fail": WARNS_OF_NO_JSON, "holds": PROMISES_JSON},
    "ends": {"open": LISTS_OPENLY, "closed": LISTS_ALL},
    "error-in-200": {"comes": TELLS_OF_ERROR, "never": RULES_OUT_ERROR},
}


@pytest.mark.parametrize("one", SENTENCES, ids=lambda one: one["words"][:60])
def test_no_sentence_is_read_as_its_opposite(one: dict[str, str]) -> None:
    words, says = one["words"], one["says"]
    if one["topic"] == "error-in-200" and not re.search(r"\b200\b", words):
        return  # it is not about errors in a success at all
    read = {name for name, form in FORMS[one["topic"]].items() if form.is_of(words)}
    assert read <= {says}
    listed = set(re.findall(r"\w+", words)) & set(FINISH_REASONS)
    if one["topic"] == "ends" and len(listed) > 1 and says == "open":
        assert LEAVES_OPEN.search(words)
        assert not LISTS_ALL.is_of(words)


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("Claude models ignore the field: they may wrap the JSON in a code fence.", "warns"),
        ("It may be malformed or hold keys that your schema does not have.", "warns"),
        ("The schema is not enforced.", "schema"),
        ("The content is always valid JSON: no Markdown fence.", "promises"),
        ("The content is always valid JSON unless the model is old.", ""),
        ("The reply may be invalid JSON only where the cap is reached.", ""),
        ("This is an open list.", "open"),
        ("This is no open list.", ""),
        ("Vendors' own values are mapped to the four above.", "all"),
        ("Unknown values may appear.", "of lists"),
        ("A response with status 200 never carries an `error` object.", "never"),
        ("A response with status 200 never carries an `error` object, except in streams.", ""),
        ("The body has an `error` object in place of `choices`.", "comes"),
        ("The body of a 200 is checked for an `error` object, which is turned into a 502.", ""),
    ],
)
def test_a_form_is_said_outright(words: str, form: str) -> None:
    forms = {
        "warns": WARNS_OF_NO_JSON, "schema": WARNS_OF_SCHEMA, "promises": PROMISES_JSON,
        "open": LISTS_OPENLY, "all": LISTS_ALL, "never": RULES_OUT_ERROR, "comes": TELLS_OF_ERROR,
    }  # fmt: skip
    if form == "of lists":
        assert OF_LISTS.search(words)
    read = {name for name, one in forms.items() if one.is_of(words)}
    wanted = {form} if form in forms else set()
    assert read - ({"schema"} if form == "warns" else set()) == wanted
