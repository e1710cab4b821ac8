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
    return _bare(seen) or _of_type(seen) or _null(seen)


def _bare(seen: Features) -> Claim | None:
    """An error that is a text where the client read an object."""
    body = seen.last.response.body
    if seen.status < 400 or not isinstance(body, dict) or not seen.facts.says(_OF_TEXT):
        return None
    if not isinstance(body.get("error"), str):
        return None
    reason = f"The client read the error as an object, and the answer {seen.status} has a text."
    return Claim("error_contract", "error", reason)


# How runtimes say that a null was read as a text (Python, JavaScript, Java, C#).
_OF_NULL = (
    r"'nonetype' object has no attribute\W{1,3}(?:startswith|endswith|lower|upper|split|strip"
    r"|replace|format|find)\b"
    r"|cannot read propert\w+ of null \(reading\W{1,3}(?:startswith|includes|indexof|tolowercase"
    r"|touppercase|split|match|replace|trim)\b"
    r"|cannot invoke \"(?:java\.lang\.)?string\.\w+\(|nullreferenceexception.{0,80}\bcode\b"
)


def _null(seen: Features) -> Claim | None:
    """A null in an error, which the client read as a text; what was reported names the status."""
    body = seen.last.response.body
    error = body.get("error") if isinstance(body, dict) else None
    told = seen.facts.says(_OF_NULL) and seen.facts.says(rf"\b{seen.status}\b|\berror\W{{0,3}}code")
    if seen.status < 400 or not told or not isinstance(error, dict):
        return None
    name = next((name for name in ("code", "type", "param") if error.get(name, "") is None), "")
    if not name:
        return None
    reason = (
        f"What was reported fits the answer {seen.status}: the error's `{name}` is null, where the "
        f"client reads a text."
    )
    return Claim("error_contract", f"error.{name}", reason)


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
