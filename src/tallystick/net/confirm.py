"""`replay`: the gates, the sending, and the record of what came back."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tallystick.case import readings, signed
from tallystick.case.statement import stated
from tallystick.case.store import Folder
from tallystick.case.trusting import require_trust
from tallystick.host import userstate
from tallystick.host.errors import CannotRunError
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import progress, say
from tallystick.intake import Masker, freeze
from tallystick.intake.wire import clean_url
from tallystick.lab.assemble import (
    Outgoing,
    Template,
    UnverifiedError,
    at_address,
    plan_requests,
    template,
)
from tallystick.lab.confirm import judge
from tallystick.net import outgoing
from tallystick.net.destination import (
    Destination,
    Said,
    destination,
    require_confirmed,
    require_unshared,
)
from tallystick.record import Case, Clause, digest
from tallystick.record.canonical import pretty
from tallystick.record.case import REPLAYS, Environment
from tallystick.record.exchange import UnheldError
from tallystick.record.placeholder import json_kind
from tallystick.record.replay import Replay, Step


class Prepared(NamedTuple):
    """What a replay would send: the case, its one request, the plan, and where it goes."""

    case: Case
    made: Template
    requests: tuple[Outgoing, ...]
    to: Destination | None


def prepare(folder: Folder, name: str = "", said: Said = Said()) -> Prepared:  # noqa: B008 - frozen
    """The case, its one request, and the plan, addressed to an environment.

    Raises:
        CannotRunError: a part of the request has no clause that stands, each is named; or the
            environment has no address that its token may be sent to.
    """
    case = stated(folder)
    try:
        made = template(readings.clauses_of(folder.read, case), case.replay)
        to = _to(folder, case, name, made, said)
        if to is not None and to.declared != "the documents":
            made = at_address(made, to.base_url)
    except UnverifiedError as error:
        raise CannotRunError(
            f"the request cannot be assembled from verified clauses: {error}",
            where=str(folder.root),
            expected="a documented or support-confirmed clause for every part",
            do="add or refresh the source that states it, then run this again",
        ) from None
    return Prepared(case, made, plan_requests(made, case.replay), to)


def _to(folder: Folder, case: Case, name: str, made: Template, said: Said) -> Destination | None:
    if name not in case.environments:
        return None
    require_trust(folder, case, "read")
    return destination(folder.root, case, name, made.url, said)


def allowed(
    folder: Folder, prepared: Prepared, name: str, said: Said, ask: Callable[[str], str]
) -> Environment:
    """The environment, if sending to it is allowed.

    Raises:
        CannotRunError: it is not declared, or its address was not confirmed.
    """
    environment = prepared.case.environments.get(name)
    if environment is None or prepared.to is None:
        raise CannotRunError(
            f"the environment `{name}` is not declared",
            where="case.toml: environments",
            expected=", ".join(prepared.case.environments)
            or "a table such as [environments.staging]",
            got=name,
        )
    require_confirmed(
        folder.root,
        prepared.case,
        name,
        documented=_documented(folder, prepared.case),
        found=prepared.to,
        said=said,
        ask=ask,
    )
    return environment


def _documented(folder: Folder, case: Case) -> str:
    """The address that the clauses of a case name, whatever environment it is sent to."""
    return template(readings.clauses_of(folder.read, case), case.replay).url


def gates(folder: Folder, name: str, environment: Environment) -> tuple[str, ssl.SSLContext]:
    """The token and the TLS settings of an environment: what a dry run checks as well.

    Raises:
        CannotRunError: the case is not trusted here, or its token or CA file cannot be read.
    """
    require_trust(folder, stated(folder), "send")
    return (
        outgoing.read_token(environment, name, folder.root),
        outgoing.tls_context(environment, name, folder.root),
    )


def replay(folder: Folder, name: str, environment: Environment, prepared: Prepared) -> Replay:
    """Send the plan and record what came back, sanitized; after an interrupt, what had come.

    Raises:
        KeyboardInterrupt: it was interrupted; the steps that were done are recorded.
    """
    case, made, requests, _ = prepared
    token, tls = gates(folder, name, environment)
    if prepared.to is not None:
        require_unshared(
            folder.root,
            case,
            name,
            documented=_documented(folder, case),
            token=token,
            found=prepared.to,
        )
        userstate.confirm(folder.root, name, prepared.to.host)
    say(f"replay: sending {len(requests)} requests to {urlsplit(made.url).netloc} ({name})")
    sent: list[outgoing.Sent] = []
    interrupted = False
    at = datetime.now(UTC).replace(microsecond=0).isoformat()
    clauses = readings.clauses_of(folder.read, case)
    path = signed.replay_path(len(signed.replays_of(folder.read)) + 1)

    def recorded() -> Replay:
        """What was sent so far: it is recorded before anything is, and as each answer comes."""
        steps = tuple(_step(one, at, clauses) for one in sent)
        to = _shown_address(prepared)
        told = Replay(name, at, made.clauses, steps, len(requests), to)
        folder.commit({path: pretty(told)})
        return told

    recorded()
    try:
        with progress("replay", len(requests)) as step:

            def done(one: outgoing.Sent) -> None:
                sent.append(one)
                recorded()
                step(one.request.step)

            outgoing.send(requests, token, tls, case.replay.timeout_s, done)
    except KeyboardInterrupt:
        interrupted = True
    made_now = recorded()
    if interrupted:
        raise KeyboardInterrupt
    return made_now


def _shown_address(prepared: Prepared) -> str:
    """Where it was sent: as the case or the command declares it, else as a record may hold it, with
    a digest under this user's key that tells one host from another.
    """
    to, clean = prepared.to, clean_url(prepared.made.url, Masker(), "request.url")[0]
    if to is None:
        return clean
    masked = to.declared == "the documents" and urlsplit(clean).netloc != to.host
    if masked or to.declared == "its settings":
        return f"{clean} (host {userstate.keyed(to.host).rpartition(':')[2][:12]})"
    if to.declared == "the documents":
        return clean
    parts = urlsplit(to.base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _step(sent: outgoing.Sent, at: str, clauses: tuple[Clause, ...]) -> Step:
    try:
        (exchange,) = freeze([sent.attempt], digest(at.encode()), Masker())
    except UnheldError:
        reason = "the answer cannot be kept: it does not sanitize"
        return Step(sent.request.step, "could-not-check", reason=reason)
    return judge(sent.request.step, exchange, clauses, sent.frame_ms)


def exit_code(done: Replay) -> int:
    """0 when every step conforms, 1 when one deviates, 3 when one could not be checked."""
    found = {step.judgement for step in done.steps}
    if "deviates" in found:
        return EXIT_FOUND
    return EXIT_UNDECIDED if "could-not-check" in found else EXIT_OK


def compare(folder: Folder) -> list[dict[str, Any]]:
    """The last two replays side by side, step by step.

    Raises:
        CannotRunError: there are fewer than two.
    """
    last = signed.replays_of(folder.read)[-2:]
    if len(last) < 2:
        raise CannotRunError(
            "there are no two replays to compare",
            where=str(folder.root / REPLAYS),
            expected="two",
            got=str(len(last)),
        )
    before, after = last
    if before.environment != after.environment:
        raise CannotRunError(
            "the last two replays were sent to different environments",
            where=str(folder.root / REPLAYS),
            expected=before.environment,
            got=after.environment,
        )
    steps = {step.name: step for step in before.steps}
    later = {step.name: step for step in after.steps}
    return [
        {
            "step": name,
            "before": steps[name].judgement if name in steps else "not sent",
            "after": later[name].judgement if name in later else "not sent",
            "same": _outline(steps.get(name)) == _outline(later.get(name)),
        }
        for name in dict.fromkeys([*steps, *later])
    ]


def _outline(step: Step | None) -> object:
    """What two replays of one step must share: judgement, reason, deviations, status, structure."""
    if step is None:
        return None
    answer = step.exchange.response if step.exchange else None
    shape = frozenset(_shape(answer.body)) if answer else frozenset()
    status = answer.status if answer else 0
    return step.judgement, step.reason, step.deviations, status, shape


def _shape(tree: object, path: str = "$") -> Iterator[tuple[str, str]]:
    yield path, json_kind(tree)
    match tree:
        case dict():
            for key, value in tree.items():
                yield from _shape(value, f"{path}.{key}")
        case list():
            for item in tree:
                yield from _shape(item, f"{path}[]")
