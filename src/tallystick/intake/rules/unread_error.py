"""An error that the client could not read: a member of it was of another type than it wanted."""

import re

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.record.placeholder import json_kind

# How Go (encoding/json) and serde name the type that did not fit, and where.
_WANTED = re.compile(
    r"cannot unmarshal (?P<got>\w+) into go struct field \S*?\berror\."
    r"(?P<name>code|type|message|param) of type (?P<wanted>\w+)"
)


# How Python, JavaScript and PHP say that a text was read as an object.
_OF_TEXT = (
    r"'str' object has no attribute|string indices must be integers|illegal string offset"
    r"|cannot access offset of type|reading '(?:message|code|type)'"
)


def _claim(seen: Features) -> Claim | None:
    return _bare(seen) or _of_type(seen)


def _bare(seen: Features) -> Claim | None:
    """An error that is a text where the client read an object."""
    body = seen.last.response.body
    if seen.status < 400 or not isinstance(body, dict) or not seen.facts.says(_OF_TEXT):
        return None
    if not isinstance(body.get("error"), str):
        return None
    reason = f"The client read the error as an object, and the answer {seen.status} has a text."
    return Claim("error_contract", "error", reason)


def _of_type(seen: Features) -> Claim | None:
    told = _WANTED.search(seen.facts.symptom)
    body = seen.last.response.body
    error = body.get("error") if isinstance(body, dict) else None
    if seen.status < 400 or told is None or not isinstance(error, dict):
        return None
    kind = json_kind(error.get(told["name"]))
    if kind != told["got"] or kind == told["wanted"]:
        return None
    reason = (
        f"The client wants the error's `{told['name']}` as {told['wanted']}, and the answer "
        f"{seen.status} has it as {kind}."
    )
    return Claim("error_contract", f"error.{told['name']}", reason)


RULE = Rule(
    "unread-error",
    "an error with a member of another type than the client says it wants",
    _claim,
    Example(
        (503,),
        {"error": {"message": "busy", "type": "server_error", "param": None, "code": 503}},
        symptom="cannot unmarshal number into Go struct field apiError.error.code of type string",
    ),
    Example((503,), {"error": {"message": "busy", "code": 503}}, symptom="it hangs"),
)
