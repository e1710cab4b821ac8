"""The requests of the controlled replay, assembled only from clauses that stand.

The content is one fixed harmless sentence; no request of the incident is ever sent again.
"""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tallystick.record.case import ReplayPlan
from tallystick.record.clause import Aspect, Clause
from tallystick.record.replay import StepName

CONTENT = "Reply with the single word: tally."
TOKEN = "‹token›"  # noqa: S105 - the mark of a place, not a token
MALFORMED_TOKEN = "tallystick-malformed-token"  # noqa: S105 - not a secret: it must not work
UNKNOWN_FIELD = "tallystick_unknown_field"
UNKNOWN_MODEL = "tallystick-no-such-model"
OPERATION = "/chat/completions"
MAX_TOKENS = 16
_STANDS = ("documented", "support-confirmed")


class Placeholder(msgspec.Struct, frozen=True):
    """One part of the request, and the clause it must come from."""

    name: str
    location: str
    aspect: Aspect


PLACEHOLDERS = (
    Placeholder("base URL", "endpoint.base_url", "value"),
    Placeholder("path", "endpoint.path", "value"),
    Placeholder("header name", "auth.header", "value"),
    Placeholder("token format", "auth.scheme", "value"),
    Placeholder("content type", "request.content_type", "value"),
    Placeholder("model field", "request.model", "required"),
    Placeholder("messages field", "request.messages", "required"),
    Placeholder("role field", "request.messages[].role", "enum"),
    Placeholder("content field", "request.messages[].content", "exists"),
)


class UnverifiedError(ValueError):
    """Parts of the request have no clause that stands: their names, locations and standings."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("; ".join(missing))
        self.missing = missing


class Template(msgspec.Struct, frozen=True):
    """The request without its token. `clauses` are the ones it was made from."""

    url: str
    header: str
    scheme: str
    content_type: str
    body: dict[str, Any]
    clauses: tuple[str, ...]
    stream_stands: bool


class Outgoing(msgspec.Struct, frozen=True):
    """One request of the plan; `credential` is its header's value with the token's place marked.

    `credential` None: the step sends none.
    """

    step: StepName
    url: str
    header: str
    credential: str | None
    content_type: str
    body: dict[str, Any]

    def data(self) -> bytes:
        """The body as it is sent."""
        return json.dumps(self.body).encode()

    def curl(self) -> str:
        """The request as a shell command, the token as a placeholder."""
        parts = ["curl", "--max-redirs", "0", "-X", "POST", self.url]
        if self.credential is not None:
            parts += ["-H", f"{self.header}: {self.credential}"]
        parts += ["-H", f"Content-Type: {self.content_type}", "-d", self.data().decode()]
        return shlex.join(parts)


def template(clauses: Iterable[Clause], plan: ReplayPlan) -> Template:
    """The one request, each part from a clause that stands.

    Raises:
        UnverifiedError: parts that no `documented` or `support-confirmed` clause states, or a
            model ID that case.toml does not give.
    """
    known = list(clauses)
    used, missing = _parts(known)
    if not plan.model:
        missing.append("model value: give a model ID in case.toml, replay.model")
    if missing:
        raise UnverifiedError(missing)
    values = {name: clause.value for name, clause in used.items()}
    role = "user" if "user" in values["role field"].split("|") else ""
    if not role:
        raise UnverifiedError(["role field: the documented roles do not name `user`"])
    body: dict[str, Any] = {
        "model": plan.model,
        "messages": [{"role": role, "content": CONTENT}],
    }
    cap = _stands(known, "request.max_tokens", "exists")
    if cap is not None:
        body["max_tokens"] = MAX_TOKENS
    _require_plain(values["base URL"])
    return Template(
        url=_url(values["base URL"], values["path"]),
        header=values["header name"],
        scheme=values["token format"],
        content_type=values["content type"],
        body=body,
        clauses=tuple(clause.id for clause in (*used.values(), *([cap] if cap else []))),
        stream_stands=_stands(known, "request.stream", "exists") is not None,
    )


def _parts(clauses: list[Clause]) -> tuple[dict[str, Clause], list[str]]:
    used: dict[str, Clause] = {}
    missing: list[str] = []
    for part in PLACEHOLDERS:
        found = _standing_clauses(clauses, part.location, part.aspect)
        if len({clause.value for clause in found}) == 1:
            used[part.name] = found[0]
        else:
            why = "stated in several ways" if found else _standing(clauses, part)
            missing.append(f"{part.name}: {part.location} is {why}")
    return used, missing


def _standing_clauses(clauses: Iterable[Clause], location: str, aspect: Aspect) -> list[Clause]:
    """The clauses that stand without a condition, and say yes where that is what matters."""
    return [
        clause
        for clause in clauses
        if (clause.location, clause.aspect) == (location, aspect)
        and clause.standing in _STANDS
        and not clause.when
        and (aspect not in ("exists", "required") or clause.value == "yes")
    ]


def _stands(clauses: list[Clause], location: str, aspect: Aspect) -> Clause | None:
    return next(iter(_standing_clauses(clauses, location, aspect)), None)


def _standing(clauses: Iterable[Clause], part: Placeholder) -> str:
    found = {c.standing for c in clauses if (c.location, c.aspect) == (part.location, part.aspect)}
    return " and ".join(sorted(found)) or "to-verify (no source documents it)"


def _require_plain(base: str) -> None:
    """A base URL with credentials, a query or plain HTTP to another host is none to send to.

    Raises:
        UnverifiedError: it has one of them; the URL itself is not repeated.
    """
    parts = urlsplit(base)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UnverifiedError(["base URL: it holds credentials, a query or a fragment"])
    if parts.scheme != "https" and not local:
        raise UnverifiedError(["base URL: it is not https, so the token would travel in clear"])


def _url(base: str, path: str) -> str:
    """The base URL with the path, which may repeat the base's own path at its beginning."""
    scheme, _, rest = base.partition("://")
    host, _, prefix = rest.partition("/")
    own = f"/{prefix}".rstrip("/")
    joined = path if own and path.startswith(own + "/") else own + path
    return f"{scheme}://{host}{joined}"


def at_address(made: Template, base: str) -> Template:
    """The one request, to another base URL than the documented one.

    Raises:
        UnverifiedError: that base URL is none to send a token to.
    """
    _require_plain(base)
    return msgspec.structs.replace(made, url=f"{base.rstrip('/')}{OPERATION}")


def plan_requests(made: Template, plan: ReplayPlan) -> tuple[Outgoing, ...]:
    """The few requests of the plan, in the order in which they are sent."""
    steps: list[StepName] = ["plain"]
    if plan.streamed and made.stream_stands:
        steps.append("stream")
    return tuple(_request(made, step) for step in (*steps, *plan.negative))


def _request(made: Template, step: StepName) -> Outgoing:
    changed: Mapping[StepName, dict[str, Any]] = {
        "stream": {**made.body, "stream": True},
        "missing-field": {k: v for k, v in made.body.items() if k != "model"},
        "unknown-field": {**made.body, UNKNOWN_FIELD: True},
        "unknown-model": {**made.body, "model": UNKNOWN_MODEL},
    }
    token = MALFORMED_TOKEN if step == "malformed-token" else TOKEN
    return Outgoing(
        step=step,
        url=made.url,
        header=made.header,
        credential=None if step == "no-token" else f"{made.scheme} {token}",
        content_type=made.content_type,
        body=changed.get(step, made.body),
    )
