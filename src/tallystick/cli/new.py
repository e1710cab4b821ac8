"""`new`: a case folder with a case.toml, filled in as far as the facts are known."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

import typer

from tallystick.case.opening import held
from tallystick.case.statement import read_case
from tallystick.case.trusting import remember
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import print_json, say, write
from tallystick.host.writing import write_whole
from tallystick.record.case import CASE_FILE, Trigger

_TEMPLATE = """\
# What a person states of the incident. Keep raw captures outside this folder: it is kept and
# handed over, and holds sanitized evidence only. Paths are relative to this folder.
version = 2

[incident]
title = {title}
start = {start}  # RFC 3339 with an offset, such as {now}; what was captured of
                           # the documentation before it is stale
end = {end}
owner = {owner}
review_date = "{today}"
# unexpected-errors, parser-failed, streaming-changed, retries-amplified, usage-mismatch or
# component-changed
trigger = {trigger}
symptom = {symptom}  # what the application reported, without any customer's data
client_library = {client_library}  # name and version
retries = {retries}  # how often, as configured
backoff = {backoff}  # how long between, as configured
services = {services}
environments = {environments}
changes = {changes}  # client, gateway, proxy, prompt or model changes near the incident
request_ids = {request_ids}  # ids that are safe to store
fields_removed = []  # request fields that were removed as a fix, such as "max_tokens"

[evidence]
captures = []  # such as "../capture.har"; docs/evidence.md names the formats

[operation]
method = "POST"
path = "/v1/chat/completions"

# One table per documentation page or specification, saved to a file:
# [[sources]]
# file = "../chat.md"
# url = "https://…"
# captured = "{now}"
# purpose = "chat API docs"

# What the application recorded of usage (CSV with a header, or JSON lines; a row a call), to lay
# beside what the answers state:
# [usage]
# file = "../ledger.csv"
# at = "created_at"         # its column of times
# model = "model"           # its column of models
# [usage.fields]            # which field of the answers' usage each other column is meant to hold
# tokens_in = "prompt_tokens"
# tokens_out = "completion_tokens"
# cost = "internal-estimate"

[client]
# once: the command makes one call, exits 0 and prints the answer. driver: it serves many trials.
# fork: it is an interpreter and MODULE:CALLABLE. http: it is a service that a trigger makes call.
mode = "once"
command = []
directory = "."

[secrets]
secret_source = ""         # where the key comes from, never its value
rotation = ""
"""


_TRIGGERS = tuple(word for word in get_args(Trigger) if word)
# The facts of an incident: what `new` asks for, and whether there may be several.
_FACTS = {
    "start": ("When did the incident begin (RFC 3339, such as 2026-11-20T09:00:00Z)", False),
    "end": ("When did it end", False),
    "owner": ("Who owns the review (a role or a team)", False),
    "trigger": (f"What started the review ({', '.join(_TRIGGERS)})", False),
    "symptom": ("What did the application report, without any customer's data", False),
    "client_library": ("Which client library or wrapper, in which version", False),
    "retries": ("How many retries are configured", False),
    "backoff": ("Which backoff is configured", False),
    "services": ("Which services (separated by commas)", True),
    "environments": ("Which environments", True),
    "changes": ("Which client, gateway, proxy, prompt or model changes near the incident", True),
    "request_ids": ("Which request, trace or correlation ids that are safe to store", True),
}
_Facts = Mapping[str, str | list[str]]


def new(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
    captures: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A capture to freeze, and to read times and client from."),
    ] = None,
    title: Annotated[str, typer.Option(help="What the incident is called.")] = "",
    start: Annotated[str, typer.Option(help="When the incident began, with an offset.")] = "",
    end: Annotated[str, typer.Option(help="When it ended.")] = "",
    owner: Annotated[str, typer.Option(help="A role or a team.")] = "",
    trigger: Annotated[str, typer.Option(help=f"One of {', '.join(_TRIGGERS)}.")] = "",
    symptom: Annotated[str, typer.Option(help="What the application reported.")] = "",
    client_library: Annotated[str, typer.Option(help="Its name and version.")] = "",
    retries: Annotated[str, typer.Option(help="How many retries are configured.")] = "",
    backoff: Annotated[str, typer.Option(help="Which backoff is configured.")] = "",
    service: Annotated[list[str] | None, typer.Option(help="A service; may be repeated.")] = None,
    environment: Annotated[
        list[str] | None, typer.Option(help="An environment; may be repeated.")
    ] = None,
    change: Annotated[
        list[str] | None, typer.Option(help="A change near the incident; may be repeated.")
    ] = None,
    request_id: Annotated[
        list[str] | None, typer.Option(help="An id that is safe to store; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Create a case folder. On a terminal it asks for the incident's facts; flags answer, and
    captures given with --from: what they show is not asked for.
    """
    given: dict[str, str | list[str]] = {
        "title": title,
        "start": start, "end": end, "owner": owner, "trigger": trigger, "symptom": symptom,
        "client_library": client_library, "retries": retries, "backoff": backoff,
        "services": service or [], "environments": environment or [], "changes": change or [],
        "request_ids": request_id or [],
    }  # fmt: skip
    files = [str(file) for file in captures or ()]
    known: _Facts = {**_shown_by(files), **{name: fact for name, fact in given.items() if fact}}
    if sys.stdin.isatty() and not as_json and not any(given.values()):
        known = _asked(known)
    path = begin(case, known)
    if files:
        _freeze(case, files)
    if as_json:
        print_json({"case": str(case), "statement": str(path)})
    else:
        write(f"{path}\n")
        say(
            f"Edit {path}, then run `tallystick run {case}`; where it names commands or files "
            f"elsewhere, `tallystick trust {case}` first."
        )


def _shown_by(files: list[str]) -> dict[str, str | list[str]]:
    """What captures show of an incident: when calls failed, and which client made them."""
    if not files:
        return {}
    from tallystick.case import incident  # noqa: PLC0415 - reading captures is slow to load

    return {name: fact for name, fact in incident.shown_by(files).items() if fact}


def _freeze(case: Path, files: list[str]) -> None:
    from tallystick.cli import steps  # noqa: PLC0415 - slow to load: all of a review

    with steps.opened(case) as folder:
        steps.take_evidence(folder, files)
        steps.judge(folder)


def _asked(known: _Facts) -> _Facts:
    """The facts as a person types them, each looked at as it is given; what is left empty shows as
    *not recorded*. What is known is offered.
    """
    found = dict(known)
    for name, (question, several) in _FACTS.items():
        offered = known.get(name, "")
        found[name] = typer.prompt(
            question,
            default=", ".join(offered) if isinstance(offered, list) else offered,
            show_default=bool(offered),
            err=True,
            value_proc=partial(_fact, name, several),
        )
    return found


def _fact(name: str, several: bool, text: str) -> str | list[str]:
    """A fact that was typed.

    Raises:
        BadParameter: no case file may have it; it is asked for again.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    fact = parts if several else text.strip()
    try:
        read_case(_statement("case", {name: fact}, datetime.now(UTC)).encode(), "the answer")
    except CannotRunError as error:
        raise typer.BadParameter(error.problem.paragraph()) from None
    return fact


def begin(root: Path, facts: _Facts) -> Path:
    """Create a case folder and return the path of its case.toml.

    Raises:
        CannotRunError: there is a case already, a fact does not fit, or the folder cannot be made.
    """
    path = root / CASE_FILE
    if os.path.lexists(path):  # a link that leads nowhere would be written through
        raise CannotRunError("there is a case already", where=str(path), do="choose another folder")
    named = facts.get("title") or root.resolve().name
    text = _statement(str(named), facts, datetime.now(UTC))
    read_case(text.encode(), "the facts given")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(
            f"the case cannot be created: {error.strerror}", where=str(root)
        ) from None
    write_whole(path, text.encode())
    with held(root) as folder:
        folder.commit({})
    with suppress(CannotRunError):  # then it is asked for when it is needed
        remember(root, text.encode())
    return path


def _statement(title: str, facts: _Facts, now: datetime) -> str:
    """The text of a case.toml with the facts that are known."""
    known = {
        name: json.dumps(facts.get(name) or ([] if several else ""), ensure_ascii=False)
        for name, (_, several) in _FACTS.items()
    }
    moment = now.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return _TEMPLATE.format(
        title=json.dumps(title, ensure_ascii=False), now=moment, today=now.date(), **known
    )
