"""The request went to a wrong place."""

import re

from tallystick.intake.family import path_family
from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule

_RIGHT_PATH = re.compile(r"(?:/[^/]+)*?(?:/v\d\w*|/deployments/[^/]+|/openai)?/chat/completions/?")
_DOUBLED = re.compile(r"/(v\d|chat|completions|openai|api)/\1(?:/|$)|/chat/completions.+")
# Not a link of the message, which begins with a scheme too.
_TO_HTTPS = r"(?:only|must|please|should).{0,40}\bhttps\b(?!:)|plain http"
_NO_ROUTE = (
    r"unknown_url|invalid url|not found|no route|cannot (?:post|get)|unknown request url|page"
)


# An error that says of a model, named between quotes or not, that it is not there.
_NO_MODEL = r"\bmodel\b[^.]{0,80}\b(?:not found|does not exist|not exist)|model_not_found"


def _claim(seen: Features) -> Claim | None:
    other = path_family(seen.path)
    if other and seen.status >= 400 and "line" not in seen.last.request.hidden:
        return _wrong(
            f"A chat-completions body was sent to the path of another API ({other}), which "
            f"answered {seen.status}."
        )
    if seen.status >= 400 and seen.says(_TO_HTTPS):
        reason = f"The API answered {seen.status}: it is to be called over HTTPS."
        return Claim("request_contract", "endpoint.base_url", reason)
    if 300 <= seen.status < 400:
        gaps = {"line", "body"} & set(seen.last.request.hidden)
        unseen = "; whether it was followed is not in the capture" if gaps else ""
        return _wrong(f"The address answered with a redirect ({seen.status}), not the API{unseen}.")
    if seen.status in (404, 405, 421) and not _about_model(seen):
        what = "deployment" if seen.says(r"deploymentnotfound|\bapi deployment\b") else "operation"
        return _wrong(f"The address answered {seen.status}: no such {what} there.")
    if 200 <= seen.status < 300 and seen.body_kind == "html":
        return _wrong("The address answered with a web page and a success status.")
    line = "line" not in seen.last.request.hidden
    bare = odd_path(seen.path) or seen.path.rstrip("/") == "/chat/completions"
    if typed_as_page(seen) and line and bare:
        return _wrong("The address answered with a success status and the type of a web page.")
    return None


def typed_as_page(seen: Features) -> bool:
    """Whether a success whose body is not shown is of a web page's type."""
    kind = seen.last.response_header("content-type") or ""
    went_well = 200 <= seen.status < 300
    return went_well and seen.body_kind == "not-visible" and kind.startswith("text/html")


def _about_model(seen: Features) -> bool:
    told = seen.says(r"\bmodels?\b|model_not_found|provider")
    return told and not (seen.says(_NO_ROUTE) and odd_path(seen.path) and not seen.says(_NO_MODEL))


def odd_path(path: str) -> bool:
    """Whether a path repeats a segment, goes on after the operation, or never names it."""
    return bool(_DOUBLED.search(path)) or _RIGHT_PATH.fullmatch(path) is None


def _wrong(reason: str) -> Claim:
    return Claim("request_contract", "endpoint.path", reason)


RULE = Rule(
    "endpoint",
    "a redirect, 404 or 405 that is not about the model, or a web page with a success status",
    _claim,
    Example((404,), "<html><head><title>404 Not Found</title></head></html>"),
    Example((404,), {"error": {"message": "The model does not exist", "code": "model_not_found"}}),
)
