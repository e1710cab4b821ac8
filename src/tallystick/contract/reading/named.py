"""Named settings: rows of a two-column table whose name says which place of the contract it is."""

import re
from collections.abc import Callable, Iterator

import msgspec

from tallystick.contract.draft import Draft
from tallystick.record.clause import NOT_COVERED, Aspect

_NOT_COVERED = re.compile(
    r"not (?:covered|documented|published|specified|stated)|(?:ask|contact) support", re.IGNORECASE
)
_NAME = r"[A-Za-z0-9_.-]+"
_LIST = re.compile(rf"{_NAME}(?:(?:\s*[,|/]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+){_NAME})*\.?")
_Read = Callable[[str], str]


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _address(text: str) -> str:
    return text.rstrip("/") if re.fullmatch(r"https?://[^\s,;]+", text) else ""


def _path(text: str) -> str:
    found = re.search(r"/\S+", text)
    return found[0] if found and not text.startswith("http") else ""


def _words(text: str) -> str:
    """A list of names or numbers, in any order: `500, 503 and 504` is `500|503|504`."""
    if not _LIST.fullmatch(text.strip()):
        return ""  # a sentence is for a person to read
    names = [w for w in re.findall(r"[A-Za-z0-9_.-]+", text) if w.lower() not in ("and", "or")]
    return "|".join(sorted(set(names)))


def _amount(text: str) -> str:
    """A number without its separators, or the words that stand for none."""
    found = re.search(r"\d[\d,. ]*(?: ?(?:million|thousand|[kKM]))?", text)
    if found is None:
        none = re.search(r"\b(?:no|none|unlimited|without)\b", text, re.IGNORECASE)
        return "none" if none else _line(text).lower()
    return re.sub(r"[, ]", "", found[0]).lower().rstrip(".")


class Named(msgspec.Struct, frozen=True):
    """A setting's names, the place it stands for, and how its value is read."""

    names: str
    location: str
    read: _Read
    aspect: Aspect = "value"


NAMED = (
    Named(
        r"(?:sdk |api )?base ?url|(?:service|server|api) (?:address|host|url|base)"
        r"|接口地址|服务地址",
        "endpoint.base_url",
        _address,
    ),
    Named(r"endpoint|path|operation", "endpoint.path", _path),
    Named(r"(?:a )?wrong (?:base url|path)|path mistake", "endpoint.wrong_path", _line),
    Named(r"models? for /?v1/responses", "endpoint.responses_models", _words),
    Named(r"(?:a )?missing (?:required )?fields?", "error.missing_field", _line),
    Named(r"error (?:body|envelope) fields", "error.body", _words, "enum"),
    Named(r"retryable (?:statuses|status codes|set)", "retry.statuses", _words, "enum"),
    Named(r"(?:message )?roles", "request.messages[].role", _words, "enum"),
    Named(r"finish reasons?", "response.choices[].finish_reason", _words, "enum"),
    Named(r"response model|model in the (?:answer|response)", "response.model", _line),
    Named(r"message content", "response.choices[].message.content", _words, "kind"),
    Named(r"token cap|output cap", "request.token_cap", _line),
    Named(r"end of (?:a |the )?stream", "stream.done", _line),
    Named(r"requests per minute|rpm", "limit.requests", _amount),
    Named(r"tokens per minute|tpm", "limit.tokens", _amount),
    Named(r"concurrency", "limit.concurrency", _line),
    Named(r"unlimited key|remain_quota of an unlimited key", "billing.unlimited_key", _line),
    Named(r"total_quota", "billing.total_quota", _line),
    Named(r"price|pricing", "billing.price", _line),
)


# What stands between the names that several clients have for one setting.
_OTHERWISE = re.compile(r"\s+(?:/|or)\s+|, ")


def named_setting(name: str, value: str, start: int, end: int) -> Iterator[Draft]:
    """The clause of one row, if its name is known and its value can be read."""
    names = [name.strip(), *_OTHERWISE.split(name.strip())]  # `API base / Base URL`
    for known in NAMED:
        if any(re.fullmatch(known.names, one, re.IGNORECASE) for one in names):
            read = known.read(value.strip())
            if _NOT_COVERED.search(value):
                yield Draft(known.location, "value", NOT_COVERED, start, end)
            elif read:
                yield Draft(known.location, known.aspect, read, start, end)
            return
    if re.fullmatch(
        r"auth\w*|authorization|header|credentials?|api key", name.strip(), re.IGNORECASE
    ):
        header = re.match(r"([A-Za-z-]+):\s*([A-Za-z]+)\b", value.strip())
        if header:
            yield Draft("auth.header", "value", header[1], start, end)
            yield Draft("auth.scheme", "value", header[2], start, end)
